"""Each kind of resource against a plain dict: whatever is done in whatever order, both agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import appint_mock


class Kind(NamedTuple):
    """How a kind of resource is made, named, changed and listed through boto3."""

    service: str
    noun: str
    """As in the operations' names."""
    create: Callable[[str], dict[str, Any]]
    """The parameters that create the resource called so."""
    identify: Callable[[dict[str, Any]], dict[str, Any]]
    """From a Create's parameters and answer, the parameters that name it in Get and Update."""
    delete_by: str
    """The parameter that names it in Delete."""
    listed: str
    """The member of the List's answer."""
    arn: str
    """The member of Get's answer that is the ARN."""
    changes: str
    """The member that Update is given."""
    newest_first: bool = False
    unique: bool = True


KINDS = [
    Kind(
        "appintegrations",
        "event_integration",
        lambda name: {"Name": name, "EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"},
        lambda made: {"Name": made["Name"]},
        "Name",
        "EventIntegrations",
        "EventIntegrationArn",
        "Description",
    ),
    Kind(
        "appintegrations",
        "data_integration",
        lambda name: {"Name": name, "KmsKey": "key"},
        lambda made: {"Identifier": made["Id"]},
        "DataIntegrationIdentifier",
        "DataIntegrations",
        "Arn",
        "Description",
    ),
    Kind(
        "appintegrations",
        "application",
        lambda name: {"Name": name, "Namespace": name, "ApplicationSourceConfig": {}},
        lambda made: {"Arn": made["Arn"]},
        "Arn",
        "Applications",
        "Arn",
        "Description",
    ),
    Kind(
        "dataexchange",
        "data_set",
        lambda name: {"Name": name, "Description": "none yet", "AssetType": "S3_SNAPSHOT"},
        lambda made: {"DataSetId": made["Id"]},
        "DataSetId",
        "DataSets",
        "Arn",
        "Description",
        newest_first=True,
        unique=False,
    ),
]
NAMES = st.sampled_from([f"name-{letter}" for letter in "abcdefgh"])
TAGS = st.dictionaries(st.sampled_from(["one", "two", "three"]), st.sampled_from(["", "x", "y"]), max_size=3)


def machine_of(kind: Kind) -> type[RuleBasedStateMachine]:  # noqa: C901 (its branches are the methods of one class)
    """A machine that does to one kind of resource whatever can be done."""

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.mock = getattr(appint_mock, f"mock_{kind.service}")().start()
            self.client = boto3.client(kind.service)
            #: Each resource's name, by what names it in Get; in order of creation.
            self.model: dict[tuple[Any, ...], dict[str, Any]] = {}

        def teardown(self) -> None:
            self.mock.stop()

        def call(self, verb: str, **parameters: Any) -> Any:
            plural = "s" if verb == "list" else ""
            return getattr(self.client, f"{verb}_{kind.noun}{plural}")(**parameters)

        def listing(self) -> list[str]:
            names = [entry["name"] for entry in self.model.values()]
            return names[::-1] if kind.newest_first else names

        @initialize()
        def first(self) -> None:
            assert self.call("list")[kind.listed] == []

        @rule(name=NAMES, tags=TAGS)
        def create(self, name: str, tags: dict[str, str]) -> None:
            parameters = kind.create(name) | ({"Tags": tags} if tags else {})
            if kind.unique and name in self.listing():
                with pytest.raises(self.client.exceptions.DuplicateResourceException):
                    self.call("create", **parameters)
                return
            answer = self.call("create", **parameters)
            by = kind.identify({**parameters, **answer})
            got = self.call("get", **by)
            self.model[tuple(by.items())] = {
                "name": name,
                "arn": got[kind.arn],
                "tags": tags,
                "change": got.get(kind.changes),
            }

        @precondition(lambda self: self.model)
        @rule(data=st.data(), text=st.text(alphabet="abc ", min_size=1, max_size=10))
        def update(self, data: st.DataObject, text: str) -> None:
            by = data.draw(st.sampled_from(list(self.model)))
            self.call("update", **dict(by), **{kind.changes: text})
            self.model[by]["change"] = text

        @precondition(lambda self: self.model)
        @rule(data=st.data(), tags=TAGS.filter(bool))
        def tag(self, data: st.DataObject, tags: dict[str, str]) -> None:
            entry = self.model[data.draw(st.sampled_from(list(self.model)))]
            self.client.tag_resource(**self.arn_and(entry, "tags", tags))
            entry["tags"] = {**entry["tags"], **tags}

        @precondition(lambda self: self.model)
        @rule(data=st.data(), keys=st.lists(st.sampled_from(["one", "two", "nobody"]), min_size=1, max_size=2))
        def untag(self, data: st.DataObject, keys: list[str]) -> None:
            entry = self.model[data.draw(st.sampled_from(list(self.model)))]
            self.client.untag_resource(**self.arn_and(entry, "tagKeys", keys))
            entry["tags"] = {key: value for key, value in entry["tags"].items() if key not in keys}

        def arn_and(self, entry: dict[str, Any], member: str, value: Any) -> dict[str, Any]:
            # Data Exchange's model capitalises what AppIntegrations' does not.
            names = ["resourceArn", member]
            if kind.service == "dataexchange":
                names = [name[0].upper() + name[1:] for name in names]
            return dict(zip(names, [entry["arn"], value], strict=True))

        @precondition(lambda self: self.model)
        @rule(data=st.data())
        def delete(self, data: st.DataObject) -> None:
            by = data.draw(st.sampled_from(list(self.model)))
            self.call("delete", **{kind.delete_by: by[0][1]})
            del self.model[by]
            with pytest.raises(ClientError, match="ResourceNotFoundException"):
                self.call("get", **dict(by))

        @rule()
        def snapshot_and_restore(self) -> None:
            state = self.mock.snapshot()
            self.mock.reset()
            assert self.call("list")[kind.listed] == []
            self.mock.restore(state)

        @rule(size=st.integers(1, 4))
        def pages_are_the_listing(self, size: int) -> None:
            pages = self.client.get_paginator(f"list_{kind.noun}s").paginate(PaginationConfig={"PageSize": size})
            assert [item["Name"] for page in pages for item in page[kind.listed]] == self.listing()

        @precondition(lambda self: len(self.model) > 1)
        @rule(data=st.data(), size=st.integers(1, 3))
        def a_walk_outlives_deletions(self, data: Any, size: int) -> None:
            """Whatever was there all the time is shown once, and in order."""
            before, shown, token = self.listing(), [], None
            deleted: list[str] = []
            while True:
                page = self.call("list", MaxResults=size, **({"NextToken": token} if token else {}))
                shown += [item["Name"] for item in page[kind.listed]]
                token = page.get("NextToken")
                if token is None:
                    break
                if self.model and data.draw(st.booleans(), label="delete one"):
                    by = data.draw(st.sampled_from(list(self.model)))
                    deleted.append(self.model[by]["name"])
                    self.call("delete", **{kind.delete_by: by[0][1]})
                    del self.model[by]
            if kind.unique:
                assert [name for name in shown if name not in deleted] == [
                    name for name in before if name not in deleted
                ]
                assert len(set(shown)) == len(shown)
            else:
                assert len(shown) >= len(before) - len(deleted)

        @invariant()
        def both_agree(self) -> None:
            for by, entry in self.model.items():
                got = self.call("get", **dict(by))
                assert (got["Name"], got.get(kind.changes)) == (entry["name"], entry["change"])
                assert got.get("Tags", {}) == entry["tags"]
            assert [item["Name"] for item in self.call("list")[kind.listed]] == self.listing()

    return Machine


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.noun)
def test_a_resource_is_what_a_plain_dict_says(kind: Kind) -> None:
    run_state_machine_as_test(
        machine_of(kind), settings=settings(max_examples=15, stateful_step_count=20, deadline=None, database=None)
    )
