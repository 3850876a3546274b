"""Combines all resources of AWS Data Exchange in one backend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ...state.idempotency import Tokens
from ...state.store import Record, Table
from .api_assets import ApiAssets
from .assets import Assets
from .data_sets import DataSets
from .event_actions import EventActions
from .events import Events
from .forms import FORMS
from .grants import Grants
from .jobs import Jobs
from .notifications import Notifications
from .products import Products
from .revisions import Revisions
from .tagging import Tagging


@dataclass
class CatalogProduct:
    """The changes that change sets of AWS Marketplace Catalog made to a product."""

    #: How many were applied, and when the last one was.
    applied: int = 0
    modified: str = ""
    #: The ARNs of the data sets that were added, in order.
    data_sets: dict[str, None] = field(default_factory=dict)


class DataExchangeBackend(
    DataSets, Revisions, Assets, Jobs, EventActions, Grants, Notifications, ApiAssets, Tagging, Events, Products
):
    """AWS Data Exchange in one account and region.

    Its operations are methods, named as boto3 names them. What no public API can do has methods of its own:
    ``add_entitled_data_set``, ``publish_revision``, ``finish_job``, ``on_api_asset``, ``on_event``; ``events`` are
    the EventBridge events that the account received in the region.
    """

    forms = FORMS
    #: A grant has the same id in its sender's table and in its receiver's.
    looked_up_in: ClassVar[Mapping[str, str]] = {
        "AcceptDataGrant": "received_data_grants",
        "DeleteDataGrant": "data_grants",
        "GetDataGrant": "data_grants",
        "GetReceivedDataGrant": "received_data_grants",
    }

    def __init__(self, world: Any, account_id: str, region_name: str) -> None:
        super().__init__(world, account_id, region_name)
        #: What AWS Marketplace Catalog keeps.
        self.change_sets = Table()
        self.change_set_tokens = Tokens()
        #: By id. Derived from ``change_sets``.
        self.catalog_products: dict[str, CatalogProduct] = {}

    def add_change_set(self, record: Record) -> None:
        """Stores a change set that has ended."""
        self.change_sets.add(record["ChangeSetId"], record)
        self._note(record)

    def load(self, data: Record) -> None:
        """Restores the content from ``dump``."""
        super().load(data)
        self.catalog_products = {}
        for record in self.change_sets.records():
            self._note(record)

    def _note(self, change_set: Record) -> None:
        for product_id, arns in change_set["_products"].items():
            product = self.catalog_products.setdefault(product_id, CatalogProduct())
            product.applied += 1
            product.modified = change_set["EndTime"]
            product.data_sets.update(dict.fromkeys(arns))
