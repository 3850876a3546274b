"""What live mode saw, as data, and what becomes of it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from appint_mock.server import ServerMock
from tests.fidelity import evidence
from tests.fidelity.covering import CoveringTest
from tests.live import records, standins
from tests.live.altered import serving
from tests.live.plugin import Choice
from tests.live.records import Record, Seen, contradictions
from tests.live.run import ask

_TEXT = "appintegrations:tokens.mismatch"


def _seen(held: bool | None, *rules: str) -> Seen:
    return Seen(held, "", list(rules), [])


def _record(taken: str, *tests: Seen, of: str = records.AWS) -> Record:
    named = {f"tests/x.py::test_{number}": seen for number, seen in enumerate(tests)}
    return Record(of, taken, {"botocore": "1.43.11"}, named)


def _written(folder: Path, *found: Record) -> Path:
    for number, each in enumerate(found):
        each.write(folder / f"{number}.json")
    return folder


# Data


def test_ids_accounts_moments_tokens_and_urls_are_numbered_references() -> None:
    moment = datetime.datetime(2030, 1, 31, tzinfo=datetime.timezone.utc)
    data = records.References().masked(
        {
            "Id": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            "Other": "0123456789abcdef0123456789abcdef",
            "Arn": "arn:aws:x:us-east-1:123456789012:y/3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            "At": [moment, moment],
            "Since": "2030-01-31T00:00:00.123Z",
            "Date": "Thu, 31 Jan 2030 00:00:00 GMT",
            "NextToken": "anything",
            "SignedUrl": "https://bucket/x?X-Amz-Signature=0",
            "Size": 5,
        }
    )
    assert data == {
        "Id": "id-1",
        "Other": "id-2",
        "Arn": "arn:aws:x:us-east-1:account-1:y/id-1",
        "At": ["moment-1", "moment-1"],
        "Since": "moment-2",
        "Date": "moment-3",
        "NextToken": "token-1",
        "SignedUrl": "url-1",
        "Size": 5,
    }


@pytest.mark.parametrize(
    ("held", "together"),
    [([True, True], True), ([True, False], False), ([True, None], None), ([None, False], False)],
)
def test_a_rule_holds_if_all_of_its_tests_hold(held: list[bool | None], together: bool | None) -> None:
    assert _record("2030-01-31", *(_seen(each, "a:b") for each in held)).rules() == {"a:b": together}


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    before = _record("2030-01-31", _seen(True, "a:b"), _seen(None, "c:d"))
    before.write(tmp_path / "record.json")
    assert records.read(tmp_path / "record.json") == before


# Classes


def test_what_aws_said_last_counts_and_what_stood_in_says_nothing(tmp_path: Path) -> None:
    folder = _written(
        tmp_path,
        _record("2030-02-01", _seen(True, "a:b")),
        _record("2030-01-31", _seen(False, "a:b"), _seen(True, "a:old"), _seen(None, "a:unasked")),
        _record("2030-03-01", _seen(False, "a:b"), _seen(True, "a:standin"), of="http://127.0.0.1:5005"),
    )
    found = records.evidence(folder)
    assert {rule: (each.held, each.taken) for rule, each in found.items()} == {
        "a:b": (True, "2030-02-01"),
        "a:old": (True, "2030-01-31"),
    }


def test_the_page_shows_a_rule_as_seen_with_date_and_model_if_all_of_it_was_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free: frozenset[str] = frozenset()
    whole, part = "appintegrations:tokens.mismatch", "appintegrations:lists.order"
    tests = {
        whole: (CoveringTest("tests/x.py", "test_x", (free, free)),),
        part: (CoveringTest("tests/x.py", "test_y", (free, None)),),
    }
    monkeypatch.setattr(evidence, "tests_by_rule", lambda: tests)
    monkeypatch.setattr(records, "FOLDER", _written(tmp_path, _record("2030-01-31", _seen(True, whole, part))))
    rows = {row.name: row for row in evidence.rows()}
    assert (rows[whole].known, rows[whole].known_text()) == ("seen", "seen (2030-01-31, botocore 1.43.11)")
    assert rows[part].known == "assumed"
    assert rows[part].known_text() == "assumed; in part seen (2030-01-31, botocore 1.43.11)"


# Contradictions


def _asked(endpoint: str, *rules: str) -> dict[str, Seen]:
    return ask(standins.session(endpoint), Choice(rules=rules), "-q", tries=1).seen


def test_a_record_contradicts_the_mock_until_it_answers_so_and_the_test_says_so(server: ServerMock) -> None:
    with serving(server.endpoint, standins.ALTERATIONS[0]) as endpoint:
        recorded = records.record(records.AWS, _asked(endpoint, _TEXT))
        # The mock as it would be when it was changed, before and after its tests were.
        changed = _asked(endpoint, _TEXT)
    held = {name: seen._replace(held=True, why="") for name, seen in changed.items()}
    now = contradictions(recorded, _asked(server.endpoint, _TEXT))
    assert "AWS said 'This token is taken', the mock says 'The ClientToken was already used" in now[_TEXT][0]
    assert "the mock answers as AWS did, but the test fails" in contradictions(recorded, changed)[_TEXT][0]
    assert contradictions(recorded, held) == {}
    assert "the test is gone" in contradictions(recorded, {})[_TEXT][0]


def test_no_record_from_aws_contradicts_the_mock(server: ServerMock) -> None:
    """Change the mock and its tests until they say what AWS said: the record names the rule and the answer."""
    newest: dict[str, Any] = records.evidence(records.FOLDER)
    for path in sorted(records.FOLDER.glob("*.json")):
        recorded = records.read(path)
        broken = [
            name
            for name, seen in recorded.tests.items()
            if seen.held is False and any(newest[rule].taken == recorded.taken for rule in seen.rules)
        ]
        if broken:
            now = ask(standins.session(server.endpoint), Choice(tests=broken), "-q", tries=1).seen
            assert contradictions(recorded, now) == {}, path
