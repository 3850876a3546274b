"""What a rule is, and all of them."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import re
from collections.abc import Callable
from typing import Literal, NamedTuple

import pytest

Known = Literal["seen", "doc", "assumed"]

#: What each class of knowledge means, as the page says it.
CLASSES: dict[Known, str] = {
    "seen": "somebody recorded it on real AWS",
    "doc": "AWS says it",
    "assumed": "no evidence: our choice, which a recorded answer from AWS would overrule",
}

#: boto3's name of each service, with the title of its part of the page.
SERVICES = {"appintegrations": "Amazon AppIntegrations", "dataexchange": "AWS Data Exchange"}


class Source(NamedTuple):
    """Where a rule can be read publicly."""

    title: str
    #: Empty for notes that have no lasting address.
    address: str


class Rule(NamedTuple):
    """One behaviour that goes beyond the service's model."""

    #: ``section.name``; a test says by it which rule it holds.
    id: str
    known: Known
    #: One sentence, in the present tense.
    text: str
    sources: tuple[Source, ...]


def guessed_texts(rule: Rule) -> list[str]:
    """The texts that a rule gives word for word although nobody has recorded them: its quotations of several words."""
    if rule.known != "assumed":
        return []
    return [text for text in re.findall(r"`([^`]+)`", rule.text) if re.search(r"[a-z]{2,} \w", text)]


class Section(NamedTuple):
    """Rules about one thing; ``name`` is what their ids begin with."""

    name: str
    title: str
    rules: tuple[Rule, ...]


def seen(id: str, text: str, *sources: Source) -> Rule:
    """A rule that somebody recorded on real AWS, with where the record is."""
    assert sources, f"{id} was seen, and nobody says where"
    return Rule(id, "seen", text, sources)


def doc(id: str, text: str, *sources: Source) -> Rule:
    """A rule that AWS documents, with where."""
    assert sources, f"{id} is documented, and nobody says where"
    return Rule(id, "doc", text, sources)


def assumed(id: str, text: str, *sources: Source) -> Rule:
    """A rule that is our choice; ``sources`` are what suggested it."""
    return Rule(id, "assumed", text, sources)


def section(name: str, title: str, *rules: Rule) -> Section:
    """A section; its rules' ids are given without its name."""
    return Section(name, title, tuple(rule._replace(id=f"{name}.{rule.id}") for rule in rules))


def holder(service: str, sections: tuple[Section, ...]) -> Callable[..., pytest.MarkDecorator]:
    """What makes a service's marker, from the ids of the rules that a test holds: wrong ids fail at import."""
    known = [rule.id for section in sections for rule in section.rules]
    assert len(known) == len(set(known)), f"twice in {service}: {sorted(i for i in known if known.count(i) > 1)}"

    def holds(*ids: str) -> pytest.MarkDecorator:
        gone = [id for id in ids if id not in known]
        assert not gone, f"tests/fidelity/{service}.py has no rule {', '.join(gone)}"
        assert ids, "name the rules that the test holds"
        return pytest.mark.fidelity(*(f"{service}:{id}" for id in ids))

    return holds


@functools.cache
def sections(service: str) -> tuple[Section, ...]:
    """The rules of a service by section; none where they are not written down yet."""
    name = f"tests.fidelity.{service}"
    if importlib.util.find_spec(name) is None:
        return ()
    found: tuple[Section, ...] = importlib.import_module(name).SECTIONS
    return found
