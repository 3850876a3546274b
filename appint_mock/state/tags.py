"""Merges and removes tags as all services do. Each service has its own rules for valid tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: The tags of a resource that has none: one for all, since records and what is in them are never changed in place.
NO_TAGS: dict[str, str] = {}


class TooManyTagsError(ValueError):
    """A resource would have more tags than it may."""


def merged(tags: Mapping[str, str], new: Mapping[str, str], *, most: int) -> dict[str, str]:
    """Returns ``tags`` updated with ``new``. Raises TooManyTagsError for more than ``most``."""
    result = {**tags, **new}
    if len(result) > most:
        raise TooManyTagsError(f"{len(result)} tags, {most} allowed")
    return result


def without(tags: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """Returns ``tags`` without those keys; ignores missing keys."""
    gone = set(keys)
    return {key: value for key, value in tags.items() if key not in gone}
