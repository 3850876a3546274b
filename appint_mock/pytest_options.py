"""Reads the options of the pytest fixtures from the ini file: ``appint_mock_<option>`` for each option of a service."""

from __future__ import annotations

import ast
import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import appint_mock

from . import services

#: What all ini options begin with.
PREFIX = "appint_mock_"
#: One line for the options that are stricter than their defaults.
STRICT = f"{PREFIX}strict"
#: The ini options that have other names than the options.
_SHORT = {f"{PREFIX}region": "region_name"}
#: Those that need no service to be loaded.
_ALWAYS = {STRICT, *_SHORT, *(PREFIX + name for name in ("account_id", "fresh", "follow_moto", "allow", "report"))}
#: How an ini file may spell these values.
_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False, "none": None}


def add_options(parser: pytest.Parser, config: pytest.Config, arguments: list[str]) -> None:
    """Registers the ini options, if the ini file or the command line has one, or for pytest's help.

    They are those that the services describe, and to load them takes longer than most runs need us for.
    """
    if not ({"-h", "--help"} & set(arguments) or _is_used(config, arguments)):
        return
    python_names = map(services.python_name, services.names())
    for name in sorted({option for service in python_names for option in _options(service)}):
        if name not in ("account_id", "fresh"):
            parser.addini(f"{PREFIX}{name}", f"appint_mock's fixtures and markers: the option {name}")


def _is_used(config: pytest.Config, arguments: list[str]) -> bool:
    """Returns whether the ini file or the command line uses an ini option that is registered only on demand."""
    # pytest has no public way to the names in the file.
    text = " ".join(arguments) + (config.inipath.read_text("utf-8") if config.inipath else "")
    return bool(set(re.findall(rf"{PREFIX}\w+", text)) - _ALWAYS)


def from_ini(config: pytest.Config, service: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Returns a service's options from the ini file, each with the place that sets it."""
    options = _options(service)
    if config.getini(STRICT):
        for name, option in options.items():
            if option.strict is not ...:
                yield _place(config, STRICT), {name: option.strict}
    for ini_name, name in (*_SHORT.items(), *((f"{PREFIX}{name}", name) for name in options)):
        text = _text(config, ini_name)
        if text:
            yield _place(config, ini_name), {name: _read(_maker(service), name, text)}


def _text(config: pytest.Config, ini_name: str) -> Any:
    try:
        return config.getini(ini_name)
    except (KeyError, ValueError):  # not registered, so nobody has given it
        return None


def _options(service: str) -> Any:
    return _maker(service)().known_options


def _maker(service: str) -> Callable[..., Any]:
    maker: Callable[..., Any] = getattr(appint_mock, f"mock_{service}")
    return maker


def _read(make: Callable[..., Any], name: str, text: Any) -> Any:
    """Returns the first reading of the text that the option accepts, or the text itself if there is none."""
    for reading in _readings(text):
        try:
            make(**{name: reading})
        except (TypeError, ValueError):
            continue
        return reading
    return text


def _readings(text: Any) -> Iterator[Any]:
    if not isinstance(text, str):
        yield text
        return
    if text.lower() in _WORDS:
        yield _WORDS[text.lower()]
    with contextlib.suppress(ValueError, SyntaxError, MemoryError, RecursionError):
        yield ast.literal_eval(text)
    yield text
    yield [each for each in re.split(r"[\s,]+", text) if each]


def _place(config: pytest.Config, name: str) -> str:
    """Where an ini option is given: file and line, or the command line."""
    overrides = getattr(config.known_args_namespace, "override_ini", None) or []
    if any(each.partition("=")[0] == name for each in overrides):
        return f"-o {name}"
    if config.inipath is not None:
        for number, line in enumerate(config.inipath.read_text("utf-8").splitlines(), 1):
            if re.match(rf"\s*[\"']?{name}[\"']?\s*[=:]", line):
                return f"{config.inipath.name}:{number}: {name}"
    return f"{name} in pytest's ini file"
