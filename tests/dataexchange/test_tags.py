"""Tags: on what, how many, which."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.fidelity.dataexchange import holds

from .actors import NOWHERE, OTHER_ACCOUNT, Actor, asset_of, bare, invalid, not_found, of, read_only

TOO_MANY = "A resource can have at most 50 tags."
KINDS = ("DATA_SET", "REVISION", "ASSET", "EVENT_ACTION", "DATA_GRANT")
every_kind = pytest.mark.parametrize("kind", KINDS)


class Resources(NamedTuple):
    """One resource of each kind that can be tagged, made with the same tags."""

    arns: dict[str, str]
    #: What Get answers.
    get: dict[str, Any]


def _entitled(actor: Actor) -> str:
    return str(
        actor.backend.add_entitled_data_set(
            name="Weather",
            description="Hourly",
            asset_type="S3_SNAPSHOT",
            product_id="prod-weather",
            revisions=[{"assets": {"a.csv": b"a"}}],
        )
    )


def _make(actor: Actor, tags: dict[str, str] | None = None) -> Resources:
    given: dict[str, Any] = {} if tags is None else {"Tags": tags}
    client = actor.client
    data_set = actor.data_set(**given)
    revision = actor.revision(data_set, "a.csv", **given)
    (asset,) = actor.assets(revision)
    action = actor.event_action(_entitled(actor), **given)
    grant = actor.grant(data_set, **given)
    if tags:
        client.tag_resource(ResourceArn=asset["Arn"], Tags=tags)
    made = zip(KINDS, (data_set, revision, asset, action, grant), strict=True)
    return Resources(
        {kind: each["Arn"] for kind, each in made},
        {
            "DATA_SET": lambda: client.get_data_set(DataSetId=data_set["Id"]),
            "REVISION": lambda: client.get_revision(**of(revision)),
            "ASSET": lambda: client.get_asset(**asset_of(asset)),
            "EVENT_ACTION": lambda: client.get_event_action(EventActionId=action["Id"]),
            "DATA_GRANT": lambda: client.get_data_grant(DataGrantId=grant["Id"]),
        },
    )


def _tags(actor: Actor, arn: str) -> Any:
    return actor.client.list_tags_for_resource(ResourceArn=arn)["Tags"]


@holds("answers.tags", "tags.kinds", "tags.one-set", "tags.empty-value")
@every_kind
def test_tags_given_at_create_are_the_tags(provider: Actor, kind: str) -> None:
    resources = _make(provider, {"team": "data", "empty": ""})
    assert _tags(provider, resources.arns[kind]) == {"team": "data", "empty": ""}
    assert resources.get[kind]()["Tags"] == {"team": "data", "empty": ""}


@holds("tags.list", "tags.empty")
@every_kind
def test_no_tags_and_empty_tags_are_the_same(provider: Actor, kind: str) -> None:
    empty: tuple[dict[str, str] | None, ...] = (None, {})
    for tags in empty:
        resources = _make(provider, tags)
        provider.client.tag_resource(ResourceArn=resources.arns[kind], Tags={})
        assert _tags(provider, resources.arns[kind]) == {}
        assert "Tags" not in resources.get[kind]()


@holds("moments.above", "tags.kinds", "tags.merge", "tags.untag", "tags.list")
@every_kind
def test_tagging_merges_and_untagging_removes(aws: Any, provider: Actor, kind: str) -> None:
    resources = _make(provider, {"a": "1", "b": "2"})
    before = bare(resources.get[kind]())
    aws.clock.advance(minutes=1)
    arn = resources.arns[kind]
    answer = provider.client.tag_resource(ResourceArn=arn, Tags={"b": "3", "c": "4"})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert _tags(provider, arn) == {"a": "1", "b": "3", "c": "4"}
    answer = provider.client.untag_resource(ResourceArn=arn, TagKeys=["a", "never there", "c"])
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert _tags(provider, arn) == {"b": "3"}
    # Also: no moment moves.
    assert bare(resources.get[kind]()) == {**before, "Tags": {"b": "3"}}
    provider.client.untag_resource(ResourceArn=arn, TagKeys=["b"])
    assert _tags(provider, arn) == {}
    assert "Tags" not in resources.get[kind]()


@holds("moments.above")
def test_tags_move_nothing_above_them(aws: Any, provider: Actor) -> None:
    resources = _make(provider)
    before = {kind: bare(resources.get[kind]()) for kind in KINDS[:2]}
    aws.clock.advance(minutes=1)
    provider.client.tag_resource(ResourceArn=resources.arns["ASSET"], Tags={"a": "b"})
    assert {kind: bare(resources.get[kind]()) for kind in KINDS[:2]} == before


@holds("tags.states")
def test_finalized_and_revoked_revisions_can_be_tagged(provider: Actor) -> None:
    revision = provider.finalized(provider.data_set())
    (asset,) = provider.assets(revision)
    for arn in (revision["Arn"], asset["Arn"]):
        provider.client.tag_resource(ResourceArn=arn, Tags={"state": "finalized"})
    provider.revoke(revision)
    for arn in (revision["Arn"], asset["Arn"]):
        provider.client.tag_resource(ResourceArn=arn, Tags={"state": "revoked"})
        assert _tags(provider, arn) == {"state": "revoked"}


@holds("tags.limit")
@every_kind
def test_a_resource_can_have_50_tags_and_no_more(provider: Actor, kind: str) -> None:
    arn = _make(provider).arns[kind]
    most = {f"key{number}": "" for number in range(50)}
    provider.client.tag_resource(ResourceArn=arn, Tags=most)
    provider.client.tag_resource(ResourceArn=arn, Tags={"key7": "again"})
    with invalid(TOO_MANY):
        provider.client.tag_resource(ResourceArn=arn, Tags={"one": "more"})
    assert len(_tags(provider, arn)) == 50


def _create_calls(actor: Actor) -> dict[str, Any]:
    data_set, entitled = actor.data_set(), _entitled(actor)
    return {
        "DATA_SET": actor.data_set,
        "REVISION": lambda **tags: actor.revision(data_set, **tags),
        "EVENT_ACTION": lambda **tags: actor.event_action(entitled, **tags),
        "DATA_GRANT": lambda **tags: actor.grant(data_set, **tags),
    }


@holds("tags.limit", "tags.invalid")
@pytest.mark.parametrize("kind", ["DATA_SET", "REVISION", "EVENT_ACTION", "DATA_GRANT"])
def test_wrong_tags_are_refused_at_create(aws: Any, provider: Actor, kind: str) -> None:
    aws.objects.create_bucket("arrivals")
    create = _create_calls(provider)[kind]
    with invalid(TOO_MANY):
        create(Tags={f"key{number}": "" for number in range(51)})
    with invalid("Tag aws:team is not valid."):
        create(Tags={"aws:team": "data"})
    create(Tags={f"key{number}": "" for number in range(50)})


@holds("tags.invalid")
@pytest.mark.parametrize(
    ("key", "value"), [("", "value"), ("k" * 129, ""), ("key", "v" * 257), ("aws:key", ""), ("AWS:key", "")]
)
def test_a_tag_that_cannot_be_is_refused(provider: Actor, key: str, value: str) -> None:
    data_set = provider.data_set()
    with invalid(f"Tag {key} is not valid."):
        provider.client.tag_resource(ResourceArn=data_set["Arn"], Tags={"good": "one", key: value})


@holds("tags.invalid")
def test_the_longest_tags_are_taken(provider: Actor) -> None:
    data_set = provider.data_set()
    tags = {"k" * 128: "v" * 256, "😀" * 128: "ü" * 256, "a.b/c=d+e-f@g:h_i j": "aws:fine"}
    provider.client.tag_resource(ResourceArn=data_set["Arn"], Tags=tags)
    assert _tags(provider, data_set["Arn"]) == tags


OPERATIONS: list[tuple[str, dict[str, Any]]] = [
    ("list_tags_for_resource", {}),
    ("tag_resource", {"Tags": {"a": "b"}}),
    ("untag_resource", {"TagKeys": ["a"]}),
]
every_operation = pytest.mark.parametrize(("operation", "members"), OPERATIONS)
OWN = "arn:aws:dataexchange:us-east-1:123456789012:"


@holds("tags.arn")
@every_operation
@pytest.mark.parametrize(
    "arn",
    [
        "data-sets/" + NOWHERE,
        "arn:aws:s3:::bucket",
        OWN.replace("dataexchange", "a4b") + "data-sets/" + NOWHERE,
        OWN.replace("dataexchange", "s3") + "data-sets/" + NOWHERE,
        OWN + "jobs/" + NOWHERE,
        OWN + "data-sets/",
        OWN + "data-sets/" + NOWHERE + "/assets/" + NOWHERE,
        OWN + "data-sets/" + NOWHERE + "/revisions/" + NOWHERE + "/",
        OWN + "products/" + NOWHERE,
        "x",
    ],
)
def test_an_arn_of_what_cannot_be_tagged_is_refused(
    provider: Actor, operation: str, members: dict[str, Any], arn: str
) -> None:
    with invalid(f"{arn} is not the ARN of a resource that can be tagged."):
        getattr(provider.client, operation)(ResourceArn=arn, **members)


@holds("tags.arn")
def test_a_job_cannot_be_tagged(provider: Actor) -> None:
    provider.revision(provider.data_set(), "a.csv")
    (job,) = provider.client.list_jobs()["Jobs"]
    with invalid(f"{job['Arn']} is not the ARN of a resource that can be tagged."):
        provider.client.tag_resource(ResourceArn=job["Arn"], Tags={"a": "b"})


@holds("tags.unknown")
@every_operation
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (f"data-sets/{NOWHERE}", "DATA_SET"),
        (f"data-sets/{'1' * 32}/revisions/{NOWHERE}", "REVISION"),
        (f"data-sets/{'1' * 32}/revisions/{'2' * 32}/assets/{NOWHERE}", "ASSET"),
        (f"event-actions/{NOWHERE}", "EVENT_ACTION"),
        (f"data-grants/{NOWHERE}", "DATA_GRANT"),
    ],
)
def test_an_unknown_resource_is_named_by_the_last_id(
    provider: Actor, operation: str, members: dict[str, Any], path: str, kind: str
) -> None:
    for start in (OWN, OWN.replace("123456789012", "")):
        with not_found(kind, NOWHERE):
            getattr(provider.client, operation)(ResourceArn=start + path, **members)


@holds("identifiers.apart", "tags.unknown")
@every_operation
@every_kind
def test_resources_of_others_and_of_other_regions_are_not_found(
    aws: Any, provider: Actor, kind: str, operation: str, members: dict[str, Any]
) -> None:
    arn = _make(provider).arns[kind]
    for other in (Actor(aws, OTHER_ACCOUNT), Actor(aws, region_name="eu-west-1")):
        with not_found(kind, arn.rpartition("/")[2]):
            getattr(other.client, operation)(ResourceArn=arn, **members)
    for right, place in (("us-east-1", "eu-west-1"), ("us-east-1", "us-west-2"), ("arn:aws:", "arn:aws-cn:")):
        wrong = arn.replace(right, place)
        with not_found(kind, arn.rpartition("/")[2]):
            getattr(provider.client, operation)(ResourceArn=wrong, **members)


@holds("tags.mixed")
def test_a_path_of_parts_that_do_not_belong_together_is_not_found(provider: Actor) -> None:
    revision = provider.revision(provider.data_set(), "a.csv")
    (asset,) = provider.assets(revision)
    other = provider.data_set()
    arn = asset["Arn"].replace(revision["DataSetId"], other["Id"])
    with not_found("ASSET", asset["Id"]):
        provider.client.list_tags_for_resource(ResourceArn=arn)


@holds("entitled.read-only", "entitled.read-only-code")
@every_operation
def test_entitled_things_have_no_tags_and_take_none(provider: Actor, operation: str, members: dict[str, Any]) -> None:
    data_set_id = _entitled(provider)
    (revision,) = provider.revisions(data_set_id)
    (asset,) = provider.assets(revision)
    arns = [provider.client.get_data_set(DataSetId=data_set_id)["Arn"], revision["Arn"], asset["Arn"]]
    for arn in arns:
        with read_only(data_set_id):
            getattr(provider.client, operation)(ResourceArn=arn, **members)


@holds("entitled.access-ends")
def test_tags_of_an_entitled_data_set_whose_access_has_ended_are_not_found(provider: Actor, subscriber: Actor) -> None:
    grant = provider.grant(provider.data_set())
    data_set = subscriber.accept(grant)
    provider.client.delete_data_grant(DataGrantId=grant["Id"])
    with not_found("DATA_SET", data_set["Id"]):
        subscriber.client.list_tags_for_resource(ResourceArn=data_set["Arn"])


@every_operation
def test_nothing_entitled_has_tags_after_access_has_ended(
    provider: Actor, subscriber: Actor, operation: str, members: dict[str, Any]
) -> None:
    data_set = provider.data_set()
    grant = provider.grant(data_set)
    provider.finalized(data_set)
    entitled = subscriber.accept(grant)
    (revision,) = subscriber.revisions(entitled["Id"])
    (asset,) = subscriber.assets(revision)
    provider.client.delete_data_grant(DataGrantId=grant["Id"])
    for kind, each in (("DATA_SET", entitled), ("REVISION", revision), ("ASSET", asset)):
        with not_found(kind, each["Id"]):
            getattr(subscriber.client, operation)(ResourceArn=each["Arn"], **members)


@holds("tags.receiver")
def test_a_grants_receiver_cannot_see_or_change_its_tags(provider: Actor, subscriber: Actor) -> None:
    grant = provider.grant(provider.data_set(), Tags={"secret": "yes"})
    with not_found("DATA_GRANT", grant["Id"]):
        subscriber.client.list_tags_for_resource(ResourceArn=grant["Arn"])
    assert "Tags" not in subscriber.client.get_received_data_grant(DataGrantArn=grant["Arn"])
    assert "Tags" not in subscriber.client.accept_data_grant(DataGrantArn=grant["Arn"])


@holds("order.rules-lookups")
def test_a_wrong_tag_is_reported_before_an_unknown_resource(provider: Actor) -> None:
    with invalid("Tag aws:x is not valid."):
        provider.client.tag_resource(ResourceArn=OWN + "data-sets/" + NOWHERE, Tags={"aws:x": ""})
