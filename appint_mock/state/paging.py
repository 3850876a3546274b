"""Makes and reads NextTokens, opaque texts that mark the position at which a listing continues.

A token holds the position of the last record shown and a seal over that position and the listing's scope
(operation, account, region, parent, filter). So it outlives every deletion, costs no memory, and is refused by any
other listing. The seal keeps out texts that the mock did not hand out; it protects nothing else.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json

from .store import Position

_SEAL_BYTES = 9  # pragma: no mutate (so many that nobody guesses them)
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


class InvalidTokenError(ValueError):
    """A NextToken that this listing did not issue."""


def make_token(position: Position, scope: tuple[object, ...]) -> str:
    """Returns the token that continues after ``position`` in the listing ``scope`` (JSON-able values)."""
    text = _plain(position)
    return base64.urlsafe_b64encode(_seal(text, scope) + text).decode("ascii")


def read_token(token: str, scope: tuple[object, ...]) -> Position:
    """Returns the position in ``token``. Raises InvalidTokenError if it was not made for that scope."""
    try:
        given = token.encode("ascii")
        raw = base64.urlsafe_b64decode(given)
        seal, text = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
        # Decoding skips what is not of the alphabet, and the last bits: only one text is the token.
        if seal == _seal(text, scope) and base64.urlsafe_b64encode(raw) == given:
            position = json.loads(text)
            return tuple(position) if isinstance(position, list) else position
    except (UnicodeEncodeError, binascii.Error, ValueError):
        pass
    raise InvalidTokenError(token)


def _plain(value: object) -> bytes:
    return _encode(value).encode("ascii")


def _seal(text: bytes, scope: tuple[object, ...]) -> bytes:
    return hashlib.blake2b(_plain(scope) + b"\n" + text, digest_size=_SEAL_BYTES).digest()
