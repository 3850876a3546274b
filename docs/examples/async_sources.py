"""Read the sources of a desk with an async client, and test it (``pytest``)."""

from __future__ import annotations

import asyncio
from typing import Any

from aiobotocore.session import get_session
from appint_mock import mock_appintegrations


async def sources(region: str) -> list[str]:
    """Return the source of each event integration of a region."""
    session = get_session()
    async with session.create_client("appintegrations", region_name=region) as client:
        pages = client.get_paginator("list_event_integrations").paginate()
        found = [each async for page in pages for each in page["EventIntegrations"]]
    return [each["EventFilter"]["Source"] for each in found]


async def all_sources(regions: list[str]) -> dict[str, list[str]]:
    """Ask several regions at once; a region that fails has no sources."""
    answers = await asyncio.gather(*map(sources, regions), return_exceptions=True)
    pairs = zip(regions, answers, strict=True)
    return {
        region: [] if isinstance(answer, BaseException) else answer
        for region, answer in pairs
    }


def add(client: Any, name: str) -> None:
    client.create_event_integration(
        Name=name,
        EventFilter={"Source": f"aws.partner/example.com/{name}"},
        EventBridgeBus="default",
    )


def test_all_pages_are_read(appintegrations: Any, appintegrations_client: Any) -> None:
    for name in ("a", "b"):
        add(appintegrations_client, name)
    found = asyncio.run(all_sources(["us-east-1", "eu-central-1"]))
    assert [each[-1] for each in found["us-east-1"]] == ["a", "b"]
    assert found["eu-central-1"] == []


def test_one_bad_region_does_not_stop_the_others(appintegrations: Any) -> None:
    appintegrations.fail("*", "AccessDeniedException", region_name="us-west-2")
    assert asyncio.run(all_sources(["us-east-1", "us-west-2"])) == {
        "us-east-1": [],
        "us-west-2": [],
    }
    appintegrations.calls.assert_called("ListEventIntegrations", times=2)


def test_a_coroutine_opens_a_mock_itself() -> None:
    async def program() -> None:
        async with mock_appintegrations() as aws:
            assert await sources("us-east-1") == []
            aws.calls.assert_called("ListEventIntegrations", times=1)

    asyncio.run(program())
