"""Uses moto's S3 as the object store that Data Exchange's jobs read and write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class S3Store:
    """The S3 of moto, as an account of a partition sees it.

    Through moto's backend and not through a client of boto3: that one would sign, checksum and copy each object
    several times, and moto would evaluate policies, which Data Exchange's own role has no need of here.
    """

    def __init__(self, account_id: str, partition: str) -> None:
        from moto.backends import get_backend

        backends = get_backend("s3")[account_id]
        # The first moto 5 have one S3 for all partitions.
        self._s3: Any = backends[partition if partition in backends else "global"]

    def bucket_exists(self, bucket: str) -> bool:
        """Returns whether any account has a bucket of that name."""
        from moto.s3.exceptions import MissingBucket

        try:
            self._s3.head_bucket(bucket)
        except MissingBucket:
            return False
        return True

    def read(self, bucket: str, key: str) -> bytes | None:
        """Returns the bytes of an object; None if bucket or key is missing."""
        found = self._s3.get_object(bucket, key) if self.bucket_exists(bucket) else None
        content: bytes | None = None if found is None else found.value
        return content

    def write(self, bucket: str, key: str, content: bytes, encryption: Mapping[str, Any] | None = None) -> None:
        """Puts an object into a bucket that exists; ``encryption`` is a job's Encryption."""
        encryption = encryption or {}
        self._s3.put_object(
            bucket, key, content, encryption=encryption.get("Type"), kms_key_id=encryption.get("KmsKeyArn")
        )
