"""A pytest plugin for suites that a test runs: nothing leaves the machine there either."""

from __future__ import annotations

from tests import sockets

sockets.forbid()
