"""Holds response bodies that botocore reads as they are and aiobotocore awaits."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from typing import Any


class Content(bytes):
    """The bytes of a body."""

    def __await__(self) -> Generator[Any, None, bytes]:
        return self
        yield  # makes this a generator, as __await__ must be


class Stream(io.BytesIO):
    """A body that is read in pieces, with the methods that botocore and aiobotocore call on a raw response."""

    def __init__(self, body: bytes, url: str, headers: Mapping[str, str]) -> None:
        super().__init__(body)
        self.url = url
        self._size = len(body)
        self._headers = headers

    @property
    def raw_headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """The headers as aiohttp's response has them, from which aiobotocore before 2.21 reads them."""
        return tuple((name.encode(), str(value).encode()) for name, value in self._headers.items())

    def read(self, amt: int | None = -1) -> Content:
        """Returns at most ``amt`` bytes, or all that are left if ``amt`` is None or negative."""
        return Content(super().read(amt))

    def stream(self, amt: int = 2**16, **kwargs: Any) -> Iterator[bytes]:
        """Yields the body in pieces, as urllib3's response does."""
        while piece := self.read(amt):
            yield piece

    @property
    def content(self) -> Stream:
        """The reader that aiohttp's response has."""
        return self

    def at_eof(self) -> bool:
        """Returns whether the whole body was read."""
        return self.tell() >= self._size

    async def iter_chunks(self) -> AsyncIterator[tuple[bytes, bool]]:
        """Yields the body in pieces, as aiohttp's reader does."""
        for piece in self.stream():
            yield piece, True

    async def __aenter__(self) -> Stream:
        return self

    async def __aexit__(self, *raised: object) -> None:
        self.close()
