"""Each module of the library is in a room."""

from __future__ import annotations

from tests.mutants.rooms import PACKAGE, ROOMS, TOP, room_of


def test_a_module_is_in_its_innermost_room() -> None:
    assert room_of(PACKAGE / "services" / "dataexchange" / "grants.py") == "services/dataexchange"
    assert room_of(PACKAGE / "services" / "service.py") == "services"
    assert room_of(PACKAGE / "integrations" / "moto" / "web.py") == "integrations"
    assert room_of(PACKAGE / "api.py") == TOP


def test_every_room_has_a_module() -> None:
    assert {*ROOMS, TOP} == set(map(room_of, PACKAGE.rglob("*.py")))
