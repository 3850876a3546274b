"""The names of the package, and the decorators of services by their names."""

from __future__ import annotations

import boto3
import pytest

import appint_mock
from appint_mock import AppIntegrationsMock, DataExchangeMock, mock_appintegrations, mock_dataexchange
from appint_mock.api import decorator_of, mock_of
from appint_mock.handle.handle import scope_of


def test_the_package_shows_its_names_in_order() -> None:
    shown = dir(appint_mock)
    assert shown == sorted(shown)
    assert {*appint_mock.__all__} <= {*shown}
    for name in appint_mock.__all__:
        assert getattr(appint_mock, name).__name__ == name
        assert vars(appint_mock)[name] is getattr(appint_mock, name)


@pytest.mark.parametrize("name", ["nothing", "mock_nothing", "mock_", "decorator_of"])
def test_a_name_that_the_package_does_not_have_is_no_attribute(name: str) -> None:
    with pytest.raises(AttributeError) as missing:
        getattr(appint_mock, name)
    assert str(missing.value) == f"module 'appint_mock' has no attribute {name!r}"


def test_a_service_that_there_is_not_has_no_decorator() -> None:
    assert decorator_of("nothing") is None


def test_a_service_has_a_decorator_although_nobody_has_written_one() -> None:
    made = decorator_of("dataexchange")
    assert made is not None
    assert made.__name__ == made.__qualname__ == "mock_dataexchange"
    assert made.__doc__ == "Answers every call to AWS Data Exchange in this process."

    @made
    def listed() -> list[object]:
        jobs: list[object] = boto3.client("dataexchange").list_jobs()["Jobs"]
        return jobs

    assert listed() == []
    with made(region_name="eu-west-1") as aws:
        assert scope_of(aws).region_name == "eu-west-1"


def test_the_mock_of_a_service_is_its_handle_or_what_it_decorates() -> None:
    assert type(mock_of("appintegrations")) is type(mock_appintegrations()) is AppIntegrationsMock
    assert type(mock_of("dataexchange")) is type(mock_dataexchange()) is DataExchangeMock
    assert (
        mock_of("appintegrations", lambda: boto3.client("appintegrations").list_applications()["Applications"])() == []
    )
    with mock_of("dataexchange", apart=True) as aws, mock_dataexchange() as inner:
        boto3.client("dataexchange").list_jobs()
        assert (len(aws.calls), len(inner.calls)) == (0, 1)
