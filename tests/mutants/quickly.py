"""A plugin of pytest for runs that only ask whether anything fails.

hypothesis looks for no smaller example. Of the tests that are collected only those in the file that ``MUTANTS_CHOSEN``
names run, in that order.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests.mutants.running import CHOSEN

settings.register_profile("quickly", phases=[Phase.explicit, Phase.generate], database=None, derandomize=True)
settings.load_profile("quickly")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out what was not chosen."""
    file = os.environ.get(CHOSEN)
    if file is not None:
        chosen = {test: number for number, test in enumerate(Path(file).read_text("utf-8").splitlines())}
        items[:] = sorted((item for item in items if item.nodeid in chosen), key=lambda item: chosen[item.nodeid])
