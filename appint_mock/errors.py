"""Defines the library's own errors and warnings. None of them is ever an AWS answer."""

from __future__ import annotations


class AppintMockError(Exception):
    """A test uses appint_mock in a wrong way; the text says what to do."""


class SnapshotError(AppintMockError, ValueError):
    """A snapshot that cannot be restored; the text says why."""


class UnmockedCallError(AppintMockError):
    """A call to AWS that nothing in this process answers. It was stopped before it left the machine.

    Attributes:
        call: The stopped call as the call log has it; None outside of a scope.
    """

    call: object = None


class CheckError(AppintMockError, AssertionError):
    """A failure that nothing reported: ``check()`` found a swallowed stopped call, an unused fault or an open scope."""


class UndeliveredEventWarning(UserWarning):
    """An event that did not reach a target of an EventBridge rule, since moto cannot deliver to it."""
