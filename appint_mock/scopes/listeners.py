"""Who hears of each call besides the open scopes, such as the pytest plugin, which outlives them.

pytest loads this module at the start of every run, whether it uses us or not: it loads nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .call import Call

#: Called with each call after it was answered, from the thread that made it.
called: list[Callable[[Call], None]] = []
