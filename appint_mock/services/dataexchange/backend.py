"""Combines all resources of AWS Data Exchange in one backend."""

from __future__ import annotations

from typing import Any

from ...state.idempotency import Tokens
from ...state.store import Table
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


class DataExchangeBackend(
    DataSets, Revisions, Assets, Jobs, EventActions, Grants, Notifications, ApiAssets, Tagging, Events, Products
):
    """AWS Data Exchange in one account and region.

    Its operations are methods, named as boto3 names them. What no public API can do has methods of its own:
    ``add_entitled_data_set``, ``publish_revision``, ``finish_job``, ``on_api_asset``, ``on_event``; ``events`` are
    the EventBridge events that the account received in the region.
    """

    forms = FORMS

    def __init__(self, world: Any, account_id: str, region_name: str) -> None:
        super().__init__(world, account_id, region_name)
        #: What AWS Marketplace Catalog keeps.
        self.change_sets = Table()
        self.change_set_tokens = Tokens()
