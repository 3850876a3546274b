"""Every HTTP client that is answered, as one function: method, URL, body and headers in; status, headers, body out."""

from __future__ import annotations

import asyncio
import http.client
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
import requests
import urllib3


class Answer(NamedTuple):
    status: int
    headers: Any
    body: bytes


Send = Callable[..., Answer]
Headers = Mapping[str, str] | None
#: Made before any scope.
POOLS = urllib3.PoolManager(retries=False)


def target_of(url: str) -> str:
    parts = urlsplit(url)
    return url[url.index(parts.netloc) + len(parts.netloc) :] or "/"


def by_requests(method: str, url: str, body: bytes | None = None, headers: Headers = None) -> Answer:
    answer = requests.request(method, url, data=body, headers=headers, timeout=5)
    return Answer(answer.status_code, answer.headers, answer.content)


def by_urllib(method: str, url: str, body: bytes | None = None, headers: Headers = None) -> Answer:
    request = urllib.request.Request(url, data=body, headers=dict(headers or {}), method=method)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def by_urllib3(method: str, url: str, body: bytes | None = None, headers: Headers = None) -> Answer:
    answer = POOLS.request(method, url, body=body, headers=headers, timeout=5)
    return Answer(answer.status, answer.headers, answer.data)


def by_urllib3_s_proxy(method: str, url: str, body: bytes | None = None, headers: Headers = None) -> Answer:
    with urllib3.ProxyManager("http://proxy.example.com:3128", retries=False) as pools:
        answer = pools.request(method, url, body=body, headers=headers, timeout=5)
        return Answer(answer.status, answer.headers, answer.data)


def by_urllib3_s_connection(method: str, url: str, body: bytes | None = None, headers: Headers = None) -> Answer:
    connection = urllib3.connection.HTTPSConnection(urlsplit(url).hostname or "", timeout=5)
    connection.request(method, target_of(url), body, headers)
    answer = connection.getresponse()
    return Answer(answer.status, answer.headers, answer.data)


def by_http_client(method: str, url: str, body: bytes | None = None, headers: Headers = None) -> Answer:
    connection = http.client.HTTPSConnection(urlsplit(url).hostname or "", timeout=5)
    for _ in range(2):  # a connection may be used again
        connection.request(method, target_of(url), body, dict(headers or {}))
        answer = connection.getresponse()
        read = Answer(answer.status, answer.headers, answer.read())
    connection.close()
    return read


def by_a_tunnel(method: str, url: str, body: bytes | None = None, headers: Headers = None) -> Answer:
    connection = http.client.HTTPSConnection("proxy.example.com", 3128, timeout=5)
    connection.set_tunnel(urlsplit(url).hostname or "")
    connection.request(method, target_of(url), body, dict(headers or {}))
    answer = connection.getresponse()
    return Answer(answer.status, answer.headers, answer.read())


def by_pieces(method: str, url: str, body: bytes | None = None, headers: Headers = None) -> Answer:
    connection = http.client.HTTPSConnection(urlsplit(url).hostname or "", timeout=5)
    connection.connect()
    connection.putrequest(method, target_of(url))
    for name, value in {**(headers or {}), "Content-Length": str(len(body or b""))}.items():
        connection.putheader(name, value)
    connection.endheaders()
    connection.send(body or b"")
    answer = connection.getresponse()
    return Answer(answer.status, answer.headers, answer.read())


def by_httpx(method: str, url: str, body: bytes | None = None, headers: Headers = None) -> Answer:
    httpx = pytest.importorskip("httpx")
    answer = httpx.request(method, url, content=body, headers=headers, timeout=5)
    return Answer(answer.status_code, answer.headers, answer.content)


def by_httpx_async(method: str, url: str, body: bytes | None = None, headers: Headers = None) -> Answer:
    httpx = pytest.importorskip("httpx")

    async def send() -> Answer:
        async with httpx.AsyncClient() as client:
            answer = await client.request(method, url, content=body, headers=headers, timeout=5)
            return Answer(answer.status_code, answer.headers, answer.content)

    return asyncio.run(send())


def by_httpx_in_raw_pieces(method: str, url: str, body: bytes | None = None, headers: Headers = None) -> Answer:
    httpx = pytest.importorskip("httpx")
    with httpx.Client() as client, client.stream(method, url, content=body, headers=headers, timeout=5) as answer:
        return Answer(answer.status_code, answer.headers, b"".join(answer.iter_raw(2)))


def by_httpx_s_transport(method: str, url: str, body: bytes | None = None, headers: Headers = None) -> Answer:
    httpx = pytest.importorskip("httpx")
    with httpx.HTTPTransport(retries=1) as transport:
        answer = transport.handle_request(httpx.Request(method, url, content=body, headers=headers))
        return Answer(answer.status_code, answer.headers, answer.read())


def by_httpx_s_async_transport(method: str, url: str, body: bytes | None = None, headers: Headers = None) -> Answer:
    httpx = pytest.importorskip("httpx")

    async def send() -> Answer:
        async with httpx.AsyncHTTPTransport() as transport:
            answer = await transport.handle_async_request(httpx.Request(method, url, content=body, headers=headers))
            return Answer(answer.status_code, answer.headers, await answer.aread())

    return asyncio.run(send())


def by_aiohttp(method: str, url: str, body: bytes | None = None, headers: Headers = None) -> Answer:
    aiohttp = pytest.importorskip("aiohttp")
    encoded = sys.modules["yarl"].URL(url, encoded=True)

    async def send() -> Answer:
        async with aiohttp.ClientSession() as session:
            for _ in range(2):
                async with session.request(method, encoded, data=body, headers=headers) as answer:
                    read = Answer(answer.status, answer.headers, await answer.read())
            return read

    return asyncio.run(send())


CLIENTS: list[Send] = [
    by_requests,
    by_urllib,
    by_urllib3,
    by_urllib3_s_proxy,
    by_urllib3_s_connection,
    by_http_client,
    by_a_tunnel,
    by_pieces,
    by_httpx,
    by_httpx_async,
    by_httpx_in_raw_pieces,
    by_httpx_s_transport,
    by_httpx_s_async_transport,
    by_aiohttp,
]
