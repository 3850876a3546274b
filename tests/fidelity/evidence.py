"""How well each rule is known: what its row says, and what a record of live mode adds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tests.fidelity.covering import CoveringTest, tests_by_rule
from tests.fidelity.rules import SERVICES, Known, Rule, Section, guessed_texts, sections
from tests.live import records


class Row(NamedTuple):
    """A rule with all that the pages say of it."""

    service: str
    section: Section
    rule: Rule
    tests: tuple[CoveringTest, ...]
    #: What AWS answered to the rule's tests, if it was asked.
    record: records.Evidence | None

    @property
    def name(self) -> str:
        """The rule as ``service:id``."""
        return f"{self.service}:{self.rule.id}"

    @property
    def is_askable(self) -> bool:
        """Whether live mode can ask something of it."""
        return any(test.asks for test in self.tests)

    @property
    def is_askable_whole(self) -> bool:
        """Whether live mode can ask all of it: every case of every test."""
        return all(case is not None for test in self.tests for case in test.cases)

    @property
    def known(self) -> Known:
        """Its class. A record makes a rule *seen* only if all of its tests were asked."""
        return "seen" if self.record is not None and self.is_askable_whole else self.rule.known

    def known_text(self) -> str:
        """Its class in words, with the record's date and model."""
        guess = ", text guessed" if self.known == "assumed" and guessed_texts(self.rule) else ""
        if self.record is None:
            return self.known + guess
        when = f"{self.record.taken}, botocore {self.record.botocore}"
        return f"seen ({when})" if self.is_askable_whole else f"{self.known}{guess}; in part seen ({when})"


def rows() -> Iterator[Row]:
    """All rules, in the order of the page."""
    tests, seen = tests_by_rule(), records.evidence(records.FOLDER)
    for service in SERVICES:
        for section in sections(service):
            for rule in section.rules:
                name = f"{service}:{rule.id}"
                yield Row(service, section, rule, tests.get(name, ()), seen.get(name))
