"""Which quotas hold: none, AWS's defaults, or those that a test names."""

from __future__ import annotations

from collections.abc import Mapping

from ..hints import did_you_mean


def resolve(option: bool | Mapping[str, float], defaults: Mapping[str, float | None]) -> dict[str, float]:
    """The quotas that the option ``quotas`` of a scope asks for, by key.

    ``defaults`` are the service's quotas; None: AWS names no default, so only a test can set one. Raises
    ValueError for a key the service does not have, or a limit that is not a number of at least 0.
    """
    if isinstance(option, bool):
        return {key: value for key, value in defaults.items() if value is not None} if option else {}
    if not isinstance(option, Mapping):
        raise ValueError(f"quotas={option!r}: give False, True or a dict such as {{{next(iter(defaults))!r}: 2}}.")
    for key, value in option.items():
        if key not in defaults:
            hint = did_you_mean(key, defaults)
            raise ValueError(f"quotas has the unknown key {key!r}.{hint} The keys are: {', '.join(defaults)}.")
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise ValueError(f"quotas[{key!r}] is {value!r}: give a number of at least 0.")
    return dict(option)
