"""Says which modules can be tried here, and in which room of the library each is."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "appint_mock"
#: The rooms that the report counts: the folders of the package, and those of each service; all else is at the top.
ROOMS = sorted(
    path.relative_to(PACKAGE).as_posix()
    for path in [*PACKAGE.iterdir(), *(PACKAGE / "services").iterdir()]
    if path.joinpath("__init__.py").exists()
)
TOP = "top"
#: What the tests of a room or of a module cannot do without: it is left out if that is not installed.
NEEDS = {
    "integrations": "moto",
    "interception/aiohttp_connector.py": "aiohttp",
    "interception/httpx_client.py": "httpx",
}


def room_of(path: Path) -> str:
    """Returns the room of a module: the innermost one that it is in."""
    inside = path.relative_to(PACKAGE).as_posix()
    return max((room for room in ROOMS if inside.startswith(f"{room}/")), key=len, default=TOP)


def modules(room: str | None = None) -> list[Path]:
    """Returns the modules of a room, or of all whose tests can run here."""
    every = [path for path in sorted(PACKAGE.rglob("*.py")) if room in (None, room_of(path))]
    return [path for path in every if all(find_spec(needed) for needed in _needs(path))]


def _needs(path: Path) -> Iterator[str]:
    inside = path.relative_to(PACKAGE).as_posix()
    return (needed for place, needed in NEEDS.items() if inside == place or inside.startswith(f"{place}/"))
