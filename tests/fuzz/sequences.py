"""Sequences of requests with clock jumps, snapshots and restores in between, from a seeded source of chance.

Unlike hypothesis this keeps nothing of what it has tried, so it is as fast at the end of a long run as at its start. A
sequence is repeated by its seed.
"""

from __future__ import annotations

import copy
import datetime
import functools
import json
import random
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from botocore.serialize import create_serializer

from appint_mock import SnapshotError
from appint_mock.handle.mock import ServiceMock
from appint_mock.protocol.message import Request
from appint_mock.protocol.operation import Operation
from appint_mock.state.ids import IdSource
from tests.fuzz.furnished import OTHER_ACCOUNT, furnish
from tests.fuzz.snapshots import mutated
from tests.fuzz.wire import ODD_BODIES, ODD_HEADERS, ODD_PATHS, ODD_QUERIES, Judge, everything, fits, names_in
from tests.shapes import CATALOGUES

START = datetime.datetime(2026, 1, 1)
_SERIALISER = create_serializer("rest-json", include_validation=False)
_METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "", "BREW")
_PARTS = ("method", "path", "query", "headers", "body", "json", "json", "unsigned")
_JUMPS = (
    {"milliseconds": 1},
    {"seconds": 59},
    {"hours": 1},
    {"days": 31},
    {"days": 89},
    {"days": 90},
    {"days": 365 * 1000},
    {"days": 365 * 7970},
    {"days": 10**7},
)
_MOMENTS = (START, datetime.datetime.max, datetime.datetime.min, datetime.datetime(1969, 12, 31), None)


class Sequences:
    """Sends sequences to an open mock, and counts what came out.

    An AssertionError or another exception names the seed of its sequence.
    """

    def __init__(self, mock: ServiceMock[Any], seed: int) -> None:
        self.mock = mock
        self.service = mock._service.name
        mock.clock.freeze(START)
        mock._scopes[-1].world.ids = IdSource(seed=1)
        furnish(self.service, mock)
        self.judge = Judge(mock, furnished=True)
        self.operations = sorted(CATALOGUES[self.service].operations.values(), key=lambda each: each.name)
        self.seed = seed
        self.steps: Counter[str] = Counter()
        #: In characters: what refuses a snapshot must be short enough to read.
        self.longest_refusal = 0

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return sum(self.judge.outcomes.values())

    def run(self, length: int = 300) -> None:
        """Send one sequence, from the furnished state on."""
        self.seed += 1
        self.rng = random.Random(self.seed)
        try:
            self.begin()
            for _ in range(length):
                self.step()
        except Exception as error:
            raise AssertionError(f"{self.service}: the sequence of seed {self.seed} failed") from error

    def begin(self) -> None:
        self.judge.world.put_back(self.judge.furnished)
        # Other ids than those of the furnished state.
        self.judge.world.ids = IdSource(seed=~self.seed)
        self.mock.clock.freeze(START)
        self.judge.last = None
        self.kept = [self.judge.furnished]
        self.look()

    def look(self) -> None:
        """Take the names that exist."""
        backends = self.judge.world._dump()["backends"]
        # botocore cannot send a lone surrogate in a URL, which a mutated snapshot may have.
        self.known = sorted(filter(_can_be_sent, names_in(backends)))
        self.named = [
            named for _, _, state in backends for named in _named(state) if all(map(_can_be_sent, named.values()))
        ]

    def step(self) -> None:
        chance = self.rng.random()
        if chance < 0.975:
            self.judge.send(self.request())
        else:
            self.judge.last = None
            other_step = self.rng.choice((self.jump, self.jump, self.keep, self.restore, self.restore_mutated))
            other_step()
        if self.rng.random() < 0.04:
            self.look()

    # Other steps than requests -----------------------------------------------------------------------------

    def jump(self) -> None:
        clock, before = self.mock.clock, self.mock.clock.dump()
        try:
            if self.rng.random() < 0.7:
                clock.advance(**self.rng.choice(_JUMPS))
            else:
                clock.freeze(self.rng.choice(_MOMENTS))
        except ValueError:
            assert clock.dump() == before, "a refused step moved the clock"
            self.steps["step refused"] += 1
        else:
            self.steps["clock moved"] += 1
        if clock.now().year > 9000 and self.rng.random() < 0.5:
            clock.freeze(START)

    def keep(self) -> None:
        state = self.mock.snapshot()
        self.kept = [*self.kept[-3:], json.loads(json.dumps(state))]
        self.steps["snapshot"] += 1

    def restore(self) -> None:
        state = self.rng.choice(self.kept)
        self.mock.restore(state)
        if self.mock.clock.now() <= START.replace(tzinfo=datetime.timezone.utc):
            assert self.mock.snapshot() == state, "a restored state is another one"
        self.look()
        self.steps["restored"] += 1

    def restore_mutated(self) -> None:
        before = self.judge.world._dump()
        try:
            self.mock.restore(mutated(self.rng.choice(self.kept), self.rng))
        except SnapshotError as refusal:
            self.longest_refusal = max(self.longest_refusal, len(str(refusal)))
            assert self.judge.world._dump() == before, "a refused snapshot changed the state"
            self.steps["mutated snapshot refused"] += 1
        else:
            self.look()
            self.steps["mutated snapshot restored"] += 1

    # Requests ----------------------------------------------------------------------------------------------

    def request(self) -> Request:
        """A request to any operation, more or less as it should be."""
        rng = self.rng
        method, path, query, headers, body = self.well_formed(rng.choice(self.operations))
        for part in rng.choices(_PARTS, k=rng.choice((0, 0, 0, 1, 1, 2))):
            if part == "method":
                method = rng.choice(_METHODS)
            elif part == "path":
                at = rng.randrange(len(path) + 1)
                path = path[:at] + rng.choice(ODD_PATHS) + path[rng.randrange(at, len(path) + 1) :]
            elif part == "query":
                query = "&".join(filter(None, [query, rng.choice(ODD_QUERIES)]))
            elif part == "headers":
                headers = {**headers, **rng.choice(ODD_HEADERS)}
            elif part == "body":
                # Bodies of a megabyte are tried elsewhere too, and would fill a long run's time.
                odd = rng.choice(ODD_BODIES)
                body = odd if len(odd) < 1000 or rng.random() < 0.01 else body[: rng.randrange(len(body) + 1)]
            elif part == "json":
                body = self.with_something_else_inside(body)
            else:
                headers.pop("Authorization", None)
        return Request(method, f"https://{self.service}.us-east-1.amazonaws.com{path}?{query}", headers, body)

    def well_formed(self, operation: Operation) -> tuple[str, str, str, dict[str, Any], bytes]:
        rng, shape = self.rng, operation.model.input_shape
        members: dict[str, Any] = {}
        for name, value in everything(operation).items():
            required = name in shape.required_members
            if rng.random() < (0.02 if required else 0.5):
                if shape.members[name].serialization.get("location") == "uri":
                    members[name] = "x"
                continue
            members[name] = copy.deepcopy(value)
        if shape is not None:
            members = self.with_known_names(members, shape, operation.rules.whole_match)
            members.update(self.one_that_is_there(shape.required_members))
        request = _SERIALISER.serialize_to_request(members, operation.model)
        account = OTHER_ACCOUNT if rng.random() < 0.3 else "123456789012"
        body = request["body"]
        return (
            request["method"],
            request["url_path"],
            urlencode(request["query_string"], doseq=True),
            {"Authorization": _signed(account), **request["headers"]},
            body if isinstance(body, bytes) else body.encode(),
        )

    def with_known_names(self, value: Any, shape: Any, whole: bool) -> Any:
        """The same value with names that exist in most places where names go, also inside of structures."""
        if shape.type_name == "structure":
            return {
                name: self.with_known_names(item, shape.members[name], whole)
                if not isinstance(item, str)
                else self.name_for(name, item, shape.members[name], whole)
                for name, item in value.items()
            }
        if shape.type_name == "list":
            return [self.with_known_names(item, shape.member, whole) for item in value]
        return value

    def one_that_is_there(self, required: list[str]) -> dict[str, str]:
        """What names one thing that exists, mostly: ids that belong together."""
        if self.rng.random() < 0.2:
            return {}
        wanted = [name for name in required if name in _NAMING]
        fitting = [named for named in self.named if all(name in named for name in wanted)]
        chosen = self.rng.choice(fitting) if wanted and fitting else {}
        return {name: chosen[name] for name in wanted if name in chosen}

    def name_for(self, member: str, value: str, shape: Any, whole: bool) -> str:
        if "enum" in shape.metadata:
            return str(self.rng.choice(shape.metadata["enum"]))
        if not member.endswith(("Id", "Arn", "Identifier", "Name", "Principal")) or self.rng.random() < 0.1:
            return value
        if member.endswith("Principal"):
            return OTHER_ACCOUNT
        for _ in range(4):
            name = self.rng.choice(self.known)
            # An id stands where an ARN should about as often as a name of another kind.
            if fits(shape, whole)(name) and (":" in name) == (member.endswith("Arn")):
                return name
        return value

    def with_something_else_inside(self, body: bytes) -> bytes:
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            return body
        holders = [(value, key) for key in value] if isinstance(value, dict) else []
        for holder, key in list(holders):
            inner = holder[key]
            if isinstance(inner, dict):
                holders += [(inner, name) for name in inner]
        if holders:
            holder, key = self.rng.choice(holders)
            holder[key] = self.anything()
        return json.dumps(value).encode()

    def anything(self, depth: int = 0) -> Any:
        rng = self.rng
        kind = rng.randrange(8 if depth < 3 else 6)
        if kind == 6:
            return [self.anything(depth + 1) for _ in range(rng.randrange(4))]
        if kind == 7:
            return {rng.choice(("a", "Name", "Id", "")): self.anything(depth + 1) for _ in range(rng.randrange(3))}
        return rng.choice(
            (None, True, False, 0, -1, 1, 2**63, 1.5, 1e300, "", " ", "a", "\ud800", "é" * 300, rng.choice(self.known))
        )


#: For each table: what parameters name its records, and by which member.
_TABLES = {
    "data_sets": {"DataSetId": "Id", "ResourceArn": "Arn", "SourceDataSetId": "Id"},
    "entitled_data_sets": {"DataSetId": "Id"},
    "revisions": {"DataSetId": "DataSetId", "RevisionId": "Id", "ResourceArn": "Arn"},
    "assets": {"DataSetId": "DataSetId", "RevisionId": "RevisionId", "AssetId": "Id", "ResourceArn": "Arn"},
    "jobs": {"JobId": "Id"},
    "event_actions": {"EventActionId": "Id", "ResourceArn": "Arn"},
    "data_grants": {"DataGrantId": "Id", "DataGrantArn": "Arn", "ResourceArn": "Arn"},
    "event_integrations": {"Name": "Name", "EventIntegrationName": "Name", "resourceArn": "EventIntegrationArn"},
    "data_integrations": {"Identifier": "Name", "DataIntegrationIdentifier": "Id", "resourceArn": "Arn"},
    "applications": {"Arn": "Arn", "ApplicationId": "Id", "resourceArn": "Arn"},
    "data_integration_associations": {
        "DataIntegrationIdentifier": "DataIntegrationArn",
        "DataIntegrationAssociationIdentifier": "DataIntegrationAssociationId",
        "resourceArn": "DataIntegrationAssociationArn",
    },
}
_NAMING = {parameter for names in _TABLES.values() for parameter in names}


def _can_be_sent(name: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in name)


def _named(state: dict[str, Any]) -> list[dict[str, str]]:
    """For each record of an account, the parameters that name it."""
    found = []
    for part, names in _TABLES.items():
        tables = [state.get(part, {"rows": []})] if "rows" in state.get(part, {"rows": []}) else state[part].values()
        for table in tables:
            found += [{each: record[member] for each, member in names.items()} for _, _, record in table["rows"]]
    return found


@functools.cache
def _signed(account_id: str) -> str:
    key = f"AKIA{account_id}MOCK"
    return f"AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/service/aws4_request, SignedHeaders=host, Signature=0"
