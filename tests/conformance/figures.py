"""What the sweep over the models' constraints has counted in this run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

#: By service: how many constraints there are, were broken, cannot be broken, cannot be sent.
counts: dict[str, Counter[str]] = defaultdict(Counter)


def lines() -> Iterator[str]:
    """One sentence for each service that was swept."""
    for service, count in counts.items():
        yield (
            f"{service}: {count['constraints']} constraints in the model's inputs; {count['broken']} broken through a "
            f"client and reported for the right member, {count['unbreakable']} that no value breaks, "
            f"{count['unsendable']} that no client can send"
        )
