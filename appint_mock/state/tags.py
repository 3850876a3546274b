"""Merges and removes tags as every service does. What a tag may be is each service's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

#: The tags of a resource that has none: one for all, since records and what is in them are never changed in place.
NO_TAGS: dict[str, str] = {}


class TooManyTagsError(ValueError):
    """A resource would have more tags than it may."""


def merged(tags: Mapping[str, str], new: Mapping[str, str], *, most: int) -> dict[str, str]:
    """``tags`` with ``new`` over them; TooManyTagsError for more than ``most``."""
    result = {**tags, **new}
    if len(result) > most:
        raise TooManyTagsError(f"{len(result)} tags, {most} allowed")
    return result


def without(tags: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """``tags`` less those keys; a key that is not there is no error."""
    gone = set(keys)
    return {key: value for key, value in tags.items() if key not in gone}
