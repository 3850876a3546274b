"""ClientToken: the answer that a token was given before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from .store import Record


class TokenReusedError(ValueError):
    """A ClientToken came again with other parameters."""


class Tokens:
    """The ClientTokens of successful calls, each with a fingerprint of its parameters and its answer."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], tuple[str, Record]] = {}

    def answer(self, operation: str, token: str | None, parameters: Mapping[str, Any]) -> Record | None:
        """The first answer, if this token is known; TokenReusedError if its parameters were others."""
        if token is None:
            return None
        known = self._answers.get((operation, token))
        if known is None:
            return None
        if known[0] != _fingerprint(parameters):
            raise TokenReusedError(token)
        return known[1]

    def remember(self, operation: str, token: str | None, parameters: Mapping[str, Any], answer: Record) -> None:
        """Keep the answer of a success. Without a token nothing is kept."""
        if token is not None:
            self._answers[operation, token] = _fingerprint(parameters), answer

    def forget(self, operation: str, token: str | None) -> None:
        """Forget a token, since what it made is gone."""
        if token is not None:
            self._answers.pop((operation, token), None)

    def dump(self) -> Any:
        """The tokens as plain data."""
        return [[*key, *known] for key, known in self._answers.items()]

    def load(self, data: Any) -> None:
        """Hold exactly what ``dump`` gave."""
        self._answers = {(operation, token): (print_, answer) for operation, token, print_, answer in data}


def _fingerprint(parameters: Mapping[str, Any]) -> str:
    # Sorted keys: the order of a map's entries makes no difference to AWS. default=str: moments.
    text = json.dumps(parameters, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode("ascii"), digest_size=12).hexdigest()
