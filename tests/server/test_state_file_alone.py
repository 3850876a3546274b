"""A state file without a server: when it is written, whose it is, and what becomes of problems."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appint_mock import AppintMockError
from appint_mock.server import waiting
from appint_mock.server.state_file import StateFile


class Clock:
    """Takes the place of the event that stops a writer, and of the clock: each wait takes as long as it says."""

    def __init__(self, looks: int) -> None:
        self.now, self.waits, self._looks = 100.0, [0.0] * 0, looks

    def wait(self, seconds: float) -> bool:
        self.waits.append(round(seconds, 6))
        self.now += seconds
        return len(self.waits) > self._looks


def watched(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    looks: int,
    takes: float,
    changes: Callable[[StateFile, int], object],
) -> tuple[list[float], int]:
    """The waits of a writer that takes so many seconds for each text, and how often it wrote."""
    clock, texts = Clock(looks), iter(range(1000))

    def text() -> bytes:
        clock.now += takes
        number = next(texts)
        changes(file, number)
        return b"%d" % number

    file = StateFile(tmp_path / "state.json", text, print)
    monkeypatch.setattr(waiting, "monotonic", lambda: clock.now)
    monkeypatch.setattr(file, "_stop", clock)
    file._watch()
    return clock.waits, file.writes


def test_a_change_is_written_within_a_second_of_the_last_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits, writes = watched(tmp_path, monkeypatch, 3, 0.1, lambda file, _: file.changed())
    # Each time as long as is left of it: a text takes a tenth of a second, and half as much is put aside.
    assert waits == [0.94, 0.94 - 0.15 - 0.1, 0.94 - 0.15 - 0.1, 0.94 - 0.15 - 0.1]
    assert writes == 3


def test_half_a_second_passes_between_writes_however_long_they_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, writes = watched(tmp_path, monkeypatch, 2, 3.0, lambda file, _: file.changed())
    assert (waits, writes) == ([0.94, 0.5, 0.5], 2)


def test_looking_for_changes_that_no_request_made_takes_a_fiftieth_of_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits, writes = watched(tmp_path, monkeypatch, 13, 0.1, lambda file, _: None)
    # Once at first, and again after five seconds.
    assert writes == 2
    assert sum(waits[1:-1]) > 5


@pytest.fixture
def alone(tmp_path: Path) -> StateFile:
    return StateFile(tmp_path / "state.json", lambda: b'{"a": 1}', print)


def test_a_state_is_written_whole_and_again_only_if_it_changed_or_must_be(alone: StateFile) -> None:
    assert alone.save() == alone.path
    assert alone.path.read_bytes() == b'{"a": 1}'
    alone.save(even_if_unchanged=False)
    assert alone.writes == 1
    alone.save()
    assert alone.writes == 2
    assert [each.name for each in alone.path.parent.iterdir()] == ["state.json"]


@pytest.mark.parametrize(("to_disk", "times"), [(True, 1), (False, 0)])
def test_a_write_waits_for_the_disk_if_it_must(
    alone: StateFile, to_disk: bool, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    alone.save(to_disk=to_disk)
    assert len(synced) == times


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these permissions")
def test_a_file_that_is_written_again_may_be_used_as_before(alone: StateFile) -> None:
    alone.save()
    alone.path.chmod(0o4755)
    alone.save()
    assert stat.S_IMODE(alone.path.stat().st_mode) == 0o4755


def test_what_may_have_changed_is_known_until_it_is_written(alone: StateFile, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not alone._may_have_changed
    alone.changed()
    assert alone._may_have_changed
    alone.save(even_if_unchanged=False)
    assert not alone._may_have_changed
    monkeypatch.setattr(Path, "replace", _raise_full)
    with pytest.raises(AppintMockError):
        alone.save()
    assert alone._may_have_changed


def test_a_problem_is_known_until_a_write_succeeds(alone: StateFile, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _raise_full)
        with pytest.raises(AppintMockError, match="The state could not be saved: "):
            alone.save()
    assert alone.problem == "The state could not be saved: the disk is full"
    assert (alone.writes, list(alone.path.parent.iterdir())) == (0, [])
    alone.save(even_if_unchanged=False)
    assert alone.writes == 1
    assert not alone.problem


def _raise_full(self: Path, target: Path) -> None:
    raise OSError("the disk is full")


def test_what_is_on_the_disk_is_the_whole_state(alone: StateFile, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bytes] = []
    new = alone.path.with_name(".state.json.new")
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(new.read_bytes()))
    alone.save()
    assert synced == [b'{"a": 1}']


def test_a_write_in_the_background_is_made_once_and_waits_for_no_disk(
    alone: StateFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    for _ in range(2):
        alone._save_or_report()
    assert (alone.writes, synced) == (1, [])


def test_a_file_that_cannot_be_begun_is_a_problem_by_its_own_reason(
    alone: StateFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "open", lambda self, mode: _raise_full(self, self))
    with pytest.raises(AppintMockError):
        alone.save()
    assert alone.problem == "The state could not be saved: the disk is full"


def test_a_new_problem_is_reported_at_once(
    alone: StateFile, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Path, "replace", _raise_full)
    alone._save_or_report()
    assert "The state could not be saved: the disk is full" in caplog.text


def test_a_file_system_without_locks_is_taken(alone: StateFile, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")

    def flock(file: object, how: int) -> None:
        assert how == fcntl.LOCK_EX | fcntl.LOCK_NB
        raise OSError("No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    with alone.owned():
        assert alone.path.with_name(".state.json.lock").exists()


def test_a_problem_is_reported_once(
    alone: StateFile, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Path, "replace", _raise_full)
    alone._save_or_report()
    alone._save_or_report()
    assert caplog.text.count("The state could not be saved: the disk is full") == 1


def test_a_defect_is_reported_and_the_next_state_is_tried(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    problems = [ZeroDivisionError("once")]

    def text() -> bytes:
        if problems:
            raise problems.pop()
        return b"{}"

    file = StateFile(tmp_path / "state.json", text, print)
    file._save_or_report()
    assert f"appint_mock failed to write {file.path}" in caplog.text
    file._save_or_report()
    assert file.path.read_bytes() == b"{}"


def test_a_file_has_one_owner_and_no_lock_is_left(alone: StateFile) -> None:
    lock = alone.path.with_name(".state.json.lock")
    with alone.owned():
        assert lock.exists()
        other = StateFile(alone.path, bytes, print)
        with pytest.raises(AppintMockError, match="give each its own"), other.owned():
            pass
        assert lock.exists()
    assert not lock.exists()
    with alone.owned():
        lock.unlink()


def test_a_file_in_no_folder_or_in_one_that_cannot_be_written_has_no_owner(tmp_path: Path) -> None:
    nowhere = StateFile(tmp_path / "none" / "state.json", bytes, print)
    with pytest.raises(AppintMockError, match=f"there is no folder {tmp_path / 'none'}"), nowhere.owned():
        pass
    tmp_path.joinpath(".state.json.lock").mkdir()
    folder = StateFile(tmp_path / "state.json", bytes, print)
    with pytest.raises(AppintMockError, match="could not be saved later: "), folder.owned():
        pass


def test_a_file_is_restored_if_it_is_there_and_whole(tmp_path: Path) -> None:
    restored: list[Any] = []
    file = StateFile(tmp_path / "state.json", bytes, restored.append)
    file.load()
    assert restored == []
    file.path.write_text('{"a": "é"}', "utf-8")
    file.load()
    assert restored == [{"a": "é"}]
    for content, text in ((b"{", "is no state file of this version: "), (b"\xff", "cannot be read: ")):
        file.path.write_bytes(content)
        with pytest.raises(AppintMockError, match=text):
            file.load()
    assert len(restored) == 1


def test_a_writer_runs_until_it_is_stopped_and_can_start_again(alone: StateFile) -> None:
    alone.stop()
    for _ in range(2):
        alone.start()
        thread = alone._thread
        assert thread is not None
        assert thread.is_alive()
        alone.stop()
        assert not thread.is_alive()
        assert alone._thread is None
