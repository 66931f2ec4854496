"""What was said over HTTP and may stand in no log: passwords, tokens, codes, cookies.

The client notes each body and cookie that goes either way; an act asks afterwards whether any of it is in a log.
"""

import contextlib
import json
import re


class SecretTexts:
    NAMES = {"password", "current_password", "new_password", "token", "refresh_token", "access_token", "challenge"}
    NAMES |= {"secret", "otpauth_uri", "recovery_codes"}

    def __init__(self):
        self._texts, self._digits = set(), set()

    def note(self, body):
        """Keeps what is secret in a JSON body; whatever is no JSON has none."""
        with contextlib.suppress(ValueError, RecursionError):
            self._walk(json.loads(body))

    def note_cookies(self, headers):
        for cookie in headers.get_all("Set-Cookie", []):
            self._keep(cookie.split(";")[0].partition("=")[2])

    def _walk(self, value, name=""):
        if isinstance(value, dict):
            for key, inner in value.items():
                self._walk(inner, key)
        elif isinstance(value, list):
            for inner in value:
                self._walk(inner, name)
        elif isinstance(value, str) and name in self.NAMES:
            self._keep(value)
        elif isinstance(value, str) and name == "code" and re.fullmatch(r"\d{6}", value):
            self._digits.add(value)

    def _keep(self, text):
        # Shorter ones are no secrets but slips that an act makes on purpose.
        if len(text) >= 12:
            self._texts.add(text)

    def found_in(self, log):
        found = [text for text in self._texts if text in log]
        # Six digits that stand alone: neither a duration nor a part of a time or an id.
        log = re.sub(r"micros=\d+", "", log)
        return found + [code for code in self._digits if re.search(rf"(?<![\w.:+-]){code}(?![\w.:-])", log)]


SECRETS = SecretTexts()
