"""Lets jobs use an external S3: moto's server, MinIO, or AWS's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from ..errors import AppintMockError
from ..interception.environment import FAKE_CREDENTIALS
from ..protocol.errors import ServiceError
from .outgoing import check_url

#: How long the other S3 may take to connect and to answer, in seconds.
_CONNECT, _READ = 5, 60
_MISSING = ("404", "NoSuchKey", "NoSuchBucket", "NotFound")


class StoreError(ServiceError, AppintMockError):
    """The external S3 gives no answer, or refuses: a job then ends in ERROR."""

    def __init__(self, text: str) -> None:
        super().__init__("InternalServerException", text)


class RemoteStore(MutableMapping[tuple[str, str], bytes]):
    """The objects of the S3 at ``endpoint``; requests are signed with botocore's credentials, or else dummies.

    Raises ValueError for what is no URL. Whatever the other S3 refuses raises StoreError, which says what it said.
    """

    def __init__(self, endpoint: str, region_name: str) -> None:
        self.endpoint = check_url(endpoint)
        self._region_name = region_name
        self._made: Any = None

    @property
    def _client(self) -> Any:
        if self._made is None:
            from botocore.config import Config
            from botocore.session import get_session

            session = get_session()
            keys = {} if session.get_credentials() else _KEYS
            self._made = session.create_client(
                "s3",
                region_name=self._region_name,
                endpoint_url=self.endpoint,
                # No buckets in host names: nobody resolves those of a server on this machine.
                config=Config(
                    connect_timeout=_CONNECT,
                    read_timeout=_READ,
                    retries={"total_max_attempts": 2},
                    s3={"addressing_style": "path"},
                ),
                **keys,
            )
        return self._made

    def create_bucket(self, name: str) -> None:
        """Creates an empty bucket; an existing one stays as it is."""
        if not self.bucket_exists(name):
            self._ask("create_bucket", Bucket=name)

    def bucket_exists(self, bucket: str) -> bool:
        """Returns whether a bucket of that name exists."""
        return self._ask("head_bucket", Bucket=bucket) is not None

    def read(self, bucket: str, key: str) -> bytes | None:
        """Returns the bytes of an object; None if bucket or key is missing."""
        found = self._ask("get_object", Bucket=bucket, Key=key)
        return None if found is None else found["Body"].read()

    def write(self, bucket: str, key: str, content: bytes, encryption: Mapping[str, Any] | None = None) -> None:
        """Puts an object into a bucket that exists; ``encryption`` is a job's Encryption."""
        encryption = encryption or {}
        given = {"ServerSideEncryption": encryption.get("Type"), "SSEKMSKeyId": encryption.get("KmsKeyArn")}
        options = {name: value for name, value in given.items() if value}
        self._ask("put_object", Bucket=bucket, Key=key, Body=content, **options)

    def __getitem__(self, place: tuple[str, str]) -> bytes:
        content = self.read(*place)
        if content is None:
            raise KeyError(f"no object {place[1]!r} in bucket {place[0]!r} at {self.endpoint}")
        return content

    def __setitem__(self, place: tuple[str, str], content: bytes) -> None:
        self.create_bucket(place[0])
        self.write(*place, content)

    def __delitem__(self, place: tuple[str, str]) -> None:
        _ = self[place]
        self._ask("delete_object", Bucket=place[0], Key=place[1])

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for bucket in (self._ask("list_buckets") or {}).get("Buckets", ()):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"]):
                for each in page.get("Contents", ()):
                    yield bucket["Name"], each["Key"]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def dump(self) -> dict[str, Any]:
        """Returns nothing: the external S3 is not part of the server's state."""
        return {}

    def load(self, data: Any) -> None:
        """Does nothing."""

    def _ask(self, operation: str, **parameters: Any) -> Any:
        """Returns the external S3's answer; None if it lacks the object or bucket."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._client, operation)(**parameters)
        except ClientError as error:
            if error.response["Error"]["Code"] in _MISSING:
                return None
            raise StoreError(f"The S3 at {self.endpoint} refused {operation}: {error}") from error
        except BotoCoreError as error:
            raise StoreError(f"The S3 at {self.endpoint} gave no answer to {operation}: {error}") from error


_KEYS = {
    "aws_access_key_id": FAKE_CREDENTIALS["AWS_ACCESS_KEY_ID"],
    "aws_secret_access_key": FAKE_CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
}
