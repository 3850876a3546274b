"""AWS Data Exchange: data sets, revisions, assets, the jobs that move them, and the grants that share them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ...handle.mock import ServiceMock
from ...scopes.options import CommonOptions
from .. import Service
from .backend import DataExchangeBackend
from .objects import ObjectStore
from .quotas import QUOTAS
from .signed_urls import answer_url
from .wording import RULES
from .world import DataExchangeWorld

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["SERVICE", "DataExchangeBackend", "DataExchangeMock", "Options", "mock_dataexchange"]

T = TypeVar("T", bound=Callable[..., Any])

SERVICE = Service(
    name="dataexchange",
    backend=DataExchangeBackend,
    rules=RULES,
    options={"job_polls": 0},
    quotas={key: quota.default for key, quota in QUOTAS.items()},
    world=DataExchangeWorld,
    answer_url=answer_url,
)


class Options(CommonOptions, total=False):
    """The options of ``mock_dataexchange``."""

    job_polls: int | None


class DataExchangeMock(ServiceMock[DataExchangeBackend]):
    """A mock of AWS Data Exchange: decorator, context manager and handle."""

    @property
    def objects(self) -> ObjectStore:
        """The object store that jobs read and write while moto's S3 is not on: ``aws.objects[bucket, key]``.

        A mutable mapping to ``bytes``, one for all accounts and regions. Setting an object makes its bucket.
        """
        world = self._scope().world
        assert isinstance(world, DataExchangeWorld)
        return world.objects


@overload
def mock_dataexchange(target: T, /) -> T: ...
@overload
def mock_dataexchange(**options: Unpack[Options]) -> DataExchangeMock: ...
def mock_dataexchange(target: Any = None, /, **options: Any) -> Any:
    """Answer every call to AWS Data Exchange in this process.

    Use it as ``@mock_dataexchange``, ``@mock_dataexchange(page_size=2)``, ``with mock_dataexchange() as aws:`` (or
    ``async with``), or with ``start`` and ``stop``. The outermost scope starts from an empty state; one inside it
    joins that state, and the options it is given hold while it is the innermost.

    Options:
        account_id: The account (12 digits) of credentials that name none. Default ``"123456789012"``.
        region_name: The region that the environment gets if it names none. Default ``"us-east-1"``.
        page_size: The default and the largest page that a List operation returns. Default: AWS's.
        quotas: ``False``: none (the default). ``True``: AWS's default quotas. A dict such as
            ``{"data_sets": 2}``: those quotas.
        passthrough: boto3's names of services that may reach the network. Default: none.
        fast_retries: Whether botocore's back-off between retries is skipped. Default ``True``.
        seed: An int that makes ids repeatable. Default ``None``.
        job_polls: How many reads of a started job still show it IN_PROGRESS. Default 0: a job has ended when
            ``start_job`` returns. ``None``: it stays IN_PROGRESS until ``backend.finish_job``.

    Raises TypeError for an unknown option, ValueError for a value it cannot have.
    """
    mock = DataExchangeMock(SERVICE, options)
    return mock if target is None else mock(target)
