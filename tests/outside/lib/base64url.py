"""Base64 as it stands in tokens, cursors and keys: with the letters of URLs, without padding (RFC 4648, 5)."""

import base64


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
