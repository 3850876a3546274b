"""Injects faults of jobs: the next jobs of a type end in ERROR."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...hints import did_you_mean, repr_of, see
from ...protocol.model import load
from ...state.store import Record
from ..option import is_count


@dataclass
class JobFault:
    """A fault that ``aws.fail_job`` added."""

    type_name: str
    error: Record
    #: How many jobs still fail; None: all.
    times: int | None
    #: How many jobs are let pass before.
    after: int
    is_open: Callable[[], bool]
    may_stay_unused: bool
    applied: bool = False
    is_removed: bool = False

    @property
    def complaint(self) -> str | None:
        """The message of the problem if it was never applied, with what to do; None if that is allowed."""
        if self.applied or self.times is None or self.is_removed or self.may_stay_unused:
            return None
        return (
            f"fail_job({self.type_name!r}) was never applied: the code under test ran no such job to its end. Mend the "
            f"program or the type, or let it stay unused: with aws.allow_unused_faults()."
        )


class JobFaults:
    """The faults that are waiting, in the order in which they were added."""

    def __init__(self) -> None:
        self._faults: list[JobFault] = []

    def add(
        self,
        type_name: str,
        code: str,
        message: str | None,
        *,
        times: int | None,
        after: int,
        is_open: Callable[[], bool],
        may_stay_unused: bool,
    ) -> JobFault:
        """Adds a fault, which applies while ``is_open()``. Raises ValueError for invalid arguments."""
        model = load("dataexchange")
        types, codes = model.shape_for("Type").enum, model.shape_for("Code").enum
        if type_name != "*":
            _require(f"type={repr_of(type_name)}", type_name, types)
        _require(f"code={repr_of(code)}", code, codes)
        if message is not None and not isinstance(message, str):
            raise ValueError(f"fail_job: message={repr_of(message)}: give a text." + see("faults"))
        if times is not None and (not is_count(times, 1)):
            raise ValueError(
                f"fail_job: times={repr_of(times)}: give a number of at least 1, or None for all jobs." + see("faults")
            )
        if not is_count(after, 0):
            raise ValueError(f"fail_job: after={repr_of(after)}: give a number of at least 0." + see("faults"))
        error = {"Code": code, "Message": message or f"The job failed with {code}."}
        fault = JobFault(type_name, error, times, after, is_open, may_stay_unused)
        self._faults.append(fault)
        return fault

    def meet(self, type_name: str) -> Record | None:
        """Returns the JobError with which a job of that type must end now, or None."""
        self._faults = [fault for fault in self._faults if fault.is_open()]
        for fault in self._faults:
            if fault.type_name not in ("*", type_name):
                continue
            if fault.after:
                fault.after -= 1
            elif fault.times is None or fault.times > 0:
                fault.applied = True
                fault.times = None if fault.times is None else fault.times - 1
                return fault.error
        return None

    def clear(self) -> None:
        """Forgets all faults."""
        for fault in self._faults:
            fault.is_removed = True
        self._faults = []


def _require(given: str, name: str, known: list[str]) -> None:
    if name not in known:
        raise ValueError(
            f"fail_job: there is no {given}.{did_you_mean(name, known)} Give one of {', '.join(known)}." + see("faults")
        )
