"""Snapshots: all state as JSON, on disk, into another process, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from appint_mock import AppintMockError, SnapshotError, mock_appintegrations, mock_dataexchange
from tests.appintegrations.resources import associate_data_integration, make_all
from tests.fuzz.furnished import furnish
from tests.programs import run_python
from tests.states import MOCKS, fill, look

services = pytest.mark.parametrize("service", MOCKS)


@services
def test_a_snapshot_goes_to_disk_and_comes_back_whole(service: str, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    with MOCKS[service]() as aws:
        fill(service, aws)
        seen = look(service, aws)
        file.write_text(json.dumps(aws.snapshot()))
    with MOCKS[service]() as aws:
        aws.restore(json.loads(file.read_text()))
        assert look(service, aws) == seen
        assert json.loads(json.dumps(aws.snapshot())) == json.loads(file.read_text())


@pytest.mark.integration
@services
def test_a_snapshot_goes_from_one_process_to_another(service: str, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    program = f"""
        import json, pathlib
        from tests.states import MOCKS, fill, look

        file = pathlib.Path({str(file)!r})
        with MOCKS[{service!r}]() as aws:
            if file.exists():
                aws.restore(json.loads(file.read_text()))
            else:
                fill({service!r}, aws)
                file.write_text(json.dumps(aws.snapshot()))
            print(json.dumps(look({service!r}, aws)))
        """
    made, restored = run_python(program), run_python(program)
    assert made == restored
    assert len(json.loads(made)) == 6


@services
def test_restoring_drops_what_the_snapshot_does_not_have(service: str) -> None:
    with MOCKS[service]() as aws:
        empty = aws.snapshot()
        fill(service, aws)
        backend = aws.backend()
        aws.restore(empty)
        assert aws.snapshot() == empty
        # A backend that the test holds is still the one that serves.
        assert aws.backend() is backend


@services
def test_a_snapshot_is_a_copy(service: str) -> None:
    with MOCKS[service]() as aws:
        fill(service, aws)
        first = aws.snapshot()
        text = json.dumps(first)
        look(service, aws)
        aws.reset()
        assert json.dumps(first) == text
        aws.restore(first)
        first["backends"].clear()
        assert json.dumps(aws.snapshot()) == text


def test_what_was_restored_goes_on_as_before() -> None:
    event: dict[str, Any] = {"EventFilter": {"Source": "aws.partner/example"}, "EventBridgeBus": "default"}
    with mock_appintegrations(page_size=1) as aws:
        fill("appintegrations", aws)
        client: Any = boto3.client("appintegrations")
        page = client.list_event_integrations()
        state = aws.snapshot()
    with mock_appintegrations(page_size=1) as aws:
        aws.restore(state)
        client = boto3.client("appintegrations")
        # A token of a listing, a ClientToken, and that a data integration was associated once.
        following = client.list_event_integrations(NextToken=page["NextToken"])
        assert [each["Name"] for each in following["EventIntegrations"]] == ["orders1"]
        again = client.create_event_integration(Name="orders0", Tags={"number": "0"}, ClientToken="token0", **event)
        assert again["EventIntegrationArn"] == page["EventIntegrations"][0]["EventIntegrationArn"]
        with pytest.raises(client.exceptions.InvalidRequestException, match="previously associated"):
            client.create_data_integration_association(DataIntegrationIdentifier="files")


def test_a_snapshot_that_cannot_be_read_is_refused_and_changes_nothing() -> None:
    with mock_appintegrations() as aws, mock_dataexchange() as other:
        fill("appintegrations", aws)
        state = aws.snapshot()
        wrong: list[tuple[Any, str]] = [
            ({**state, "version": 99}, "This snapshot has version 99, and this appint_mock reads version 1"),
            (other.snapshot(), "This is a snapshot of dataexchange, not of appintegrations"),
            ({**state, "backends": [["123456789012", "us-east-1", {}]]}, "damaged"),
            ({**state, "backends": 3}, "damaged"),
            ({"version": 1, "service": "appintegrations"}, "damaged"),
            ({}, "This is not a snapshot"),
            (json.dumps(state), "This is not a snapshot"),
            (None, "This is not a snapshot"),
        ]
        for data, expected in wrong:
            with pytest.raises(AppintMockError, match=expected) as caught:
                aws.restore(data)
            assert isinstance(caught.value, ValueError)
            assert aws.snapshot() == state


def _part(state: Any, name: str) -> Any:
    return state["backends"][0][2][name]


def _row(state: Any, name: str) -> Any:
    return _part(state, name)["rows"][0]


def _twice(table: Any) -> None:
    key, number, record = table["rows"][0]
    other = "00000000-0000-4000-8000-000000000000"
    table["rows"].append([other, number + 1, {**record, "Id": other, "Arn": record["Arn"].replace(key, other)}])
    table["next"] += 1


def _with_odd_tags(name: str) -> Callable[[Any], Any]:
    def damage(state: Any) -> None:
        part = _part(state, name)
        table = part if "rows" in part else next(iter(part.values()))
        table["rows"][0][2]["Tags"] = "red"

    return damage


#: What is done to a snapshot, and what the refusal must say: where, and what is wrong there.
DAMAGE: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "a text that is a number": (
        "appintegrations",
        lambda state: _row(state, "event_integrations")[2].update(Description=5),
        "backends.0.2.event_integrations.rows.0.2.Description is 5, not a text",
    ),
    "a text against its pattern": (
        "appintegrations",
        lambda state: _row(state, "event_integrations")[2].update(EventBridgeBus="?"),
        "event_integrations.rows.0.2.EventBridgeBus is '?', which does not match",
    ),
    "a text that is too long": (
        "appintegrations",
        lambda state: _row(state, "applications")[2].update(Description="x" * 1001),
        "applications.rows.0.2.Description has 1001 characters, not from 0 to 1000",
    ),
    "a member that no shape has": (
        "appintegrations",
        lambda state: _row(state, "data_integrations")[2].update(Colour="red"),
        "data_integrations.rows.0.2 has the unknown member Colour",
    ),
    "a member that is missing": (
        "dataexchange",
        lambda state: _row(state, "data_sets")[2].pop("Arn"),
        "data_sets.rows.0.2 lacks the member Arn",
    ),
    "a missing part": (
        "dataexchange",
        lambda state: state["backends"][0][2].pop("jobs"),
        "backends.0.2 lacks the member jobs",
    ),
    "an unknown part": (
        "dataexchange",
        lambda state: state["shared"].update(more={}),
        "shared has the unknown member more",
    ),
    "a value of an enumeration": (
        "dataexchange",
        lambda state: _row(state, "jobs")[2].update(State="DONE"),
        "jobs.rows.0.2.State is 'DONE', not one of",
    ),
    "a moment that is none": (
        "dataexchange",
        lambda state: _row(state, "data_sets")[2].update(CreatedAt={"$moment": "yesterday"}),
        "data_sets.rows.0.2.CreatedAt.$moment is 'yesterday', not a moment",
    ),
    "bytes that are none": (
        "dataexchange",
        lambda state: state["shared"]["objects"]["bucket"].update({"a.csv": {"$bytes": "?"}}),
        "shared.objects.bucket.a.csv.$bytes is '?', not bytes in base64",
    ),
    "one position twice": (
        "appintegrations",
        lambda state: _part(state, "event_integrations")["rows"][1].__setitem__(1, 0),
        "event_integrations.rows.1.1 is 0, which an earlier row has too",
    ),
    "a position that is still to come": (
        "appintegrations",
        lambda state: _part(state, "event_integrations").update(next=2),
        "event_integrations.rows.2.1 is 2, and next is only 2",
    ),
    "one key twice": (
        "appintegrations",
        lambda state: _part(state, "event_integrations")["rows"].append(
            [*_row(state, "event_integrations")[:1], 3, {}]
        ),
        "event_integrations.rows.3.0 is 'orders0', which an earlier row has too",
    ),
    "a record under another's key": (
        "appintegrations",
        lambda state: _row(state, "event_integrations").__setitem__(0, "other"),
        "event_integrations.rows.0.2 has another Name than its key 'other'",
    ),
    "the ARN of another account": (
        "appintegrations",
        lambda state: state["backends"][0].__setitem__(0, "999999999999"),
        "backends.0.2.event_integrations.rows.0.2.EventIntegrationArn is 'arn:aws:app-integrations:",
    ),
    "the ARN of another region": (
        "appintegrations",
        lambda state: state["backends"][0].__setitem__(1, "eu-central-2"),
        "which is not the ARN of orders0",
    ),
    "one account twice": (
        "dataexchange",
        lambda state: state["backends"].append(state["backends"][0]),
        "backends.2 is of the same account and region as an earlier one",
    ),
    "an account that is none": (
        "dataexchange",
        lambda state: state["backends"][0].__setitem__(0, "me"),
        "backends.0.0 is 'me', not an account of 12 digits",
    ),
    "one name twice": (
        "appintegrations",
        lambda state: _twice(_part(state, "applications")),
        "has the Name 'app', which an earlier record has too",
    ),
    "an association without its parent": (
        "appintegrations",
        lambda state: _part(state, "event_integrations")["rows"].pop(0),
        "has event_integration_associations of orders0, which is not among its event_integrations",
    ),
    "an asset without its revision": (
        "dataexchange",
        lambda state: _part(state, "revisions").clear(),
        "which its data set does not have",
    ),
    "a job of another type than its details": (
        "dataexchange",
        lambda state: _row(state, "jobs")[2].update(Type="EXPORT_ASSETS_TO_S3"),
        "jobs.rows.0.2.Details is not an object of ExportAssetsToS3",
    ),
    "a job of another revision than its details": (
        "dataexchange",
        lambda state: _row(state, "jobs")[2].update(_revision_id="f" * 32),
        "jobs.rows.0.2.Details.ImportAssetsFromS3 is of another data set or revision than the job's",
    ),
    "a job of another data set than its details": (
        "dataexchange",
        lambda state: _row(state, "jobs")[2].update(_data_set_id="f" * 32),
        "jobs.rows.0.2.Details.ImportAssetsFromS3 is of another data set or revision than the job's",
    ),
    "a job in progress that never began": (
        "dataexchange",
        lambda state: _row(state, "jobs")[2].update(State="IN_PROGRESS", _begun_at=None),
        "jobs.rows.0.2 is in progress and lacks the member _begun_at",
    ),
    "a bucket that S3 does not allow": (
        "dataexchange",
        lambda state: state["shared"]["objects"].update({"Bucket": {}}),
        "shared.objects.Bucket is no name of a bucket in S3",
    ),
    **{
        f"tags of {part} that are a text": ("dataexchange", _with_odd_tags(part), ".Tags is 'red', not an object")
        for part in ("data_sets", "revisions", "assets")
    },
    "deep nesting": (
        "appintegrations",
        lambda state: _row(state, "applications")[2].update(ApplicationConfig=_nested(100_000)),
        "is nested more than 64 times",
    ),
    "a deep version": (
        "appintegrations",
        lambda state: state.update(version=[_nested(100_000)]),
        "This snapshot has version a list of 1, and",
    ),
    "a number that is no count": (
        "appintegrations",
        lambda state: _part(state, "applications").update(next=True),
        "applications.next is True, not a number of at least 0",
    ),
    "a number that JSON lacks": (
        "appintegrations",
        lambda state: _row(state, "applications")[2].update(InitializationTimeout=float("nan")),
        "applications.rows.0.2.InitializationTimeout is nan, which no state holds",
    ),
    "a number that is too large": (
        "dataexchange",
        lambda state: _row(state, "jobs")[2].update(_reads=2**63),
        "jobs.rows.0.2._reads is a very large number, which no state holds",
    ),
    "a token of an operation that takes none": (
        "appintegrations",
        lambda state: _part(state, "tokens").update(GetApplication={"a": [{"$bytes": ""}, {}]}),
        "tokens.GetApplication.a.1 is of GetApplication, which keeps no tokens",
    ),
    "a token without a fingerprint": (
        "appintegrations",
        lambda state: _part(state, "tokens").update(CreateApplication={"a": ["", {}]}),
        "tokens.CreateApplication.a.0 is '', not bytes",
    ),
    "a token with an answer that is none": (
        "appintegrations",
        lambda state: _part(state, "tokens").update(CreateApplication={"a": [{"$bytes": ""}, 5]}),
        "tokens.CreateApplication.a.1 is 5, not an object",
    ),
    "a token without an answer": (
        "appintegrations",
        lambda state: _part(state, "tokens").update(CreateApplication={"a": [{"$bytes": ""}]}),
        "tokens.CreateApplication.a is a list of 1, not a fingerprint and an answer",
    ),
}


def _nested(depth: int) -> Any:
    value: Any = {}
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_snapshot_is_refused_with_the_place_and_changes_nothing(case: str) -> None:
    service, damage, text = DAMAGE[case]
    with MOCKS[service]() as aws:
        fill(service, aws)
        state = aws.snapshot()
        damaged = json.loads(json.dumps(state))
        damage(damaged)
        with pytest.raises(SnapshotError, match=re.escape(text)) as caught:
            aws.restore(damaged)
        assert len(str(caught.value)) < 600
        assert aws.snapshot() == state
        aws.restore(state)
        assert aws.snapshot() == state


@pytest.mark.parametrize(
    ("part", "member"),
    [
        ("event_integrations", "EventIntegrationArn"),
        ("data_integrations", "Arn"),
        ("applications", "Arn"),
        ("event_integration_associations", "EventIntegrationAssociationArn"),
        ("data_integration_associations", "DataIntegrationAssociationArn"),
        ("application_associations", "ApplicationAssociationArn"),
    ],
)
def test_a_record_with_the_arn_of_another_is_refused(part: str, member: str) -> None:
    with mock_appintegrations(single_association=False) as aws:
        made = make_all(boto3.client("appintegrations"), aws.backend())
        make_all(boto3.client("appintegrations"), aws.backend(), "files")
        associate_data_integration(boto3.client("appintegrations"))
        aws.backend().associate_event_integration("orders", client_id="connect")
        aws.backend().associate_application(made.application)
        state = aws.snapshot()
        table = _part(state, part)
        rows = table["rows"] if "rows" in table else next(iter(table.values()))["rows"]
        rows[1][2][member] += "x"
        where = rf"backends\.0\.2\.{part}\.rows\.1\.2\.{member}"
        with pytest.raises(SnapshotError, match=rf"{where} is '.+, which is not the ARN of {rows[1][0]}"):
            aws.restore(state)


def test_what_a_test_put_into_a_backend_unchecked_is_refused_as_a_snapshot() -> None:
    with mock_appintegrations() as aws:
        aws.backend().create_event_integration(Name="?", EventFilter={}, EventBridgeBus="")
        state = aws.snapshot()
        with pytest.raises(SnapshotError, match=r"event_integrations\.rows\.0"):
            aws.restore(state)


@services
def test_every_part_of_the_state_says_what_its_records_are(service: str) -> None:
    with MOCKS[service]() as aws:
        backend = aws.backend()
        assert backend.dump().keys() == backend.forms.records.keys()


def test_a_member_that_a_record_always_has_may_not_be_missing_though_it_may_be_nothing() -> None:
    with mock_dataexchange() as aws:
        furnish("dataexchange", aws)
        state = aws.snapshot()
        for index, (_, _, parts) in enumerate(state["backends"]):
            for part in ("received_data_grants", "data_grants"):
                for row, _ in enumerate(parts[part]["rows"]):
                    damaged = json.loads(json.dumps(state))
                    del damaged["backends"][index][2][part]["rows"][row][2]["EndsAt"]
                    with pytest.raises(SnapshotError, match=rf"{part}\.rows\.{row}\.2 lacks the member EndsAt"):
                        aws.restore(damaged)


def test_accounts_of_one_region_and_regions_of_one_account_are_restored() -> None:
    places = [
        (account, region) for account in ("111122223333", "444455556666") for region in ("eu-west-1", "us-west-2")
    ]
    with mock_appintegrations() as aws:
        for account, region in places:
            client: Any = boto3.client("appintegrations", region_name=region, **aws.credentials(account))
            client.create_event_integration(Name="a", EventFilter={"Source": "aws.partner/a"}, EventBridgeBus="b")
        state = aws.snapshot()
        aws.reset()
        aws.restore(state)
        assert aws.snapshot() == state
    assert [tuple(each[:2]) for each in state["backends"]] == places


def test_what_only_a_part_of_a_pattern_matches_is_restored_as_it_was_accepted() -> None:
    with mock_appintegrations() as aws:
        client: Any = boto3.client("appintegrations")
        client.create_data_integration(Name="a", KmsKey="two\nlines")
        state = aws.snapshot()
        aws.reset()
        aws.restore(state)
        assert client.get_data_integration(Identifier="a")["KmsKey"] == "two\nlines"
