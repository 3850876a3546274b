"""Amazon AppIntegrations: event integrations, data integrations and third-party applications."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from ...handle.mock import ServiceMock
from ...scopes.options import CommonOptions
from .. import Service
from .backend import AppIntegrationsBackend
from .wording import RULES

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["SERVICE", "AppIntegrationsBackend", "Options", "mock_appintegrations"]

T = TypeVar("T", bound=Callable[..., Any])

SERVICE = Service(
    name="appintegrations",
    backend=AppIntegrationsBackend,
    rules=RULES,
    options={"single_association": True},
    # The defaults of the Connect administrator guide.
    quotas={
        "event_integrations": 10,
        "data_integrations": 20,
        "applications": 50,
        "data_integration_associations": 10,
        "event_integration_associations": 10,
    },
)


class Options(CommonOptions, total=False):
    """The options of ``mock_appintegrations``."""

    single_association: bool


@overload
def mock_appintegrations(target: T, /) -> T: ...
@overload
def mock_appintegrations(**options: Unpack[Options]) -> ServiceMock[AppIntegrationsBackend]: ...
def mock_appintegrations(target: Any = None, /, **options: Any) -> Any:
    """Answer every call to Amazon AppIntegrations in this process.

    Use it as ``@mock_appintegrations``, ``@mock_appintegrations(page_size=2)``, ``with mock_appintegrations() as
    aws:`` (or ``async with``), or with ``start`` and ``stop``. The outermost scope starts from an empty state; one
    inside it joins that state, and the options it is given hold while it is the innermost.

    Options:
        account_id: The account (12 digits) of credentials that name none. Default ``"123456789012"``.
        region_name: The region that the environment gets if it names none. Default ``"us-east-1"``.
        page_size: The default and the largest page that a List operation returns. Default: AWS's.
        quotas: ``False``: none (the default). ``True``: AWS's default quotas. A dict such as
            ``{"event_integrations": 2}``: those quotas.
        passthrough: boto3's names of services that may reach the network. Default: none.
        fast_retries: Whether botocore's back-off between retries is skipped. Default ``True``.
        seed: An int that makes ids repeatable. Default ``None``.
        single_association: Whether a data integration that was associated refuses another association, as the API
            reference says. Default ``True``.

    Raises TypeError for an unknown option, ValueError for a value it cannot have.
    """
    mock = ServiceMock(SERVICE, options)
    return mock if target is None else mock(target)
