"""Says which tests belong to each room of the library."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "appint_mock"

#: By folder or module of the package: the folders and files of tests that must notice a fault in it.
ROOMS: dict[str, tuple[str, ...]] = {
    "": ("test_*.py", "interception", "services", "pytest_plugin"),
    "__main__.py": ("server/test_command.py", "docs/test_server_commands.py"),
    "pytest_plugin.py": ("pytest_plugin", "test_options.py"),
    "handle": ("interception", "test_*.py"),
    "integrations": ("integration", "dataexchange/test_jobs_moto.py", "dataexchange/test_exchange.py", "interception"),
    "interception": ("interception", "integration/test_requests.py", "test_options.py", "test_faults.py"),
    "protocol": (
        "protocol",
        "conformance/test_[ms]*.py",
        "appintegrations/test_wire.py",
        "appintegrations/test_constraints.py",
        "interception/test_credentials.py",
        "services",
    ),
    "scopes": ("test_*.py", "interception", "appintegrations", "dataexchange/test_wire.py", "pytest_plugin"),
    "server": ("server", "docs/test_server_commands.py", "services"),
    "services": ("services", "companions", "appintegrations", "dataexchange", "test_*.py", "interception"),
    "services/appintegrations": ("appintegrations", "companions", "test_*.py", "stateful"),
    "services/dataexchange": ("dataexchange", "companions", "test_*.py", "stateful"),
    "state": ("state", "test_*.py", "appintegrations", "stateful"),
}
#: What the tests of a room or of a module cannot do without: it is left out if that is not installed.
NEEDS = {
    "integrations": "moto",
    "interception/aiohttp_connector.py": "aiohttp",
    "interception/httpx_client.py": "httpx",
}


def room_of(path: Path) -> str:
    """Returns the room of a module: the innermost one that it is in."""
    inside = path.relative_to(PACKAGE).as_posix()
    return max((room for room in ROOMS if room in ("", inside) or inside.startswith(f"{room}/")), key=len)


def modules(room: str | None = None) -> list[Path]:
    """Returns the modules of a room, or of all whose tests can run here."""
    every = [path for path in sorted(PACKAGE.rglob("*.py")) if room in (None, room_of(path))]
    return [path for path in every if all(find_spec(needed) for needed in _needs(path))]


def _needs(path: Path) -> Iterator[str]:
    inside = path.relative_to(PACKAGE).as_posix()
    return (needed for place, needed in NEEDS.items() if inside == place or inside.startswith(f"{place}/"))


def files_for(path: Path) -> list[str]:
    """Returns the test files that must notice a fault in a module; first those that are named like it."""
    files = [file.relative_to(ROOT).as_posix() for file in dict.fromkeys(_files(room_of(path)))]
    stem = path.stem.strip("_").removesuffix("s")
    return sorted(files, key=lambda file: stem not in file.rpartition("/")[2])


def _files(room: str) -> Iterator[Path]:
    for pattern in ROOMS[room]:
        found = sorted((ROOT / "tests").glob(pattern))
        assert found, f"{pattern} is no test"
        for path in found:
            yield from sorted(path.rglob("test_*.py")) if path.is_dir() else [path]
