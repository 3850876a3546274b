"""Which errors each operation can give by itself: read from the backends' code.

A function can raise what it names as ``ServiceError("Code", ...)``, and what the functions that it mentions can. Names
are looked up in the service's package and in the module of what every backend inherits, without regard to classes: that
may find too much, never too little (every error that a test of the suite gets is compared with the result).
"""

from __future__ import annotations

import ast
import functools
import importlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from appint_mock.scopes.call import Call
from appint_mock.scopes.stack import answering
from appint_mock.services import load, load_companion, names
from appint_mock.services.service import Service
from appint_mock.state import world

#: What any operation can answer before its backend is asked: to requests that are not what the model says.
FOR_ALL = ("MissingAuthenticationTokenException", "SerializationException", "ValidationException")


def service(name: str) -> Service[Any]:
    """The service of that name, as boto3 calls it."""
    return load(name)


@functools.cache
def given(service_name: str, companion: str | None = None) -> dict[str, frozenset[str]]:
    """By operation of the service, or of a companion of it, the codes that its method can raise."""
    functions = _functions(Path(importlib.import_module(f"appint_mock.services.{service_name}").__file__ or "").parent)
    described = load_companion(service_name, companion) if companion else service(service_name)
    operations = described.catalogue.operations.values()
    return {operation.name: frozenset(_codes(operation.method_name, functions)) for operation in operations}


def unforeseen(call: Call) -> str | None:
    """What is wrong with a call that failed otherwise than `given` says: faults that a test ordered are left aside."""
    code, (scopes, _) = call.error_code, answering(call.service_name)
    # A server's scopes stand apart.
    owners = [name for name in names() if call.service_name in service(name).companions]
    for_all = [*FOR_ALL, *(load_companion(owner, call.service_name).rules.code for owner in owners)]
    if code is None or call.status_code is None or code in for_all or any(len(scope.faults) for scope in scopes):
        return None
    if code.isdigit():
        return None  # no error of the service: a provider's API answered with that status
    if code in given(*owners, call.service_name).get(call.operation, ()):
        return None
    return f"{call.service_name}.{call.operation} answered {code}, which docs/operations.md does not foresee"


def _functions(package: Path) -> dict[str, list[ast.AST]]:
    found: dict[str, list[ast.AST]] = defaultdict(list)
    for path in [Path(world.__file__), *sorted(package.rglob("*.py"))]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                found[node.name].append(node)
    return found


def _codes(start: str, functions: dict[str, list[ast.AST]]) -> set[str]:
    codes: set[str] = set()
    seen, to_see = {start}, [start]
    while to_see:
        for function in functions[to_see.pop()]:
            for node in _uncaught(function):
                # What is assigned to is not called, whatever its name.
                read = isinstance(getattr(node, "ctx", None), ast.Load)
                name = (getattr(node, "attr", None) or getattr(node, "id", None)) if read else None
                if name in functions and name not in seen:
                    seen.add(name)
                    to_see.append(name)
                if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "ServiceError":
                    codes.add(ast.literal_eval(node.args[0]))
    return codes


def _uncaught(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a piece of code, but for what it tries and catches."""
    yield node
    catches = isinstance(node, ast.Try) and any(map(_keeps, node.handlers))
    for name, child in ast.iter_fields(node):
        if not (catches and name == "body"):
            for each in child if isinstance(child, list) else [child]:
                if isinstance(each, ast.AST):
                    yield from _uncaught(each)


def _keeps(handler: ast.ExceptHandler) -> bool:
    """Whether a handler catches errors of services and does not raise them again."""
    raised = [each.exc for each in ast.walk(handler) if isinstance(each, ast.Raise)]
    again = any(each is None or (isinstance(each, ast.Name) and each.id == handler.name) for each in raised)
    return handler.type is not None and "ServiceError" in ast.dump(handler.type) and not again
