"""How to install the package: what the pages say works now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from appint_mock import hints
from tests.docs import install_texts


@pytest.mark.parametrize("page", list(install_texts.pages()), ids=lambda page: page.name)
def test_a_page_says_what_works_now(page: Path) -> None:
    text = page.read_text("utf-8")
    assert install_texts.as_it_is(text) == text, "write it with: python -m tests.docs.install_texts"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (".", "pip install '.[server]' and `pip install . boto3`\npip install --editable '.[test]'\n"),
        (
            "appint-mock",
            "pip install 'appint-mock[server]' and `pip install appint-mock boto3`\npip install --editable '.[test]'\n",
        ),
    ],
)
@pytest.mark.parametrize("name", [".", "appint-mock", "appint_mock"])
def test_one_line_switches_what_is_said(source: str, expected: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "SOURCE", source)
    text = f"pip install '{name}[server]' and `pip install {name} boto3`\npip install --editable '.[test]'\n"
    assert install_texts.as_it_is(text) == expected
    command, _, where = hints.install_command("server").partition(" in ")
    assert command in expected
    assert where == ("a copy of the repository" if source == "." else "")


@pytest.mark.parametrize("sentences", install_texts.SENTENCES, ids=lambda sentences: sentences[1])
def test_the_same_line_switches_whether_it_is_published(
    sentences: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert any(sentences[0] in page.read_text("utf-8") for page in install_texts.pages())
    monkeypatch.setattr(hints, "SOURCE", "appint-mock")
    assert install_texts.as_it_is(sentences[0]) == sentences[1]
    monkeypatch.setattr(hints, "SOURCE", ".")
    assert install_texts.as_it_is(sentences[1]) == sentences[0]


def test_every_page_follows_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {page: page.read_text("utf-8") for page in install_texts.pages()}
    said = {}
    for source in (".", "appint-mock"):
        monkeypatch.setattr(hints, "SOURCE", source)
        said[source] = {page: install_texts.as_it_is(text) for page, text in texts.items()}
    assert {page: install_texts.as_it_is(text) for page, text in said["."].items()} == said["appint-mock"]
    for text in said["appint-mock"].values():
        assert not re.search("not (yet )?published", text, re.IGNORECASE)
        assert not re.search(r"from a copy of (the|this) repository", text)
    for text in said["."].values():
        assert "pip install appint" not in text
    monkeypatch.setattr(hints, "SOURCE", ".")
    assert {page: install_texts.as_it_is(text) for page, text in said["appint-mock"].items()} == said["."]
