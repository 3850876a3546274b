"""Tokens, ids, ARNs, tags, quotas and snapshots: the small containers."""

from __future__ import annotations

import datetime
import functools
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from appint_mock.state import snapshot
from appint_mock.state.arns import Arn, parse_arn, partition_of
from appint_mock.state.form import Unfit
from appint_mock.state.idempotency import TokenReusedError, Tokens
from appint_mock.state.ids import IdSource
from appint_mock.state.paging import InvalidTokenError, make_token, read_token
from appint_mock.state.part import Part, Records
from appint_mock.state.quotas import resolve
from appint_mock.state.tags import TooManyTagsError, merged, without
from appint_mock.state.views import RecordMapping

POSITIONS = st.tuples(st.integers(0, 10**9)) | st.tuples(st.text(max_size=50), st.integers(0, 10**9))
SCOPES = st.tuples(st.text(max_size=20), st.none() | st.text(max_size=20))


@given(position=POSITIONS, scope=SCOPES)
def test_a_page_token_names_its_position_again(position: tuple[Any, ...], scope: tuple[Any, ...]) -> None:
    assert read_token(make_token(position, scope), scope) == position


@given(position=POSITIONS, scope=SCOPES, other=SCOPES)
def test_a_page_token_is_refused_for_another_listing(
    position: tuple[Any, ...], scope: tuple[Any, ...], other: tuple[Any, ...]
) -> None:
    assume(scope != other)
    with pytest.raises(InvalidTokenError):
        read_token(make_token(position, scope), other)


@given(text=st.text(max_size=80))
def test_a_text_that_nobody_handed_out_is_no_page_token(text: str) -> None:
    with pytest.raises(InvalidTokenError):
        read_token(text, ("ListThings",))


@given(position=POSITIONS, scope=SCOPES, data=st.data())
def test_a_page_token_that_was_changed_is_refused(
    position: tuple[Any, ...], scope: tuple[Any, ...], data: st.DataObject
) -> None:
    token = make_token(position, scope)
    index = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(sorted(set("AB/-=! é") - {token[index]})))
    for changed in (
        token[:index] + other + token[index + 1 :],
        token[:index] + other + token[index:],
        f"{token}{other}",
    ):
        with pytest.raises(InvalidTokenError):
            read_token(changed, scope)


@pytest.mark.parametrize("junk", ["!", "~", " ", "*"])
def test_a_page_token_with_junk_in_it_is_refused(junk: str) -> None:
    token = make_token(("a", 1), ("ListThings",))
    assert read_token(token, ("ListThings",)) == ("a", 1)
    for at in (0, 5, len(token)):
        with pytest.raises(InvalidTokenError):
            read_token(token[:at] + junk + token[at:], ("ListThings",))


def test_ids_look_as_aws_s_do() -> None:
    ids = IdSource()
    for _ in range(200):
        made = uuid.UUID(ids.uuid())
        assert (made.version, made.variant) == (4, uuid.RFC_4122)
        assert re.fullmatch(r"[0-9a-f]{32}", ids.hex())
        assert re.fullmatch(r"[0-9]{12}", ids.digits(12))
        assert re.fullmatch(r"[ab]{5}", ids.text(5, "ab"))


def test_a_seed_makes_ids_repeatable_whatever_requests_were_made() -> None:
    first, second = IdSource(7), IdSource(7)
    for _ in range(3):
        second.request_id()
    assert [first.uuid(), first.hex()] == [second.uuid(), second.hex()]
    assert IdSource(7).uuid() != IdSource(8).uuid()
    assert IdSource(7).request_id() != IdSource(8).request_id()
    assert IdSource(7).request_id() != IdSource(7).uuid()
    assert (IdSource(0).is_seeded, IdSource().is_seeded) == (True, False)
    assert IdSource().uuid() != IdSource().uuid()


def test_an_arn_is_taken_apart_and_put_together() -> None:
    text = "arn:aws-cn:service:cn-north-1:123456789012:kind/name:with:colons"
    arn = parse_arn(text)
    assert arn == Arn("aws-cn", "service", "cn-north-1", "123456789012", "kind/name:with:colons")
    assert str(arn) == text
    for no_arn in ("", "arn:aws:service:region:account", "urn:a:b:c:d:e", "aar:a:b:c:d:e"):
        assert parse_arn(no_arn) is None


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("us-east-1", "aws"),
        ("cn-northwest-1", "aws-cn"),
        ("us-gov-east-1", "aws-us-gov"),
        ("us-iso-west-1", "aws-iso"),
        ("eusc-de-east-1", "aws-eusc"),
        ("ap-southeast-99", "aws"),
        ("cn-south-9", "aws-cn"),
        ("us-gov-north-9", "aws-us-gov"),
        ("made-up", "aws"),
    ],
)
def test_a_region_s_partition_is_botocore_s(region: str, partition: str) -> None:
    assert partition_of(region) == partition


@pytest.mark.parametrize("make", [IdSource.uuid, IdSource.request_id], ids=["uuid", "request_id"])
def test_all_bits_of_an_id_are_random_but_those_of_its_version(make: Callable[[IdSource], str]) -> None:
    ids = IdSource(1)
    made = [uuid.UUID(make(ids)).int for _ in range(200)]
    always, ever = functools.reduce(int.__and__, made), functools.reduce(int.__or__, made)
    assert f"{always:032x}" == "00000000000040008000000000000000"
    assert f"{ever:032x}" == "ffffffffffff4fffbfffffffffffffff"


@pytest.mark.parametrize("length", [1, 32, 33])
def test_all_bits_of_hexadecimal_digits_are_random(length: int) -> None:
    ids = IdSource(1)
    made = [ids.hex(length) for _ in range(200)]
    assert {len(each) for each in made} == {length}
    numbers = [int(each, 16) for each in made]
    assert functools.reduce(int.__and__, numbers) == 0
    assert f"{functools.reduce(int.__or__, numbers):x}" == "f" * length


def test_an_id_after_a_branch_belongs_to_the_seed_and_the_name() -> None:
    made = []
    for seed, name in ((7, "a"), (7, "a"), (7, "b"), (8, "a")):
        ids = IdSource(seed)
        ids.branch(name)
        made.append(ids.hex())
    assert made[0] == made[1]
    assert len({*made, IdSource(7).hex()}) == 4
    unseeded = [IdSource(), IdSource()]
    for ids in unseeded:
        ids.branch("a")
    assert unseeded[0].hex() != unseeded[1].hex()


def test_a_parameter_s_order_makes_no_difference_to_a_token() -> None:
    tokens = Tokens()
    tokens.remember("Create", "t", {"A": {"x": 1, "y": 2}, "B": 3}, {"Id": "1"})
    assert tokens.answer("Create", "t", {"B": 3, "A": {"y": 2, "x": 1}}) == {"Id": "1"}
    for operation, token in (("Create", "u"), ("Update", "t"), ("Create", None)):
        assert tokens.answer(operation, token, {}) is None
    for number in range(4, 24):
        with pytest.raises(TokenReusedError, match=r"^t$"):
            tokens.answer("Create", "t", {"A": {"x": 1, "y": 2}, "B": number})


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ([], "it is a list of 0, not an object"),
        ({"Create": 1}, "Create is 1, not an object"),
        ({"Create": {"t": [b"1"]}}, "Create.t is a list of 1, not a fingerprint and an answer"),
        ({"Create": {"t": (b"1", {})}}, "Create.t is (b'1', {}), not a fingerprint and an answer"),
        ({"Create": {"t": ["1", {}]}}, "Create.t.0 is '1', not bytes"),
        ({"Create": {"t": [b"1", 2]}}, "Create.t.1 is 2, not an object"),
        ({"Create": {"t": [b"1", {"Id": 3}]}}, "Create.t.1 is Create, 3"),
        ({"Create": {"t": [b"1", {"Id": 1}]}, "Update": {"t": [b"1", {"Id": 4}]}}, "Update.t.1 is Update, 4"),
    ],
    ids=str,
)
def test_tokens_of_a_snapshot_are_checked_with_their_answers(data: Any, complaint: str) -> None:
    def form(value: tuple[str, dict[str, Any]]) -> None:
        operation, answer = value
        if answer["Id"] > 2:
            raise Unfit(f"is {operation}, {answer['Id']}")

    records = Records(form)
    with pytest.raises(Unfit) as refused:
        Tokens().check(data, records)
    assert str(refused.value) == complaint


def test_tokens_come_back_from_a_dump_and_an_operation_without_any_is_left_out() -> None:
    tokens, others = Tokens(), Tokens()
    tokens.remember("Create", "t", {"A": 1}, {"Id": "1"})
    tokens.remember("Update", "u", {}, {})
    tokens.remember("Update", None, {}, {})
    assert len(tokens) == 2
    tokens.forget("Update", "u")
    tokens.forget("Update", None)
    tokens.forget("Delete", "t")
    assert len(tokens) == 1
    dumped = tokens.dump()
    assert list(dumped) == ["Create"]
    others.load(dumped)
    assert others.answer("Create", "t", {"A": 1}) == {"Id": "1"}


@pytest.mark.parametrize("value", [0, 1, 2.5, None])
def test_a_quota_may_be_any_number_that_is_not_negative(value: float | None) -> None:
    assert resolve({"a": value}, {"a": 5, "b": 6}) == ({} if value is None else {"a": value})


@pytest.mark.parametrize("value", [-1, -0.5, True, "1"])
def test_a_quota_that_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=rf"^quotas\['a'\] is {value!r}: give a number of at least 0"):
        resolve({"a": value}, {"a": 5, "b": 6})


def test_tags_are_merged_and_removed_on_copies() -> None:
    tags = {"a": "1", "b": "2"}
    assert merged(tags, {"b": "3", "c": "4"}, most=3) == {"a": "1", "b": "3", "c": "4"}
    assert without(tags, ["b", "nobody"]) == {"a": "1"}
    assert tags == {"a": "1", "b": "2"}
    with pytest.raises(TooManyTagsError):
        merged(tags, {"c": "4"}, most=2)


def test_quotas_are_none_the_defaults_or_those_named() -> None:
    defaults = {"things": 10, "rare things": None}
    assert resolve(False, defaults) == {}
    assert resolve(True, defaults) == {"things": 10}
    assert resolve({"rare things": 0}, defaults) == {"rare things": 0}


def test_a_client_token_answers_as_it_did_first() -> None:
    tokens = Tokens()
    answer = {"Id": "1"}
    assert tokens.answer("Create", "t", {"a": 1, "b": 2}) is None
    tokens.remember("Create", "t", {"a": 1, "b": 2}, answer)
    tokens.remember("Create", None, {"a": 1}, answer)
    assert tokens.answer("Create", "t", {"b": 2, "a": 1}) is answer
    assert tokens.answer("Other", "t", {"a": 1}) is None
    assert tokens.answer("Create", None, {"a": 1}) is None
    with pytest.raises(TokenReusedError):
        tokens.answer("Create", "t", {"a": 1})
    other = Tokens()
    other.load(snapshot.decode(json.loads(json.dumps(snapshot.encode(tokens.dump())))))
    assert other.answer("Create", "t", {"a": 1, "b": 2}) == answer
    tokens.forget("Create", "t")
    tokens.forget("Create", None)
    assert tokens.answer("Create", "t", {"a": 1}) is None


MOMENTS = st.datetimes(timezones=st.just(datetime.timezone.utc))
PLAIN = st.recursive(
    # No state holds a larger number: no shape of a model could.
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.binary()
    | MOMENTS,
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["$bytes", "$moment", "$object"]), inner)
    ),
    max_leaves=20,
)


@given(value=PLAIN)
def test_a_snapshot_survives_json(value: Any) -> None:
    assert snapshot.decode(json.loads(json.dumps(snapshot.encode(value)))) == value


def test_a_snapshot_refuses_what_is_no_data() -> None:
    with pytest.raises(TypeError, match="cannot stand in a snapshot"):
        snapshot.encode({"a": object()})


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ([], "it is a list of 0, not an object"),
        ({"Make": []}, "Make is a list of 0, not an object"),
        ({"Make": {"a": [b"", {}, 5]}}, "Make.a is a list of 3, not a fingerprint and an answer"),
        ({"Make": {"a": ["", {}]}}, "Make.a.0 is '', not bytes"),
        ({"Make": {"a": [b"", 5]}}, "Make.a.1 is 5, not an object"),
    ],
)
def test_data_that_are_no_tokens_are_refused_whatever_the_service_says_of_its_answers(data: Any, text: str) -> None:
    records = Records(form=lambda value: None)
    Tokens().check({"Make": {"a": [b"", {}]}}, records)
    with pytest.raises(Unfit) as caught:
        Tokens().check(data, records)
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        *((Part, name) for name in ("dump", "load", "check", "__len__")),
        *((RecordMapping, name) for name in ("record", "keyed", "__len__")),
    ],
)
def test_a_part_of_the_state_without_all_its_methods_is_never_made(kind: type[Any], method: str) -> None:
    others = dict.fromkeys(kind.__abstractmethods__ - {method})
    assert type("Whole", (kind,), {**others, method: None}) is not None
    with pytest.raises(TypeError, match=f"abstract method '?{method}'?"):
        type("Incomplete", (kind,), others)()
