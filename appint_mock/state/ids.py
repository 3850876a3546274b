"""Generates every id of the mock, so that a seed makes them repeatable."""

from __future__ import annotations

import random
import string

from ..lazy import lazy


class IdSource:
    """Makes ids that look random; the same ``seed`` (an int) makes the same ids again, None never does.

    Request ids come from a stream of their own: a retried call does not change the next resource's id.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._seed = seed

    # Made when first needed: seeding takes longer than opening a scope, and many scopes see no call.
    @lazy
    def _random(self) -> random.Random:
        return random.Random(self._seed)

    @lazy
    def _requests(self) -> random.Random:
        return random.Random(None if self._seed is None else ~self._seed)

    @property
    def is_seeded(self) -> bool:
        """Whether the ids are the same in each run."""
        return self._seed is not None

    def branch(self, name: str) -> None:
        """With a seed, continues with the ids that belong to the seed and ``name``."""
        if self._seed is not None:
            self._random = random.Random(f"{self._seed} {name}")

    def uuid(self) -> str:
        """Returns a lower-case UUID of version 4: ``9e1c2f0a-….``."""
        return _uuid4(self._random.getrandbits(128))

    def request_id(self) -> str:
        """Returns a UUID for an answer's ``x-amzn-RequestId``."""
        return _uuid4(self._requests.getrandbits(128))

    def hex(self, length: int = 32) -> str:
        """Returns ``length`` characters of ``0-9a-f``."""
        return f"{self._random.getrandbits(4 * length):0{length}x}"

    def digits(self, length: int) -> str:
        """Returns ``length`` decimal digits."""
        return self.text(length, string.digits)

    def text(self, length: int, alphabet: str) -> str:
        """Returns ``length`` characters of ``alphabet``."""
        return "".join(self._random.choices(alphabet, k=length))


def _uuid4(bits: int) -> str:
    # Version 4 and variant 10, as RFC 9562 places them.
    bits = (bits & ~(0xF000 << 64) | 0x4000 << 64) & ~(0xC000 << 48) | 0x8000 << 48
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
