"""What the check of errors finds that an operation can raise: see tests/fidelity/operations.py."""

from __future__ import annotations

import ast

import pytest

from tests.fidelity.operations import _uncaught


@pytest.mark.parametrize(
    ("handler", "passes"),
    [
        ("except ServiceError: pass", False),
        ("except ServiceError as error: raise KeyError from error", False),
        ("except (KeyError, ServiceError): return", False),
        ("except KeyError: pass", True),
        ("except: raise", True),
        ("except ServiceError: raise", True),
        ("except ServiceError as error:\n    tidy()\n    raise error", True),
    ],
)
def test_what_a_handler_catches_and_keeps_is_not_raised(handler: str, passes: bool) -> None:
    tree = ast.parse(f"try:\n    find()\n{handler}\n")
    names = [node.id for node in _uncaught(tree) if isinstance(node, ast.Name)]
    assert ("find" in names) is passes
