"""Reads and builds Amazon Resource Names, and finds the partition of a region."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple


class Arn(NamedTuple):
    """The parts of ``arn:partition:service:region:account_id:resource``."""

    partition: str
    service: str
    region_name: str
    account_id: str
    resource: str

    def __str__(self) -> str:
        return "arn:" + ":".join(self)


def parse_arn(text: str) -> Arn | None:
    """Returns the ARN in ``text``, or None if it is not an ARN."""
    parts = text.split(":", 5)
    return Arn(*parts[1:]) if len(parts) == 6 and parts[0] == "arn" else None


@cache
def regions() -> frozenset[str]:
    """Returns the regions of all partitions that botocore's partition data lists."""
    from botocore.loaders import create_loader

    return frozenset(
        name for partition in create_loader().load_data("partitions")["partitions"] for name in partition["regions"]
    )


# Clients send names of regions, so there may be many.
@lru_cache(maxsize=256)
def partition_of(region_name: str) -> str:
    """Returns the partition of a region by botocore's partition data (``aws`` if no partition claims the region)."""
    from botocore.loaders import create_loader

    for partition in create_loader().load_data("partitions")["partitions"]:
        if region_name in partition["regions"] or re.match(partition["regionRegex"], region_name):
            return str(partition["id"])
    return "aws"
