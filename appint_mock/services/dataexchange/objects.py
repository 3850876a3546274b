"""Stores the objects that jobs read and write, unless moto's S3 is on."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from typing import BinaryIO

from ...hints import repr_of, see
from ...state import forks
from ...state.form import Unfit, content, entries, text
from ...state.part import Part, Records

#: S3's rules for the names of general purpose buckets.
_BUCKET = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
#: How many names a text shows.
_SHOWN = 10


class ObjectStore(MutableMapping[tuple[str, str], bytes], Part):
    """S3 as far as Data Exchange needs it: ``objects["bucket", "key"] = b"..."`` creates the object and its bucket.

    One store serves all accounts and regions. It holds the very bytes that it was given and gives out the same,
    uncopied; a bytearray, a memoryview and a binary file are read when they are given. Raises KeyError for an object
    that is not there (the text says what is), TypeError for a key that is no pair of strings and for any other value,
    ValueError for a bucket's name that S3 does not allow.

    It may be used in several threads: an iteration goes over the objects that were there when it began.
    """

    def __init__(self) -> None:
        self._lock = forks.keep(threading.RLock())
        self._buckets: dict[str, dict[str, bytes]] = {}

    def create_bucket(self, name: str) -> None:
        """Creates an empty bucket; an existing one stays as it is."""
        if not isinstance(name, str):
            raise TypeError(f"objects.create_bucket takes the name of a bucket, not {repr_of(name)}." + see("objects"))
        _check_bucket(name)
        with self._lock:
            self._buckets.setdefault(name, {})

    def bucket_exists(self, bucket: str) -> bool:
        """Returns whether a bucket of that name exists."""
        return isinstance(bucket, str) and bucket in self._buckets

    def read(self, bucket: str, key: str) -> bytes | None:
        """Returns the bytes of an object; None if bucket or key is missing."""
        return self._buckets.get(bucket, {}).get(key)

    def write(self, bucket: str, key: str, content: bytes, encryption: Mapping[str, object] | None = None) -> None:
        """Puts an object into a bucket that exists. Encryption leaves no trace in a mapping."""
        with self._lock:
            self._buckets[bucket][key] = content

    def __setitem__(self, place: tuple[str, str], content: bytes | bytearray | memoryview | BinaryIO) -> None:
        bucket, key = _place(place)
        stored = _stored(content)
        if not isinstance(stored, bytes):
            advice = "give bytes, a bytearray, a memoryview or a binary file"
            if isinstance(stored, str):
                is_text = isinstance(content, str)
                advice = "encode the text first: text.encode()" if is_text else "open the file in binary mode"
            raise TypeError(
                f"objects[{bucket!r}, {key!r}] holds bytes, not {type(content).__name__}; {advice}." + see("objects")
            )
        with self._lock:
            _check_bucket(bucket)
            self._buckets.setdefault(bucket, {})[key] = stored

    def __getitem__(self, place: tuple[str, str]) -> bytes:
        content = self.read(*_place(place))
        if content is None:
            raise self._missing(*place)
        return content

    def __delitem__(self, place: tuple[str, str]) -> None:
        bucket, key = _place(place)
        with self._lock:
            if key not in self._buckets.get(bucket, {}):
                raise self._missing(bucket, key)
            del self._buckets[bucket][key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        with self._lock:
            return iter([(bucket, key) for bucket, objects in self._buckets.items() for key in objects])

    def __len__(self) -> int:
        with self._lock:
            return sum(map(len, self._buckets.values()))

    def __repr__(self) -> str:
        # Without the contents: they may be large.
        return f"<ObjectStore: {_few(self._uris()) or 'empty'}>"

    def _uris(self) -> list[str]:
        """Returns the URIs of all objects and of empty buckets."""
        with self._lock:
            return [
                f"s3://{bucket}/{key}"
                for bucket, objects in sorted(self._buckets.items())
                for key in sorted(objects) or [""]
            ]

    def _missing(self, bucket: str, key: str) -> KeyError:
        with self._lock:
            if bucket in self._buckets:
                there, what = sorted(self._buckets[bucket]), f"the keys in bucket {bucket!r} are"
            else:
                there, what = sorted(self._buckets), f"there is no bucket {bucket!r}; the buckets are"
        return KeyError(f"no object {key!r}: {what} {_few([repr(each) for each in there]) or 'none'}")

    def dump(self) -> dict[str, dict[str, bytes]]:
        """Returns the store as plain data."""
        with self._lock:
            return {bucket: dict(objects) for bucket, objects in self._buckets.items()}

    def load(self, data: Mapping[str, Mapping[str, bytes]]) -> None:
        """Restores the content from ``dump``."""
        buckets = {bucket: dict(objects) for bucket, objects in data.items()}
        with self._lock:
            self._buckets = buckets

    def check(self, data: object, records: Records) -> None:
        """Raises Unfit for data that is not a dump of a store."""
        entries(entries(content), key=_bucket)(data)


def _bucket(name: object) -> None:
    """The name of a bucket."""
    text(name)
    try:
        _check_bucket(str(name))
    except ValueError:
        raise Unfit("is no name of a bucket in S3") from None


def _check_bucket(name: str) -> None:
    """Refuses a name that no S3 bucket can have: a program that uses it fails on AWS, and with moto."""
    reserved = _ADDRESS.fullmatch(name) or name.startswith(_PREFIXES) or name.endswith(_SUFFIXES)
    if reserved or not _BUCKET.fullmatch(name):
        raise ValueError(
            f"{name!r} is no name of a bucket in S3: give 3 to 63 characters of a-z, 0-9, dots and hyphens, beginning "
            f"and ending with a letter or digit, without two dots in a row, such as 'inbox'." + see("objects")
        )


def _stored(content: object) -> object:
    """Returns the bytes of a test's value, or the value itself if it has none."""
    if not isinstance(content, bytes) and hasattr(content, "read"):
        content = content.read()
    return bytes(content) if isinstance(content, bytearray | memoryview) else content


def _few(names: Sequence[str]) -> str:
    more = [f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
    return ", ".join([*names[:_SHOWN], *more])


def _place(place: object) -> tuple[str, str]:
    if isinstance(place, tuple) and len(place) == 2 and all(isinstance(part, str) for part in place):
        return place
    raise TypeError(
        f"objects[{repr_of(place)}]: an object is named by bucket and key: objects['bucket', 'key']." + see("objects")
    )
