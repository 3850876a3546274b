"""The decorators, one for each service, with the types of their options and handles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast, overload

from .handle.mock import ServiceMock
from .integrations import moto
from .neighbours import register_when_loaded
from .scopes.options import CommonOptions
from .services import load, names

if TYPE_CHECKING:
    from typing_extensions import Unpack

    # In quotes below: a backend is loaded with the first mock of its service.
    from .services.appintegrations.backend import AppIntegrationsBackend  # noqa: F401
    from .services.dataexchange.backend import DataExchangeBackend
    from .services.dataexchange.objects import ObjectStore
    from .services.dataexchange.world import DataExchangeWorld

# The libraries beside which the mocks work: detected at run time, never imported.
register_when_loaded("moto.core.models", lambda: moto.Moto())

T = TypeVar("T", bound=Callable[..., Any])


class AppIntegrationsOptions(CommonOptions, total=False):
    """The options of ``mock_appintegrations``."""

    single_association: bool


class DataExchangeOptions(CommonOptions, total=False):
    """The options of ``mock_dataexchange``."""

    job_polls: int | None


class AppIntegrationsMock(ServiceMock["AppIntegrationsBackend"]):
    """A mock of Amazon AppIntegrations: decorator, context manager and handle."""


class DataExchangeMock(ServiceMock["DataExchangeBackend"]):
    """A mock of AWS Data Exchange: decorator, context manager and handle."""

    @property
    def objects(self) -> ObjectStore:
        """The object store that jobs read and write while moto's S3 is not on: ``aws.objects[bucket, key]``.

        A mutable mapping to ``bytes``, one for all accounts and regions. Setting an object makes its bucket.
        """
        return cast("DataExchangeWorld[DataExchangeBackend]", self._scope().world).objects


#: The classes of the handles; a service without one has ServiceMock.
MOCKS: dict[str, type[ServiceMock[Any]]] = {"appintegrations": AppIntegrationsMock, "dataexchange": DataExchangeMock}


def mock_of(name: str, target: Any = None, /, *, apart: bool = False, **options: Any) -> Any:
    """Return a mock of the service that boto3 calls ``name``, or ``target`` decorated with it.

    ``apart``: its scopes answer nothing in this process, only whoever has the handle (a server). Raises ValueError for
    an unknown service and as its decorator does.
    """
    mock = MOCKS.get(name, ServiceMock)(load(name), options, apart=apart)
    return mock if target is None else mock(target)


def decorator_of(name: str) -> Callable[..., Any] | None:
    """Return ``mock_NAME`` for a service that has no decorator of its own below; None if there is no such service."""
    if name not in names():
        return None

    def decorator(target: Any = None, /, **options: Any) -> Any:
        return mock_of(name, target, **options)

    decorator.__name__ = decorator.__qualname__ = f"mock_{name}"
    decorator.__doc__ = f"Answer every call to {load(name).title} in this process."
    return decorator


@overload
def mock_appintegrations(target: T, /) -> T: ...
@overload
def mock_appintegrations(**options: Unpack[AppIntegrationsOptions]) -> AppIntegrationsMock: ...
def mock_appintegrations(target: Any = None, /, **options: Any) -> Any:
    """Answer every call to Amazon AppIntegrations in this process.

    Use it as ``@mock_appintegrations``, ``@mock_appintegrations(page_size=2)``, ``with mock_appintegrations() as
    aws:`` (or ``async with``), or with ``start`` and ``stop``. The outermost scope starts from an empty state; one
    inside it joins that state, and the options it is given hold while it is the innermost.

    Options:
        account_id, region_name, page_size, quotas, passthrough, fast_retries, seed, fresh: See ``CommonOptions``.
        single_association: Whether a data integration that was associated refuses another association, as the API
            reference says. Default ``True``.

    Raises TypeError for an unknown option, ValueError for a value it cannot have.
    """
    return mock_of("appintegrations", target, **options)


@overload
def mock_dataexchange(target: T, /) -> T: ...
@overload
def mock_dataexchange(**options: Unpack[DataExchangeOptions]) -> DataExchangeMock: ...
def mock_dataexchange(target: Any = None, /, **options: Any) -> Any:
    """Answer every call to AWS Data Exchange in this process.

    Use it as ``@mock_dataexchange``, ``@mock_dataexchange(page_size=2)``, ``with mock_dataexchange() as aws:`` (or
    ``async with``), or with ``start`` and ``stop``. The outermost scope starts from an empty state; one inside it
    joins that state, and the options it is given hold while it is the innermost.

    Options:
        account_id, region_name, page_size, quotas, passthrough, fast_retries, seed, fresh: See ``CommonOptions``.
        job_polls: How many reads of a started job still show it IN_PROGRESS. Default 0: a job has ended when
            ``start_job`` returns. ``None``: it stays IN_PROGRESS until ``backend.finish_job``.

    Raises TypeError for an unknown option, ValueError for a value it cannot have.
    """
    return mock_of("dataexchange", target, **options)
