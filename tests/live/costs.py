"""What asking costs: which operations leave something behind, cost money, or reach other people."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

from appint_mock.protocol.model import load
from tests.live.portable import Needs

#: What may be allowed, with what it means. Everything else can be undone and costs nothing.
CLASSES: Mapping[str, str] = {
    "lasting": "leaves something that no public operation removes",
    "money": "moves or stores data, which AWS charges for",
    "others": "reaches another account; needs one that is yours as well (`--subscriber-profile`)",
}
#: Operations that cost money or reach other accounts. What is lasting is read from the model.
_COSTS: Mapping[str, Mapping[str, str]] = {
    "appintegrations": {},
    "dataexchange": {
        "StartJob": "money",
        "SendApiAsset": "money",
        "CreateDataGrant": "others",
        "AcceptDataGrant": "others",
        "SendDataSetNotification": "others",
    },
}


def costs(service: str, operations: Iterable[str]) -> frozenset[str]:
    """The classes that must be allowed before these operations are called."""
    found = {_COSTS[service].get(name) for name in operations} | {
        "lasting" for name in operations if name in lasting(service)
    }
    return frozenset(found - {None})  # type: ignore[arg-type]


def costs_of(service: str, needs: Needs) -> frozenset[str]:
    """The classes that must be allowed before a test runs."""
    others = {"others"} if needs.accounts > 1 else set()
    return costs(service, needs.operations) | others


@functools.cache
def lasting(service: str) -> frozenset[str]:
    """The operations that create what can neither be deleted nor goes with what it belongs to."""
    names = load(service).operation_names
    made = {name.removeprefix("Create"): name for name in names if name.startswith("Create")}
    return frozenset(name for thing, name in made.items() if f"Delete{thing}" not in names)
