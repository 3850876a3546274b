"""ListJobs and its paginator."""

from __future__ import annotations

import datetime
from typing import Any

import boto3
import pytest

from appint_mock import mock_dataexchange
from tests.fidelity.dataexchange import holds

from . import jobs
from .actors import NOWHERE, Actor, bare, invalid


@pytest.fixture
def places(aws: Any, client: Any) -> list[jobs.Place]:
    """Two revisions of one data set, and one of another."""
    aws.clock.freeze(jobs.START)
    first = jobs.create_place(client)
    second = first._replace(revision_id=client.create_revision(DataSetId=first.data_set_id)["Id"])
    return [first, second, jobs.create_place(client)]


@pytest.fixture
def created(client: Any, places: list[jobs.Place]) -> list[str]:
    """The ids of two jobs in each place, in order of creation, all of one moment."""
    return [jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place)["Id"] for _ in range(2) for place in places]


def ids(answer: Any) -> list[str]:
    return [job["Id"] for job in answer["Jobs"]]


def paginated(client: Any, **arguments: Any) -> list[list[str]]:
    """The ids on each page."""
    return [ids(page) for page in client.get_paginator("list_jobs").paginate(**arguments)]


@holds("lists.always-there")
def test_the_list_is_there_also_when_it_is_empty(client: Any) -> None:
    assert bare(client.list_jobs()) == {"Jobs": []}


@holds("lists.newest-first", "lists.equal-moments")
def test_jobs_are_listed_newest_first_also_those_of_one_moment(client: Any, created: list[str]) -> None:
    assert ids(client.list_jobs()) == created[::-1]


@holds("lists.equal-moments")
def test_a_clock_that_went_back_changes_no_order(aws: Any, client: Any, created: list[str]) -> None:
    aws.clock.freeze(jobs.START - datetime.timedelta(days=1))
    place = jobs.create_place(client)
    last = jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", place)["Id"]
    assert ids(client.list_jobs())[0] == last


@holds("jobs.list-same")
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_a_listed_job_has_every_member_that_get_job_shows(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    configuration = {"Tags": [{"Key": "team", "Value": "data"}]}
    changes: dict[str, Any] = {}
    if job_type in ("EXPORT_ASSETS_TO_S3", "EXPORT_REVISIONS_TO_S3"):
        changes["Encryption"] = {"Type": "aws:kms", "KmsKeyArn": jobs.KMS_KEY}
    made = [
        client.create_job(
            Type=job_type,
            Details=jobs.details_for(job_type, place, **changes),
            AssetConfiguration=configuration,
        )
        for _ in range(3)
    ]
    jobs.upload(made[0])
    client.start_job(JobId=made[0]["Id"])
    aws.backend().finish_job(made[1]["Id"], "ERROR")
    shown = [bare(client.get_job(JobId=job["Id"])) for job in made]
    assert [job["State"] for job in shown] == ["COMPLETED", "ERROR", "WAITING"]
    assert client.list_jobs(DataSetId=place.data_set_id)["Jobs"][:3] == shown[::-1]
    for page in client.get_paginator("list_jobs").paginate(DataSetId=place.data_set_id):
        assert page["Jobs"][:3] == shown[::-1]


@holds("lists.job-filters")
def test_jobs_are_filtered_by_data_set_and_revision_each_alone_or_together(
    client: Any, places: list[jobs.Place], created: list[str]
) -> None:
    first, second, other = places
    newest_first = created[::-1]
    for filters, expected in (
        ({"DataSetId": first.data_set_id}, [j for i, j in enumerate(newest_first) if i % 3 != 0]),
        ({"DataSetId": other.data_set_id}, newest_first[0::3]),
        ({"RevisionId": second.revision_id}, newest_first[1::3]),
        ({"RevisionId": first.revision_id}, newest_first[2::3]),
        ({"DataSetId": first.data_set_id, "RevisionId": first.revision_id}, newest_first[2::3]),
        ({"DataSetId": other.data_set_id, "RevisionId": first.revision_id}, []),
    ):
        assert ids(client.list_jobs(**filters)) == expected
        assert paginated(client, **filters) == [expected]


@holds("lists.job-filters")
@pytest.mark.parametrize("value", [NOWHERE, "strange value", "*", ""])
@pytest.mark.parametrize("name", ["DataSetId", "RevisionId"])
def test_an_unknown_or_strange_filter_gives_an_empty_list(
    client: Any, created: list[str], name: str, value: str
) -> None:
    assert bare(client.list_jobs(**{name: value})) == {"Jobs": []}


@holds("lists.job-filters")
@pytest.mark.parametrize("job_type", jobs.TYPES)
def test_a_job_of_any_type_is_found_by_its_data_set_and_its_revision(aws: Any, client: Any, job_type: str) -> None:
    place = jobs.place_for(aws, client, job_type)
    job = jobs.create_job(client, job_type, place)["Id"]
    filters = {"DataSetId": place.data_set_id, "RevisionId": place.revision_id}
    assert ids(client.list_jobs(**filters))[0] == job
    assert ids(client.list_jobs(RevisionId=place.revision_id))[0] == job


@pytest.mark.parametrize("size", [1, 2, 4, 6, 7, 200])
def test_pages_have_the_size_that_was_asked_for_and_make_up_the_list(
    client: Any, created: list[str], size: int
) -> None:
    pages = paginated(client, PaginationConfig={"PageSize": size})
    assert [job_id for page in pages for job_id in page] == created[::-1]
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert 0 < len(pages[-1]) <= size


@holds("lists.last-page")
def test_the_last_page_has_no_token(client: Any, created: list[str]) -> None:
    first = client.list_jobs(MaxResults=5)
    assert "NextToken" in first
    assert "NextToken" not in client.list_jobs(MaxResults=5, NextToken=first["NextToken"])
    assert "NextToken" not in client.list_jobs(MaxResults=6)


def test_the_paginator_starts_at_a_token_and_stops_after_so_many_items(client: Any, created: list[str]) -> None:
    newest_first = created[::-1]
    paginator = client.get_paginator("list_jobs")
    result = paginator.paginate(PaginationConfig={"MaxItems": 3, "PageSize": 2}).build_full_result()
    assert ids(result) == newest_first[:3]
    rest = paginator.paginate(PaginationConfig={"StartingToken": result["NextToken"], "PageSize": 2})
    assert ids(rest.build_full_result()) == newest_first[3:]
    token = client.list_jobs(MaxResults=4)["NextToken"]
    assert paginated(client, PaginationConfig={"StartingToken": token}) == [newest_first[4:]]


@holds("lists.default-page")
def test_the_default_page_has_a_hundred_jobs(client: Any, places: list[jobs.Place]) -> None:
    for _ in range(101):
        jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", places[0])
    assert [len(page) for page in paginated(client)] == [100, 1]


@holds("lists.page-size")
def test_the_option_page_size_caps_default_and_maximum(client: Any, created: list[str]) -> None:
    with mock_dataexchange(page_size=4):
        assert [len(page) for page in paginated(client)] == [4, 2]
        assert [len(page) for page in paginated(client, PaginationConfig={"PageSize": 5})] == [4, 2]
        assert len(paginated(client, PaginationConfig={"PageSize": 3})) == 2


@holds("lists.largest-page")
@pytest.mark.parametrize("size", [0, 201])
def test_a_page_has_one_to_two_hundred_jobs(provider: Actor, size: int) -> None:
    bound = "greater than or equal to 1" if size == 0 else "less than or equal to 200"
    with invalid(f'The following parameter(s) are not valid: "MaxResults" must be {bound}.'):
        provider.client.list_jobs(MaxResults=size)


@holds("lists.token-scope")
def test_a_token_holds_for_the_same_filters_account_and_region_only(
    aws: Any, client: Any, subscriber: Actor, places: list[jobs.Place], created: list[str]
) -> None:
    first = places[0]
    filters = {"DataSetId": first.data_set_id}
    token = client.list_jobs(MaxResults=1, **filters)["NextToken"]
    assert ids(client.list_jobs(NextToken=token, MaxResults=200, **filters)) == ids(client.list_jobs(**filters))[1:]
    elsewhere = boto3.client("dataexchange", region_name="eu-west-1")
    for other, others in (
        (client, {}),
        (client, {"RevisionId": first.revision_id}),
        (client, {**filters, "RevisionId": first.revision_id}),
        (client, {"DataSetId": places[2].data_set_id}),
        (subscriber.client, filters),
        (elsewhere, filters),
    ):
        with invalid("NextToken is not valid."):
            other.list_jobs(NextToken=token, **others)
    with invalid("NextToken is not valid."):
        client.list_data_sets(NextToken=token)


@holds("errors.next-token", "lists.invalid-token")
@pytest.mark.parametrize("token", ["", "1", "abc", "bm90IGEgdG9rZW4="])
def test_a_token_of_ones_own_is_refused(client: Any, created: list[str], token: str) -> None:
    with invalid("NextToken is not valid."):
        client.list_jobs(NextToken=token)


@holds("lists.walk")
def test_a_walk_sees_each_job_once_whatever_is_created_or_forgotten_meanwhile(
    aws: Any, client: Any, places: list[jobs.Place]
) -> None:
    old = [jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", places[0])["Id"] for _ in range(3)]
    aws.clock.advance(days=1)
    kept = [jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", places[0])["Id"] for _ in range(5)]
    seen: list[str] = []
    for page in client.get_paginator("list_jobs").paginate(PaginationConfig={"PageSize": 2}):
        seen += ids(page)
        jobs.create_job(client, "IMPORT_ASSETS_FROM_S3", places[2])
        aws.clock.freeze(jobs.START + datetime.timedelta(days=90, seconds=1))
    assert seen == kept[::-1]
    assert not set(old) & set(seen)


@holds("identifiers.apart")
def test_another_accounts_and_another_regions_jobs_are_not_listed(
    client: Any, subscriber: Actor, created: list[str]
) -> None:
    assert ids(subscriber.client.list_jobs()) == []
    assert ids(boto3.client("dataexchange", region_name="eu-west-1").list_jobs()) == []
