"""The backend of AWS Data Exchange: all its resources."""

from __future__ import annotations

from .api_assets import ApiAssets
from .assets import Assets
from .data_sets import DataSets
from .grants import Grants
from .notifications import Notifications
from .revisions import Revisions
from .tagging import Tagging


class DataExchangeBackend(DataSets, Assets, Revisions, Grants, Notifications, ApiAssets, Tagging):
    """AWS Data Exchange in one account and region.

    Its operations are methods, named as boto3 names them. What no public API can do has methods of its own:
    ``add_entitled_data_set``, ``publish_revision``, ``finish_job``, ``on_api_asset``, ``on_event``; ``events`` are
    the EventBridge events that the account received in the region.
    """
