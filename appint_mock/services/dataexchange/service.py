"""Describes AWS Data Exchange to the rest of the library."""

from __future__ import annotations

from ..option import Option, is_count
from ..service import Service
from .api_host import read_host
from .backend import DataExchangeBackend
from .quotas import QUOTAS
from .signed_urls import answer_url
from .wording import RULES
from .world import DataExchangeWorld

SERVICE = Service(
    name="dataexchange",
    title="AWS Data Exchange",
    backend=DataExchangeBackend,
    rules=RULES,
    options={
        "job_polls": Option(
            0, lambda value: value is None or is_count(value, 0), "a number of at least 0, or None", strict=1
        )
    },
    quotas={key: quota.default for key, quota in QUOTAS.items()},
    world=DataExchangeWorld,
    companions=("marketplace-catalog",),
    seeding=("add_entitled_data_set", "publish_revision", "finish_job"),
    answer_url=answer_url,
    read_host=read_host,
)
