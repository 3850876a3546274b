"""The table of options on docs/options.md: from the options themselves, and what each catches and costs."""

from __future__ import annotations

from appint_mock import services
from appint_mock.scopes.options import options_of
from appint_mock.services.option import Option

#: What each option is for or what it catches, and what it costs.
ABOUT = {
    "account_id": ("code that has another account's id built in", "nothing"),
    "region_name": (
        "code that has a region built in; with `None`, code that never sets one (`NoRegionError`)",
        "nothing",
    ),
    "page_size": ("code that reads only the first page: with `2`, three items take two pages", "more calls"),
    "quotas": (
        "what your program does when an account is full; with a dict, at a small number",
        "tests that create more than AWS's defaults fail: raise the one quota",
    ),
    "passthrough": ("nothing: it lets a service reach AWS", "calls that leave the machine"),
    "fast_retries": (
        "with `False`, code that retries for longer than it should",
        "with `False`, the time that botocore really waits",
    ),
    "real_signatures": ("code that inspects the `Authorization` header", "about a third of a call's time"),
    "seed": ("nothing: it makes ids repeatable, for recorded output", "nothing"),
    "unknown_regions": (
        "nothing: it answers in regions that are younger than your botocore",
        "misspelled regions pass",
    ),
    "check_references": (
        "a key, bucket, bus or secret that was misspelled or never created",
        "moto must be on and have them; a look-up per request",
    ),
    "fresh": ("tests that rely on what an outer scope or an earlier test left behind", "an empty state to fill"),
    "single_association": (
        "a second association with the same data integration, which AWS refuses",
        "with `False`, that is allowed",
    ),
    "job_polls": (
        "code that uses a job's result without waiting for it",
        "code must poll; with `None` a job ends only when the test ends it, or after its `job_seconds`",
    ),
    "job_seconds": ("code that waits for less time than a job takes", "the test must move the clock"),
    "probe_objects": (
        "code that cannot live with the empty object that AWS puts into an event action's bucket",
        "nothing",
    ),
}


def table() -> str:
    """The table: each option with its default, values and value in the strict set, and what it catches and costs."""
    found: dict[str, list[tuple[str, Option]]] = {}
    for name in services.names():
        for option, described in options_of(services.load(name)).items():
            found.setdefault(option, []).append((name, described))
    rows = ["| option | default | values | strict set | catches | costs |", "| --- | --- | --- | --- | --- | --- |"]
    for option, users in found.items():
        described = users[0][1]
        only = "" if len(users) > 1 else f" ({services.load(users[0][0]).title})"
        strict = "" if described.strict is ... else f"`{described.strict!r}`"
        catches, costs = ABOUT[option]
        rows.append(
            f"| `{option}`{only} | `{described.default!r}` | {described.wanted} | {strict} | {catches} | {costs} |"
        )
    return "\n".join(["", *rows, "", ""])
