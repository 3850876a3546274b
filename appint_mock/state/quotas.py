"""Resolves the quotas that apply: none, AWS's defaults, or those named by a test."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..hints import did_you_mean, see


def resolve(
    option: bool | Mapping[str, float | None],
    defaults: Mapping[str, float | None],
    limits: Collection[str] = (),
) -> dict[str, float]:
    """Returns the quotas that the option ``quotas`` of a scope selects, by key.

    ``defaults`` are the service's quotas; None: AWS names no default, so only a test can set one. ``limits`` are the
    keys of those that hold unless the option has another value for them, or None. Raises ValueError for a key that the
    service does not have, or a quota that is not a number of at least 0.
    """
    if isinstance(option, bool):
        wanted = {key: value for key, value in defaults.items() if option or key in limits}
    elif isinstance(option, Mapping):
        for key, value in option.items():
            _check(key, value, defaults)
        wanted = {**{key: defaults[key] for key in limits}, **option}
    else:
        raise ValueError(
            f"quotas={option!r}: give False, True or a dict such as {{{next(iter(defaults))!r}: 2}}." + see("options")
        )
    return {key: value for key, value in wanted.items() if value is not None}


def _check(key: str, value: object, defaults: Mapping[str, float | None]) -> None:
    if key not in defaults:
        hint = did_you_mean(key, defaults)
        raise ValueError(
            f"quotas has the unknown key {key!r}.{hint} The keys are: {', '.join(defaults)}." + see("options")
        )
    fits = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    if value is not None and not fits:
        raise ValueError(
            f"quotas[{key!r}] is {value!r}: give a number of at least 0, or None to take it away." + see("options")
        )
