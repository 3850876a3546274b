"""The names of operations and members that a test gives."""

from __future__ import annotations

import pytest

from appint_mock.scopes.names import check_members, companions_status, operations_named, other_services
from appint_mock.services import load

INTEGRATIONS, EXCHANGE = load("appintegrations"), load("dataexchange")


def test_a_name_means_the_services_own_operations_or_else_its_companions() -> None:
    assert [each.name for each in operations_named(EXCHANGE, "GetJob")] == ["GetJob"]
    assert [each.name for each in operations_named(EXCHANGE, "S*Set")] == ["StartChangeSet"]
    own = [each.name for each in operations_named(INTEGRATIONS, "*agResource")]
    assert own == ["TagResource", "UntagResource"]


def test_what_it_means_is_told_apart_by_case_and_as_a_whole() -> None:
    named = operations_named(EXCHANGE, "List*")
    assert "ListJobs" in named
    # Of a companion, whose operations are not looked at.
    assert "ListEntities" in named
    assert "listJobs" not in named
    assert "GetListJobs" not in named
    assert "List https://example.com" not in named
    assert "GET https://example.com/" not in operations_named(EXCHANGE, "*")
    anything: list[object] = [3, None, b"ListJobs"]
    assert not any(each in named for each in anything)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "ListJobz",
            "dataexchange has no operation 'ListJobz'. Did you mean 'ListJobs' or 'StartJob'? Operations are named as "
            "in the AWS API, such as 'FIRST'; * stands for any text.",
        ),
        (
            "start_change_set",
            "dataexchange has no operation 'start_change_set'. Did you mean 'StartChangeSet'? Operations are named as "
            "in the AWS API, such as 'FIRST'; * stands for any text.",
        ),
        (
            "Xyz*",
            "dataexchange has no operation 'Xyz*'. Operations are named as in the AWS API, such as 'FIRST'; "
            "* stands for any text.",
        ),
        (
            "list_applications",
            "dataexchange has no operation 'list_applications': ListApplications is an operation of appintegrations, "
            "and this is the handle of dataexchange. Use that of mock_appintegrations.",
        ),
        (
            "List*Integrations",
            "dataexchange has no operation 'List*Integrations': ListDataIntegrations is an operation of "
            "appintegrations, and this is the handle of dataexchange. Use that of mock_appintegrations.",
        ),
        (
            "CreateIntegrationAssociation",
            "dataexchange has no operation 'CreateIntegrationAssociation': CreateIntegrationAssociation is an "
            "operation of appintegrations, and this is the handle of dataexchange. Use that of mock_appintegrations.",
        ),
    ],
)
def test_a_name_that_means_nothing_is_refused_with_where_it_belongs(name: str, text: str) -> None:
    first = next(iter(EXCHANGE.catalogue.operations))
    with pytest.raises(ValueError, match=r"^dataexchange has no operation ") as caught:
        operations_named(EXCHANGE, name)
    assert str(caught.value) == text.replace("FIRST", first) + "\nSee docs/errors.md#calls"


@pytest.mark.parametrize(
    ("operation", "names", "text"),
    [
        ("GetJob", [], None),
        ("GetJob", ["JobId"], None),
        ("Get*", ["JobId", "DataSetId"], None),
        ("GetJob", ["JobId", "Job"], "GetJob has no parameter 'Job'. Did you mean 'JobId'? Its parameters: JobId."),
        ("Get*", ["Zzzz"], "Get* has no parameter 'Zzzz'."),
        ("GetJ*", ["Zzzz"], "GetJ* has no parameter 'Zzzz'. Its parameters: JobId."),
    ],
)
def test_a_member_is_one_of_any_operation_that_the_name_means(
    operation: str, names: list[str], text: str | None
) -> None:
    if text is None:
        check_members(EXCHANGE, operation, names)
        return
    with pytest.raises(TypeError) as caught:
        check_members(EXCHANGE, operation, names)
    assert str(caught.value) == text + "\nSee docs/errors.md#calls"


def test_members_of_no_operation_are_refused_even_if_there_are_none() -> None:
    with pytest.raises(ValueError, match="no operation 'GetJobb'"):
        check_members(EXCHANGE, "GetJobb", [])


def test_an_errors_status_may_be_that_of_a_companion() -> None:
    assert companions_status(EXCHANGE, "ResourceNotSupportedException") == 415
    assert companions_status(EXCHANGE, "UnheardOfException") is None
    assert companions_status(INTEGRATIONS, "ResourceNotSupportedException") is None
    assert companions_status(INTEGRATIONS, "DuplicateResourceException") == 409


def test_the_other_services_are_all_but_one() -> None:
    assert other_services(INTEGRATIONS) == [EXCHANGE]
    assert other_services(EXCHANGE) == [INTEGRATIONS]
