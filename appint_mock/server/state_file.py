"""Keeps a server's state in a file, which is read at start and written atomically as the state changes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:
    # Windows has no such lock.
    fcntl = None  # type: ignore[assignment]

from ..errors import AppintMockError
from ..hints import bare, see
from . import waiting

_log = logging.getLogger(__name__)

#: The time from one write to the next, in seconds. With the write itself and a margin that is the second after which
#: nothing that was acknowledged may be lost.
_PERIOD = 0.94
#: The least of it that is left when writing takes long.
_LEAST_PERIOD = 0.5
#: If no request has changed anything, the share of the time that goes into looking whether a handle has.
_LOOKING = 0.02


class StateFile:
    """The file at ``path``; ``text`` returns the state as JSON, and ``restore`` takes it."""

    def __init__(self, path: Path, text: Callable[[], bytes], restore: Callable[[Any], None]) -> None:
        self.path = path.resolve()
        self._text, self._restore = text, restore
        self._writing = threading.Lock()
        self._written: bytes | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._may_have_changed = False
        #: How often it was written.
        self.writes = 0
        #: Why it could not be written the last time, or None.
        self.problem: str | None = None

    @contextlib.contextmanager
    def owned(self) -> Iterator[None]:
        """Locks the file. Raises AppintMockError if another server has it, or if it cannot be written."""
        lock = self._beside("lock")
        try:
            file = lock.open("ab")
        except FileNotFoundError:
            text = f"{self.path} could not be saved later: there is no folder {self.path.parent}."
            raise AppintMockError(text + see("server")) from None
        except OSError as error:
            raise AppintMockError(f"{self.path} could not be saved later: {error}" + see("server")) from error
        with file:
            try:
                if fcntl is not None:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                text = f"Another server uses {self.path} as its state file; give each its own."
                raise AppintMockError(text + see("server")) from None
            except OSError:
                # A file system that has no locks.
                pass
            try:
                yield
            finally:
                with contextlib.suppress(OSError):
                    lock.unlink()

    def load(self) -> None:
        """Restores the state from the file, if there is one. Raises AppintMockError if it is invalid, and keeps it."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            raise AppintMockError(f"The state file {self.path} cannot be read: {error}" + see("server")) from error
        try:
            self._restore(json.loads(text))
        except (ValueError, RecursionError) as error:
            raise AppintMockError(
                f"{self.path} is no state file of this version: {bare(error)}" + see("server")
            ) from error

    def changed(self) -> None:
        """Notes that a request may have changed the state."""
        self._may_have_changed = True

    def start(self) -> None:
        """Starts to write changes in the background."""
        self._stop.clear()
        self._thread = waiting.start_thread("state file", self._watch)

    def stop(self) -> None:
        """Stops writing in the background."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(30)  # pragma: no mutate (longer than a write takes)
            self._thread = None

    def save(self, *, even_if_unchanged: bool = True, to_disk: bool = True) -> Path:
        """Writes the state, and returns the path. Raises AppintMockError if it cannot be written.

        ``to_disk``: wait until it would outlive the machine's end too, not only that of this process.
        """
        with self._writing:
            self._may_have_changed = False
            text = self._text()
            digest = hashlib.blake2b(text).digest()
            if even_if_unchanged or digest != self._written:
                try:
                    self._replace(text, to_disk=to_disk)
                except OSError as error:
                    self._may_have_changed = True
                    self.problem = f"The state could not be saved: {error}"
                    raise AppintMockError(self.problem + see("server")) from error
                self._written, self.problem = digest, None
                self.writes += 1
        return self.path

    def _replace(self, text: bytes, *, to_disk: bool) -> None:
        temporary = self._beside("new")
        try:
            with temporary.open("wb") as file:
                with contextlib.suppress(FileNotFoundError):
                    os.chmod(temporary, self.path.stat().st_mode & 0o7777)
                file.write(text)
                file.flush()  # pragma: no mutate (closing does it too; this is for `fsync`)
                if to_disk:
                    os.fsync(file.fileno())
            temporary.replace(self.path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(f".{self.path.name}.{ending}")

    def _watch(self) -> None:
        self._written = hashlib.blake2b(self._text()).digest()
        took = 0.0
        last = waiting.monotonic()
        while not self._stop.wait(max(_LEAST_PERIOD, _PERIOD - 1.5 * took - (waiting.monotonic() - last))):
            started = waiting.monotonic()
            # Handles can change the state too, without a request: so we look, as long as it costs little.
            if not self._may_have_changed and started - last < took / _LOOKING:
                continue
            last = started
            self._save_or_report()
            took = waiting.monotonic() - started

    def _save_or_report(self) -> None:
        reported = self.problem
        try:
            self.save(even_if_unchanged=False, to_disk=False)
        except AppintMockError as error:
            if self.problem != reported:
                _log.error("%s", error)
        except Exception:
            # The next state may be one that can be written.
            _log.exception("appint_mock failed to write %s", self.path)
