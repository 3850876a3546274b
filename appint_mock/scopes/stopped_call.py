"""Describes a call that was stopped because nothing answers it."""

from __future__ import annotations

import datetime

from ..errors import UnmockedCallError
from .call import Call


class StoppedCall(Call):
    """A call that was stopped before it left the machine. Its ``error_code`` is ``UnmockedCallError``.

    Attributes:
        is_expected: Whether the test knows of it: it is allowed, or an assertion or the test itself got the error.
    """

    is_stopped = True

    def __init__(
        self,
        service_name: str,
        operation: str,
        account_id: str,
        region_name: str,
        time: datetime.datetime,
        *,
        is_expected: bool,
    ) -> None:
        failure = UnmockedCallError.__name__
        super().__init__(service_name, operation, {}, account_id, region_name, time, None, failure, None)
        self.is_expected = is_expected

    @property
    def complaint(self) -> str | None:
        """The message of the problem, with what to do; None if the call is expected."""
        if self.is_expected:
            return None
        return (
            f"{self.service_name}.{self.operation} was called, nothing answers it, and the code under test swallowed "
            f"the UnmockedCallError. Mock {self.service_name} too, or let the call be stopped: "
            f"with aws.allow_unmocked({self.service_name!r})."
        )
