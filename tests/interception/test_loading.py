"""What is done when a module is loaded: at each load, by whichever finder, and unseen by the module."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import sys
from collections.abc import Iterator
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from typing import Any

import pytest

from appint_mock import mock_appintegrations
from appint_mock.interception import loading

NAME = "module_that_a_test_made"
SOURCE = "value = 5\nloaders = __loader__, __spec__.loader\n"


class Seen:
    """An action that keeps the modules that it was called with."""

    def __init__(self) -> None:
        self.modules: list[Any] = []

    def __call__(self, module: Any) -> None:
        assert not hasattr(module, "value") or module.value == 5
        self.modules.append(module)


@pytest.fixture
def seen() -> Iterator[Seen]:
    action = Seen()
    yield action
    loading.forget(NAME, action)
    assert not watchers()


@pytest.fixture(autouse=True)
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of a module that is not loaded."""
    monkeypatch.syspath_prepend(str(tmp_path))
    file = tmp_path / f"{NAME}.py"
    file.write_text(SOURCE)
    yield file
    sys.modules.pop(NAME, None)


def watchers() -> list[int]:
    """Where in the list of finders ours is."""
    return [place for place, finder in enumerate(sys.meta_path) if type(finder) is loading._Watcher]


def load() -> Any:
    sys.modules.pop(NAME, None)
    return importlib.import_module(NAME)


def test_an_action_gets_each_copy_of_the_module_until_it_is_forgotten(seen: Seen) -> None:
    loading.when_loaded(NAME, seen)
    assert seen.modules == []
    copies = [load(), load()]
    assert copies[0] is not copies[1]
    assert seen.modules == copies
    loading.forget(NAME, seen)
    load()
    assert seen.modules == copies


def test_a_module_that_is_loaded_already_is_taken_at_once(seen: Seen) -> None:
    first = load()
    loading.when_loaded(NAME, seen)
    assert seen.modules == [first]
    again = load()
    assert seen.modules == [first, again]


def test_an_action_that_is_added_twice_is_called_once(seen: Seen) -> None:
    for _ in range(2):
        loading.when_loaded(NAME, seen)
    load()
    assert len(seen.modules) == 1


def test_one_finder_goes_first_as_long_as_anybody_waits(seen: Seen) -> None:
    other = Seen()
    assert watchers() == []
    loading.when_loaded(NAME, seen)
    loading.when_loaded(NAME, other)
    loading.when_loaded("another_module_that_nobody_made", other)
    assert watchers() == [0]
    loading.forget(NAME, seen)
    loading.forget(NAME, seen)
    assert watchers() == [0]
    load()
    assert (len(seen.modules), len(other.modules)) == (0, 1)
    loading.forget(NAME, other)
    assert watchers() == [0]
    loading.forget("another_module_that_nobody_made", other)
    loading.forget("a_module_that_nobody_awaits", other)
    assert watchers() == []


def test_a_module_that_another_finder_finds_is_seen_too(
    seen: Seen, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Finder:
        @staticmethod
        def find_spec(name: str, folders: Any, target: Any = None) -> ModuleSpec | None:
            if name != NAME:
                return None
            return importlib.util.spec_from_file_location(name, other, loader=SourceFileLoader(name, str(other)))

    other = path.with_name("elsewhere.py")
    other.write_text("value = 5\nfound = 'elsewhere'\n")
    # Among them one of the kind that Python no longer asks.
    monkeypatch.setattr(sys, "meta_path", [object(), Finder, *sys.meta_path])
    loading.when_loaded(NAME, seen)
    assert load().found == "elsewhere"
    assert len(seen.modules) == 1
    loading.forget(NAME, seen)


@pytest.mark.parametrize("first", [True, False])
def test_a_finder_that_asks_all_others_leads_to_one_call_too(
    seen: Seen, monkeypatch: pytest.MonkeyPatch, first: bool
) -> None:
    class Finder:
        """Asks the others, as those of ddtrace and of wrapt do."""

        finding = False

        def find_spec(self, name: str, folders: Any, target: Any = None) -> ModuleSpec | None:
            if self.finding:
                return None
            self.finding = True
            asked = [finder.find_spec(name, folders, target) for finder in sys.meta_path]
            self.finding = False
            return next(filter(None, asked), None)

    finders = list(sys.meta_path)
    monkeypatch.setattr(sys, "meta_path", finders)
    if first:
        loading.when_loaded(NAME, seen)
    finders.insert(0, Finder())
    loading.when_loaded(NAME, seen)
    assert load().value == 5
    assert len(seen.modules) == 1
    loading.forget(NAME, seen)


def test_who_looks_for_a_module_in_vain_finds_it_later(seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise OSError("the disk is gone")

    loading.when_loaded(NAME, seen)
    broken = type("Finder", (), {"find_spec": fail})()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "meta_path", [*sys.meta_path[:1], broken, *sys.meta_path[1:]])
        with pytest.raises(OSError, match="the disk is gone"):
            load()
    assert load().value == 5
    assert len(seen.modules) == 1


def test_a_module_cannot_tell_that_it_was_awaited(seen: Seen) -> None:
    def loaders(module: Any) -> list[tuple[type, bool]]:
        seen_by_others = (*module.loaders, module.__loader__, module.__spec__.loader)
        return [(type(loader), loader is module.loaders[0]) for loader in seen_by_others]

    before = loaders(load())
    loading.when_loaded(NAME, seen)
    module = load()
    assert loaders(module) == before
    assert loading._Loader not in dict(before)
    assert inspect.getsource(module) == SOURCE


def test_who_only_looks_for_a_module_may_ask_for_its_source_and_loads_nothing(seen: Seen) -> None:
    loading.when_loaded(NAME, seen)
    spec: Any = importlib.util.find_spec(NAME)
    assert spec.loader.get_source(NAME) == SOURCE
    assert seen.modules == []
    assert importlib.util.find_spec("another_module_that_nobody_made") is None


def test_a_module_that_is_not_there_is_missing_as_ever(seen: Seen, path: Path) -> None:
    path.unlink()
    importlib.invalidate_caches()
    loading.when_loaded(NAME, seen)
    with pytest.raises(ModuleNotFoundError, match=NAME):
        load()
    assert seen.modules == []


def test_a_package_without_a_file_is_loaded_as_ever(seen: Seen, path: Path) -> None:
    path.unlink()
    path.with_suffix("").mkdir()
    importlib.invalidate_caches()
    loading.when_loaded(NAME, seen)
    assert list(load().__path__) == [str(path.with_suffix(""))]


def test_an_action_may_forget_itself(seen: Seen) -> None:
    def once(module: Any) -> None:
        loading.forget(NAME, once)

    loading.when_loaded(NAME, once)
    loading.when_loaded(NAME, seen)
    for count in (1, 2):
        load()
        assert len(seen.modules) == count


def test_nothing_is_awaited_outside_of_a_scope() -> None:
    assert watchers() == []
    with mock_appintegrations(), mock_appintegrations():
        assert len(watchers()) == 1
    assert watchers() == []
