"""Describes AWS Data Exchange to the rest of the library."""

from __future__ import annotations

from ..option import Option, is_count, is_flag
from ..references import KMS_KEY, Kind, Reference
from ..service import Service
from .api_host import read_host
from .backend import DataExchangeBackend
from .base import DataExchangeWorld
from .jobs.job_type import is_kms_key
from .quotas import QUOTAS
from .signed_urls import answer_url
from .wording import RULES


def _are_seconds(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value is None or (number and 0 <= value < _MOST_SECONDS)  # type: ignore[operator]  # a number


#: More than that no clock can go.
_MOST_SECONDS = 10**11
#: Named by ARN only: the operation itself refuses everything else.
_KMS_KEY = Kind(KMS_KEY.title, lambda backend, text: text if is_kms_key(text) else None)
_ENCRYPTION = Reference("Action.ExportRevisionToS3.Encryption.KmsKeyArn", _KMS_KEY)
_GRANTED = Reference("Details.CreateS3DataAccessFromS3Bucket.AssetSource.KmsKeysToGrant.KmsKeyArn", _KMS_KEY)

SERVICE = Service(
    name="dataexchange",
    title="AWS Data Exchange",
    backend=DataExchangeBackend,
    rules=RULES,
    options={
        "job_polls": Option(
            0, lambda value: value is None or is_count(value, 0), "a number of at least 0, or None", strict=1
        ),
        "job_seconds": Option(None, _are_seconds, "a number of seconds of at least 0, or None"),
        "probe_objects": Option(True, is_flag, "True or False"),
    },
    quotas={key: quota.default for key, quota in QUOTAS.items()},
    limits=frozenset(key for key, quota in QUOTAS.items() if not quota.adjustable),
    world=DataExchangeWorld,
    # Buckets, and the keys of exports, are not among them: operations and jobs look these up whatever the option says.
    references={"CreateEventAction": (_ENCRYPTION,), "UpdateEventAction": (_ENCRYPTION,), "CreateJob": (_GRANTED,)},
    companions=("marketplace-catalog",),
    seeding={
        "add_entitled_data_set": ("revisions.assets.*", "revisions.assets.*.content"),
        "publish_revision": (),
        "end_subscription": (),
        "finish_job": (),
        "emit": (),
    },
    answer_url=answer_url,
    read_host=read_host,
)
