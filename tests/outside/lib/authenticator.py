"""Codes of second factors: an authenticator app (RFC 6238), and recovery codes."""

import base64
import hmac
import time
import urllib.parse


class Authenticator:
    """An authenticator app (RFC 6238), and the recovery codes that its owner has on paper."""

    STEP = 30

    def __init__(self, secret):
        self._key = base64.b32decode(secret + "=" * (-len(secret) % 8))
        self.last, self.paper = 0, []

    @classmethod
    def of_uri(cls, uri):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(uri).query)
        return cls(query["secret"][0])

    def at(self, step):
        mac = hmac.digest(self._key, step.to_bytes(8), "sha1")
        start = mac[-1] & 15
        return f"{(int.from_bytes(mac[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06}"

    def code(self):
        """A code that was not used: that of this step, or early that of the next; for later ones it waits."""
        step = max(self._now(), self.last + 1)
        while step > self._now() + 1:
            time.sleep(0.2)
        self.last = step
        return self.at(step)

    def wrong(self):
        near = {self.at(self._now() + step) for step in range(-2, 4)}
        return next(code for code in map(str, range(333333, 333344)) if code not in near)

    def proof(self):
        """What to bring to a login: a code of the app, or one from paper where the app's were used."""
        if self.paper and self.last > self._now():
            return {"method": "recovery_code", "code": self.paper.pop()}
        return {"method": "totp", "code": self.code()}

    def _now(self):
        return int(time.time()) // self.STEP
