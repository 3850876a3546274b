"""What live mode saw, as data: written by a run, read by docs/fidelity.md and by CI.

Ids, accounts, moments, tokens and signed URLs are numbered references, so that two runs can be compared and nothing of
the account that was asked is in them.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import botocore

from appint_mock.protocol.model import load

#: The records that were taken from AWS, one file a run.
FOLDER = Path(__file__).parent / "records"
AWS = "aws"

#: What a text has in it, the longer first.
_REFERENCES = {
    "url": r"https?://\S*[Ss]ignature=\S*",
    "id": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32}\b",
    "moment": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT",
    "account": r"\b\d{12}\b",
}
_REFERENCE = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _REFERENCES.items()))
#: Headers that say nothing of the service's behaviour.
_LEFT_OUT = (
    "content-length",
    "connection",
    "server",
    "via",
    "x-cache",
    "x-amz-cf-id",
    "x-amz-cf-pop",
    "x-amzn-trace-id",
)


class References:
    """The numbered references of one test."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {}

    def masked(self, value: Any, member: str = "") -> Any:
        """A value as it is written down."""
        if isinstance(value, Mapping):
            return {self.masked(name): self.masked(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [self.masked(each) for each in value]
        if isinstance(value, datetime.datetime):
            return self._numbered("moment", value.isoformat())
        if isinstance(value, str):
            if member == "NextToken":
                return self._numbered("token", value)
            return _REFERENCE.sub(lambda match: self._numbered(match.lastgroup or "", match[0]), value)
        return value

    def _numbered(self, kind: str, value: str) -> str:
        numbers = self._numbers.setdefault(kind, {})
        return f"{kind}-{numbers.setdefault(value, len(numbers) + 1)}"


class Seen(NamedTuple):
    """What one test saw."""

    #: None: it could not be asked, and `why` says what was in the way.
    held: bool | None
    why: str
    rules: list[str]
    answers: list[dict[str, Any]]


def answers_as_data(answers: Iterable[tuple[str, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """The answers to one test: operation, status, code, text, headers and members of each."""
    references = References()
    return [_as_data(references, operation, parsed) for operation, parsed in answers]


def _as_data(references: References, operation: str, parsed: Mapping[str, Any]) -> dict[str, Any]:
    metadata, error = parsed["ResponseMetadata"], parsed.get("Error", {})
    headers = {name: value for name, value in metadata["HTTPHeaders"].items() if name not in _LEFT_OUT}
    members = {name: value for name, value in parsed.items() if name not in ("ResponseMetadata", "Error")}
    data: dict[str, Any] = references.masked(
        {
            "operation": operation,
            "status": metadata["HTTPStatusCode"],
            "code": error.get("Code"),
            "text": error.get("Message"),
            # Before the headers, so that what the answer is about has the first numbers.
            "members": members,
            "headers": headers,
        }
    )
    return data


class Record(NamedTuple):
    """One run."""

    #: ``aws``, or the address of what stood in for it.
    of: str
    taken: str
    versions: Mapping[str, str]
    tests: Mapping[str, Seen]

    def rules(self) -> dict[str, bool | None]:
        """Whether each rule held: not if any of its tests failed, None if one of them could not be asked."""
        found: dict[str, list[bool | None]] = {}
        for seen in self.tests.values():
            for rule in seen.rules:
                found.setdefault(rule, []).append(seen.held)
        return {
            rule: False if False in held else None if None in held else True for rule, held in sorted(found.items())
        }

    def write(self, path: Path) -> None:
        """Write it, the rules first for a reader."""
        rules = {rule: {"held": held} for rule, held in self.rules().items()}
        tests = {name: seen._asdict() for name, seen in sorted(self.tests.items())}
        data = {"of": self.of, "taken": self.taken, "versions": self.versions, "rules": rules, "tests": tests}
        path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")


def record(of: str, tests: Mapping[str, Seen]) -> Record:
    """What was seen today with the installed botocore."""
    services = sorted({rule.partition(":")[0] for seen in tests.values() for rule in seen.rules})
    versions = {"botocore": botocore.__version__, **{name: load(name).api_version for name in services}}
    return Record(of, datetime.datetime.now(datetime.timezone.utc).date().isoformat(), versions, tests)


def read(path: Path) -> Record:
    """A record that was written."""
    data = json.loads(path.read_text("utf-8"))
    tests = {name: Seen(**seen) for name, seen in data["tests"].items()}
    return Record(data["of"], data["taken"], data["versions"], tests)


class Evidence(NamedTuple):
    """What AWS said of a rule, and when."""

    held: bool
    taken: str
    botocore: str
    #: How many of the rule's tests were asked.
    tests: int


def evidence(folder: Path = FOLDER) -> dict[str, Evidence]:
    """What AWS said of each rule, the newest record first. What stood in for AWS is no evidence."""
    found: dict[str, Evidence] = {}
    for each in sorted(map(read, folder.glob("*.json")), key=lambda each: each.taken):
        if each.of == AWS:
            for rule, held in each.rules().items():
                if held is not None:
                    tests = sum(rule in seen.rules for seen in each.tests.values())
                    found[rule] = Evidence(held, each.taken, each.versions["botocore"], tests)
    return found


def contradictions(recorded: Record, now: Mapping[str, Seen]) -> dict[str, list[str]]:
    """The rules that a record contradicts still, with what differs, given what the mock answers the same tests now.

    A contradiction ends when the mock answers as the record says, up to the answer at which the test failed then, and
    the test holds.
    """
    found: dict[str, list[str]] = {}
    for name, seen in recorded.tests.items():
        if seen.held is False:
            complaint = _difference(seen, now.get(name))
            for rule in seen.rules if complaint else ():
                found.setdefault(rule, []).append(f"{name}: {complaint}")
    return found


def _difference(recorded: Seen, now: Seen | None) -> str:
    if now is None:
        return "the test is gone; ask again"
    for seen, said in zip(recorded.answers, now.answers, strict=False):
        for part in ("operation", "status", "code", "text", "members"):
            if seen[part] != said[part]:
                return f"{part} of {seen['operation']}: AWS said {seen[part]!r}, the mock says {said[part]!r}"
    if len(now.answers) < len(recorded.answers):
        return "the test asks less than it did; ask again"
    return "" if now.held else f"the mock answers as AWS did, but the test fails: {now.why}"
