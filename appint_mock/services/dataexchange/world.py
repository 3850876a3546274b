"""What the accounts and regions of a mock of AWS Data Exchange share."""

from __future__ import annotations

from ...state.clock import Clock
from ...state.world import B, World
from .objects import ObjectStore


class DataExchangeWorld(World[B]):
    """The backends by account and region, and the object store, which is one for all of them."""

    def __init__(self, service_name: str, make_backend: type[B], clock: Clock) -> None:
        super().__init__(service_name, make_backend, clock)
        self.objects = ObjectStore()

    @property
    def job_polls(self) -> int | None:
        """How many reads of a started job still show it in progress; None: whatever is read."""
        polls: int | None = self.options["job_polls"]
        return polls
