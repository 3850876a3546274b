"""Defines the decorators, one for each service, with the types of their options and handles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from .handle.mock import ServiceMock
from .integrations import moto
from .neighbours import register_when_loaded
from .scopes.allowances import UNUSED_FAULTS, is_allowed
from .scopes.options import CommonOptions
from .services import load, names, python_name

if TYPE_CHECKING:
    from typing_extensions import Unpack

    # In quotes below: a backend is loaded with the first mock of its service.
    from .services.appintegrations.backend import AppIntegrationsBackend  # noqa: F401
    from .services.dataexchange.backend import DataExchangeBackend  # noqa: F401
    from .services.dataexchange.base import DataExchangeWorld
    from .services.dataexchange.objects import ObjectStore

# The libraries beside which the mocks work: detected at run time, never imported.
register_when_loaded("moto.core.models", lambda: moto.Moto())

T = TypeVar("T", bound=Callable[..., Any])


class AppIntegrationsOptions(CommonOptions, total=False):
    """The options of ``mock_appintegrations``."""

    single_association: bool


class DataExchangeOptions(CommonOptions, total=False):
    """The options of ``mock_dataexchange``."""

    job_polls: int | None
    job_seconds: float | None
    probe_objects: bool


class AppIntegrationsMock(ServiceMock["AppIntegrationsBackend"]):
    """A mock of Amazon AppIntegrations: decorator, context manager and handle."""


class DataExchangeMock(ServiceMock["DataExchangeBackend"]):
    """A mock of AWS Data Exchange: decorator, context manager and handle."""

    @property
    def objects(self) -> ObjectStore:
        """The object store that jobs read and write while moto's S3 is not on: ``aws.objects[bucket, key]``.

        A mutable mapping to ``bytes``, one for all accounts and regions. Setting an object makes its bucket.
        """
        return cast("DataExchangeWorld", self._scope().world).objects

    def fail_job(
        self,
        type: str = "*",
        code: str = "MALWARE_DETECTED",
        message: str | None = None,
        *,
        times: int | None = 1,
        after: int = 0,
    ) -> None:
        """Makes the next jobs of a type end in ERROR, without any effect.

        Args:
            type: A type of job (``"IMPORT_ASSETS_FROM_S3"``), or ``"*"``: any.
            code: The JobError's Code, one of the model's.
            message: The JobError's Message.
            times: How many jobs fail; None: all until the scope ends.
            after: How many jobs of the type end as usual first.

        One that no job meets is reported at the test's end as an unused fault is, unless ``times`` is None. To end a
        job as TIMED_OUT or CANCELLED: the option ``job_polls=None`` and ``backend().finish_job(job_id, "TIMED_OUT")``.

        Raises ValueError, saying what to give, for anything else.
        """
        scope = self._scope()
        world = cast("DataExchangeWorld", scope.world)
        may_stay_unused = is_allowed(UNUSED_FAULTS)
        with world.lock:
            fault = world.job_faults.add(
                type,
                code,
                message,
                times=times,
                after=after,
                is_open=lambda: scope.is_open,
                may_stay_unused=may_stay_unused,
            )
        scope.watch(fault)


#: The classes of the handles; a service without one has ServiceMock.
MOCKS: dict[str, type[ServiceMock[Any]]] = {"appintegrations": AppIntegrationsMock, "dataexchange": DataExchangeMock}


def mock_of(name: str, target: Any = None, /, *, apart: bool = False, **options: Any) -> Any:
    """Returns a mock of the service that boto3 calls ``name``, or ``target`` decorated with it.

    ``apart``: its scopes answer nothing in this process, only whoever has the handle (a server). Raises ValueError for
    an unknown service and as its decorator does.
    """
    mock = MOCKS.get(name, ServiceMock)(load(name), options, apart=apart)
    return mock if target is None else mock(target)


def decorator_of(name: str) -> Callable[..., Any] | None:
    """Returns ``mock_NAME`` for a service that has no decorator of its own below; None if there is no such service."""
    service_name = {python_name(each): each for each in names()}.get(name)
    if service_name is None:
        return None

    def decorator(target: Any = None, /, **options: Any) -> Any:
        return mock_of(service_name, target, **options)

    decorator.__name__ = decorator.__qualname__ = f"mock_{name}"
    decorator.__doc__ = f"Answers every call to {load(service_name).title} in this process."
    return decorator


@overload
def mock_appintegrations(target: T, /) -> T: ...
@overload
def mock_appintegrations(**options: Unpack[AppIntegrationsOptions]) -> AppIntegrationsMock: ...
def mock_appintegrations(target: Any = None, /, **options: Any) -> Any:
    """Answers every call to Amazon AppIntegrations in this process.

    Use it as ``@mock_appintegrations``, ``@mock_appintegrations(page_size=2)``, ``with mock_appintegrations() as
    aws:`` (or ``async with``), or with ``start`` and ``stop``. The outermost scope starts from an empty state; one
    inside it joins that state, and the options it is given hold while it is the innermost.

    Options:
        Those that every service has: see ``CommonOptions``.
        single_association: Whether a data integration that was associated refuses another association, as the API
            reference says. Default ``True``.

    Raises TypeError for an unknown option, ValueError for a value that the option cannot have.
    """
    return mock_of("appintegrations", target, **options)


@overload
def mock_dataexchange(target: T, /) -> T: ...
@overload
def mock_dataexchange(**options: Unpack[DataExchangeOptions]) -> DataExchangeMock: ...
def mock_dataexchange(target: Any = None, /, **options: Any) -> Any:
    """Answers every call to AWS Data Exchange in this process.

    Use it as ``@mock_dataexchange``, ``@mock_dataexchange(page_size=2)``, ``with mock_dataexchange() as aws:`` (or
    ``async with``), or with ``start`` and ``stop``. The outermost scope starts from an empty state; one inside it
    joins that state, and the options it is given hold while it is the innermost.

    Options:
        Those that every service has: see ``CommonOptions``.
        job_polls: How many reads of a started job, or of its revision's assets, still show it IN_PROGRESS. A test that
            moves the clock forward ends it, unless there are ``job_seconds``. Default 0: an export has ended when
            ``start_job`` returns, an import at the first read. ``None``: it stays IN_PROGRESS, wherever the clock goes,
            until ``backend.finish_job`` or the end of its ``job_seconds``.
        job_seconds: After how many seconds of the clock a job ends, whoever reads it; with ``job_polls=0``, no read
            ends it. Default ``None``: it is a matter of ``job_polls`` only.
        probe_objects: Whether CreateEventAction leaves an empty object in the bucket, as AWS does. Default ``True``.

    Raises TypeError for an unknown option, ValueError for a value that the option cannot have.
    """
    return mock_of("dataexchange", target, **options)
