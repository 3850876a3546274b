"""Remembers the first answer to each ClientToken."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from .form import Unfit, content, inside, object_, shown, shown_key
from .part import Part, Records
from .store import Record

# Sorted keys: the order of a map's entries makes no difference to AWS. default=str: moments.
_encode = json.JSONEncoder(sort_keys=True, default=str).encode

#: The bytes of a fingerprint.
_SIZE = 12  # pragma: no mutate (so many that no two are ever the same)


class TokenReusedError(ValueError):
    """A ClientToken was reused with other parameters."""


class Tokens(Part):
    """The ClientTokens of successful calls, each with a fingerprint of its parameters and its answer."""

    def __init__(self) -> None:
        #: By operation, then by token.
        self._answers: dict[str, dict[str, tuple[bytes, Record]]] = {}

    def answer(self, operation: str, token: str | None, parameters: Mapping[str, object]) -> Record | None:
        """Returns the first answer if the token is known. Raises TokenReusedError if its parameters were others."""
        known = None if token is None else self._answers.get(operation, {}).get(token)
        if known is None:
            return None
        if known[0] != _fingerprint(parameters):
            raise TokenReusedError(token)
        return known[1]

    def remember(self, operation: str, token: str | None, parameters: Mapping[str, object], answer: Record) -> None:
        """Stores the answer of a successful call. Without a token, stores nothing."""
        if token is not None:
            self._answers.setdefault(operation, {})[token] = _fingerprint(parameters), answer

    def forget(self, operation: str, token: str | None) -> None:
        """Forgets a token because the resource it created is gone."""
        if token is not None:
            self._answers.get(operation, {}).pop(token, None)

    def check(self, data: Any, records: Records) -> None:
        """Raises Unfit for data that is not a dump of tokens. The records' form is of an operation and its answer."""
        for operation, answers in object_(data).items():
            with inside(shown_key(operation)):
                for token, known in object_(answers).items():
                    with inside(shown_key(token)):
                        if not isinstance(known, list) or len(known) != 2:
                            raise Unfit(f"is {shown(known)}, not a fingerprint and an answer")
                        with inside(0):
                            content(known[0])
                        with inside(1):
                            object_(known[1])
                            records.form((operation, known[1]))

    def __len__(self) -> int:
        return sum(map(len, self._answers.values()))

    def dump(self) -> Any:
        """Returns the tokens as plain data."""
        return {operation: dict(answers) for operation, answers in self._answers.items() if answers}

    def load(self, data: Any) -> None:
        """Restores the content from ``dump``."""
        self._answers = {
            operation: {token: (print_, answer) for token, (print_, answer) in answers.items()}
            for operation, answers in data.items()
        }


def _fingerprint(parameters: Mapping[str, object]) -> bytes:
    return hashlib.blake2b(_encode(parameters).encode("ascii"), digest_size=_SIZE).digest()
