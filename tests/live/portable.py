"""Which tests can ask a real service: those that need nothing but public operations. Decided by reading, not by hand.

A test is portable if the fixtures that it asks for are clients alone, and if the code that it can run mentions nothing
of the mock: its own, that of its parameters and of the helpers in ``tests`` that it names. Which operations it calls is
read from the same code. That finds too many rather than too few; what runs is watched besides.
"""

from __future__ import annotations

import dis
import functools
import types
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pytest
from botocore import xform_name

from appint_mock.protocol.model import load

#: Fixtures that live mode has too, with the accounts that each needs.
CLIENTS: Mapping[str, int] = {"client": 1, "own_client": 1, "provider": 1, "subscriber": 2}
#: Fixtures that are the mock's own.
OF_THE_MOCK = frozenset({"aws", "backend"})
#: Fixtures that have nothing to do with who answers.
NEUTRAL = frozenset({"request", "tmp_path"})
#: Rules about the mock alone, which no service can hold or break.
ABOUT_THE_MOCK = {
    "appintegrations:wire.signed": "AWS verifies signatures, the mock does not.",
}
#: Tests that a service could answer, if their names did not need a prefix.
NEED_THEIR_NAMES = frozenset(
    {
        # A name that is another resource's id.
        "test_a_name_that_looks_like_another_s_id_or_arn_never_hides_it",
    }
)


class Needs(NamedTuple):
    """What a test needs of the one that answers."""

    #: What it needs of the mock; a test without any of it is portable.
    of_mock: tuple[str, ...]
    #: The operations that it may call, by name.
    operations: frozenset[str]
    accounts: int


def needs(item: pytest.Item) -> Needs:
    """What a collected test needs."""
    assert isinstance(item, pytest.Function)
    reader = _Reader()
    accounts = _read_fixtures(item, reader)
    reader.read(item.function)
    for value in item.callspec.params.values() if hasattr(item, "callspec") else ():
        reader.read(value)
    service = item.path.parent.name
    if not service_has_model(service):
        return Needs((f"tests of {service}",), frozenset(), 1)
    if item.originalname in NEED_THEIR_NAMES:
        reader.of_mock.add("names without a prefix")
    operations = frozenset(_methods(service)[name] for name in reader.words if name in _methods(service))
    if not reader.of_mock and not operations:
        reader.of_mock.add("nothing: it calls no operation")
    return Needs(tuple(sorted(reader.of_mock)), operations, accounts)


def service_has_model(service: str) -> bool:
    """Whether tests in the folder of that name are about one service."""
    return service in ("appintegrations", "dataexchange")


def rules_of(item: pytest.Item) -> list[str]:
    """The rules that a test covers and that a service can hold, as ``service:id``."""
    return [rule for marker in item.iter_markers("fidelity") for rule in marker.args if rule not in ABOUT_THE_MOCK]


@functools.cache
def _methods(service: str) -> dict[str, str]:
    """The operations of a service by boto3's name."""
    return {xform_name(name): name for name in load(service).operation_names}


def _read_fixtures(item: pytest.Function, reader: _Reader) -> int:
    """Read the fixtures that a test asks for, and those that these ask for. Returns the accounts that it needs."""
    accounts, known, to_read = 1, set(item.callspec.params if hasattr(item, "callspec") else ()), [*_asked_for(item)]
    while to_read:
        name = to_read.pop()
        if name in known or name in NEUTRAL:
            continue
        known.add(name)
        definitions = item._fixtureinfo.name2fixturedefs.get(name)
        if name in CLIENTS:
            accounts = max(accounts, CLIENTS[name])
            reader.read_client(name)
        elif name in OF_THE_MOCK or definitions is None or not definitions[-1].func.__module__.startswith("tests."):
            reader.of_mock.add(f"the fixture {name}")
        else:
            reader.read(definitions[-1].func)
            to_read += definitions[-1].argnames
    return accounts


def _asked_for(item: pytest.Function) -> Iterable[str]:
    """The fixtures that a test names, and those that its file or folder has for all tests."""
    named = {*item._fixtureinfo.argnames, *(name for mark in item.iter_markers("usefixtures") for name in mark.args)}
    for name in item._fixtureinfo.initialnames:
        definitions = item._fixtureinfo.name2fixturedefs.get(name, ())
        module = definitions[-1].func.__module__ if definitions else ""
        # Those of all the suite obey the switch, and plugins have theirs.
        if name in named or (module.startswith("tests.") and module != "tests.conftest"):
            yield name


class _Reader:
    """Reads code, and all code of the tests that it mentions."""

    def __init__(self) -> None:
        self.of_mock: set[str] = set()
        #: Names of attributes, and texts: operations are called by one or the other.
        self.words: set[str] = set()
        self._read: set[int] = set()
        self._classes: list[type] = []
        # So that no id is another object's later.
        self._kept: list[Any] = []

    def read(self, value: Any) -> None:
        """Read a function, a container of functions, or anything else."""
        if id(value) in self._read:
            return
        self._read.add(id(value))
        self._kept.append(value)
        value = getattr(value, "__wrapped__", value) if callable(value) else value
        if isinstance(value, functools.partial):
            self._read_all([value.func, *value.args, *value.keywords.values()])
        elif isinstance(value, types.MethodType):
            self.read(value.__func__)
        elif isinstance(value, property):
            self.read(value.fget)
        elif isinstance(value, str):
            self.words.add(value)
        elif isinstance(value, Mapping):
            self._read_all([*value.keys(), *value.values()])
        elif isinstance(value, list | tuple | set | frozenset):
            self._read_class(type(value))
            self._read_all(value)
        elif isinstance(value, types.FunctionType | type | types.ModuleType):
            self._read_named(value)

    def read_client(self, fixture: str) -> None:
        """Let what is called on such a fixture count."""
        if fixture in ("provider", "subscriber"):
            from tests.live.actors import LiveActor

            self._read_class(LiveActor)

    def _read_all(self, values: Iterable[Any]) -> None:
        for value in values:
            self.read(value)

    def _read_named(self, value: Any) -> None:
        module = value.__name__ if isinstance(value, types.ModuleType) else value.__module__
        if module.partition(".")[0] == "appint_mock":
            self.of_mock.add(f"`{value.__name__.rpartition('.')[2]}`")
        elif module in ("boto3", "hypothesis") or module.startswith(("boto3.", "hypothesis.")):
            self.of_mock.add("clients of its own" if module.startswith("boto3") else "examples by hypothesis")
        elif isinstance(value, types.FunctionType) and module.startswith("tests.") and module != _SWITCH:
            self._read_code(value.__code__, value)
            self._read_all(cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell))
            self._read_all([*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()])
        elif isinstance(value, type):
            self._read_class(value)

    def _read_code(self, code: types.CodeType, function: types.FunctionType) -> None:
        before: Any = None
        modules, attributes = [], []
        for instruction in dis.get_instructions(code):
            name, owner = instruction.argval, before
            before = name
            if isinstance(name, types.CodeType):
                self._read_code(name, function)
            elif instruction.opname == "LOAD_CONST":
                self._read_constant(name)
            elif instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME") and name in function.__globals__:
                value = function.__globals__[name]
                if isinstance(value, types.ModuleType) and value.__name__.startswith("tests."):
                    modules.append(value)
                else:
                    self.read(value)
            elif instruction.opname == "IMPORT_NAME" and name.partition(".")[0] == "appint_mock":
                self.of_mock.add(f"`{name}`")
            elif instruction.opname in ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR"):
                # What hangs on a client's `meta` is botocore's.
                attributes += [] if owner == "meta" else [name]
                if name in OF_THE_MOCK:
                    self.of_mock.add(f"the {name} of an account")
        for name in attributes:
            self._read_attribute(name)
            self._read_all(vars(module)[name] for module in modules if name in vars(module))

    def _read_constant(self, value: Any) -> None:
        if isinstance(value, str | tuple):
            self.read(value)

    def _read_attribute(self, name: str) -> None:
        if name not in self.words:
            self.words.add(name)
            self._read_all(getattr(owner, name) for owner in self._classes if hasattr(owner, name))

    def _read_class(self, value: type) -> None:
        """Methods of a class of the tests count once code mentions their names."""
        if value.__module__.startswith("tests.") and value not in self._classes:
            self._classes.append(value)
            self._read_all(getattr(value, name) for name in sorted(self.words) if hasattr(value, name))


_SWITCH = "tests.live.switch"


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False
