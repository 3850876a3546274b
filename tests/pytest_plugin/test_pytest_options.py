"""What the ini file's options are read as, and where an error says they stand, without a run of pytest."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from appint_mock import mock_appintegrations, mock_dataexchange
from appint_mock.pytest_options import add_options, from_ini


class Parser:
    """Keeps the ini options that are registered."""

    def __init__(self) -> None:
        self.added: dict[str, str] = {}

    def addini(self, name: str, text: str) -> None:
        self.added[name] = text


class Config:
    """As much of pytest's configuration as is asked for; ``given`` are the ini options, the others are unknown."""

    def __init__(self, given: dict[str, Any], inipath: Path | None = None, overrides: Any = None) -> None:
        self._given = given
        self.inipath = inipath
        self.known_args_namespace = SimpleNamespace(override_ini=overrides)

    def getini(self, name: str) -> Any:
        if name in self._given:
            return self._given[name]
        if name == "appint_mock_strict":
            return False
        if name == "appint_mock_region":
            return None
        raise (KeyError if name.endswith("s") else ValueError)(name)


def options(service: str, **given: Any) -> dict[str, Any]:
    """The options that a service gets, by the names of the ini options without their prefix."""
    found: dict[str, Any] = {}
    config: Any = Config({f"appint_mock_{name}": value for name, value in given.items()})
    for _, some in from_ini(config, service):
        found.update(some)
    return found


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("page_size", "2", 2),
        ("page_size", "NONE", None),
        ("page_size", 2, 2),
        ("quotas", "Yes", True),
        ("quotas", "on", True),
        ("quotas", "true", True),
        ("quotas", "OFF", False),
        ("quotas", "no", False),
        ("quotas", "False", False),
        ("quotas", "{'applications': 2}", {"applications": 2}),
        ("account_id", "000000000001", "000000000001"),
        ("seed", "7", 7),
        ("passthrough", "s3", ["s3"]),
        ("passthrough", " s3,sqs\nsts ,", ["s3", "sqs", "sts"]),
        ("passthrough", "['s3']", ["s3"]),
        ("page_size", "?!", "?!"),
        ("page_size", "0", "0"),
        ("page_size", "\0", "\0"),
        ("page_size", "(" * 5000, "(" * 5000),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_text_is_read_as_the_first_value_that_the_option_takes(name: str, text: Any, value: Any) -> None:
    found = options("appintegrations", **{name: text})
    assert found == {name: value}
    assert type(found[name]) is type(value)


def test_an_option_that_is_not_given_is_left_alone() -> None:
    assert options("appintegrations") == {}
    assert options("appintegrations", page_size="", job_polls="3") == {}
    assert options("dataexchange", page_size="", job_polls="3") == {"job_polls": 3}


def test_the_region_has_a_short_name() -> None:
    assert options("appintegrations", region="eu-west-1") == {"region_name": "eu-west-1"}


@pytest.mark.parametrize("make", [mock_appintegrations, mock_dataexchange], ids=["appintegrations", "dataexchange"])
def test_strict_is_what_each_option_calls_strict(make: Any) -> None:
    strict = {name: option.strict for name, option in make().known_options.items() if option.strict is not ...}
    service = make.__name__.removeprefix("mock_")
    assert strict["quotas"] is True
    assert options(service, strict=True) == strict
    assert options(service, strict=True, quotas="no") == {**strict, "quotas": False}


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ("[pytest]\n\nappint_mock_page_size = 2", "pytest.ini:3: {}"),
        ("[tool.pytest]\n  \"appint_mock_page_size\"='2'", "pytest.ini:2: {}"),
        ("'appint_mock_page_size' :2", "pytest.ini:1: {}"),
        (
            "appint_mock_page_sizes=1\nxappint_mock_page_size=1\nappint_mock_page_size=2",
            "pytest.ini:3: appint_mock_page_size",
        ),
        ("[pytest]\n# appint_mock_page_size\n", "{} in pytest's ini file"),
        (None, "{} in pytest's ini file"),
    ],
    ids=["third line", "quoted", "colon", "names that are longer", "elsewhere", "no file"],
)
@pytest.mark.parametrize("overrides", [None, [], ["appint_mock_seed=3", "x=appint_mock_page_size"]], ids=str)
def test_an_option_is_found_in_its_line(tmp_path: Path, lines: str | None, place: str, overrides: Any) -> None:
    path = None if lines is None else tmp_path / "pytest.ini"
    if path is not None and lines is not None:
        path.write_text(lines, "utf-8")
    config: Any = Config({"appint_mock_page_size": "2"}, path, overrides)
    assert list(from_ini(config, "appintegrations")) == [(place.format("appint_mock_page_size"), {"page_size": 2})]


def test_the_command_line_goes_before_the_file(tmp_path: Path) -> None:
    path = tmp_path / "pytest.ini"
    path.write_text("appint_mock_page_size = 2\nappint_mock_strict = true\n", "utf-8")
    config: Any = Config({"appint_mock_page_size": "3", "appint_mock_strict": True}, path, ["appint_mock_page_size=3"])
    places = [place for place, _ in from_ini(config, "appintegrations")]
    assert places[-1] == "-o appint_mock_page_size"
    assert {*places[:-1]} == {"pytest.ini:2: appint_mock_strict"}


def test_a_pytest_that_knows_no_overrides_has_none() -> None:
    config: Any = Config({"appint_mock_seed": "3"})
    config.known_args_namespace = object()
    assert list(from_ini(config, "dataexchange")) == [("appint_mock_seed in pytest's ini file", {"seed": 3})]


@pytest.mark.parametrize(
    ("arguments", "lines", "added"),
    [
        ([], None, False),
        ([], "", False),
        (["-h"], None, True),
        (["tests", "--help"], "", True),
        (["-o", "appint_mock_page_size=3"], None, True),
        ([], "[pytest]\nappint_mock_job_polls = 3\n", True),
        ([], "[pytest]\nappint_mock_strict = true\nappint_mock_region = a\nappint_mock_account_id = 1\n", False),
        (["-o", "appint_mock_fresh=no", "--appint-mock-report"], "appint_mock_follow_moto = yes", False),
        (["-o", "appint_mock_allow=unmocked"], "appint_mock_report", False),
        (["-o", "appint_mock_allow=unmocked"], "appint_mock_quotas = yes", True),
    ],
    ids=str,
)
def test_the_options_of_the_services_are_known_only_where_one_is_used(
    tmp_path: Path, arguments: list[str], lines: str | None, added: bool
) -> None:
    path = None if lines is None else tmp_path / "pytest.ini"
    if path is not None and lines is not None:
        path.write_text(lines, "utf-8")
    parser: Any = Parser()
    config: Any = Config({}, path)
    add_options(parser, config, arguments)
    assert bool(parser.added) is added
    if added:
        known = {*mock_appintegrations().known_options, *mock_dataexchange().known_options} - {"account_id", "fresh"}
        assert list(parser.added) == sorted(f"appint_mock_{name}" for name in known)
        assert parser.added["appint_mock_seed"] == "appint_mock's fixtures and markers: the option seed"
