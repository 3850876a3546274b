"""Finds the places of the library where a small fault can be put, and makes mutants of a random sample of them.

The faults are those of cosmic-ray, a mutation tester that is kept, and one of ours: a call left out. cosmic-ray's own
runner is not used: it changes the working tree, knows one test command for all modules, and takes no sample.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import parso
from cosmic_ray.ast import ast_nodes
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names

#: These want arguments that differ from module to module.
_UNUSED = frozenset({"core/VariableInserter", "core/VariableReplacer"})
#: "core/ReplaceBinaryOperator_Add_Sub": what is replaced, and by what.
_REPLACEMENT = re.compile(r"(core/Replace\w+Operator_[A-Za-z]+)_[A-Za-z_]+")
#: A line with this comment is left alone: what it says is a matter of cost or taste, as the words behind it say.
_LEFT_ALONE = "# pragma: no mutate"
#: No test can notice whether equal numbers and texts are the same object, nor whether None is asked for by ``==``.
_EQUIVALENT = re.compile(r"core/ReplaceComparisonOperator_(?!Is)\w+_(Is|IsNot)|.*_Is_Eq|.*_IsNot_NotEq")


class CallRemover(Operator):
    """Replaces a statement that is nothing but a call by ``pass``."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        """Yields where the statement begins and ends."""
        if node.type == "simple_stmt" and node.children[0].type in ("atom_expr", "await"):
            yield node.children[0].start_pos, node.children[0].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Returns the statement without its call."""
        call = node.children[0]
        node.children[0] = parso.parse(f"{call.get_first_leaf().prefix}pass").children[0]
        return node

    @classmethod
    def examples(cls) -> tuple[Any, ...]:
        """Returns nothing: cosmic-ray's own tests do not run this operator."""
        return ()


class Place(NamedTuple):
    """A place of a module where a fault can be put."""

    path: Path
    line: int
    #: Operators that can change it: one of them is taken.
    operators: tuple[str, ...]
    #: The how many-th place of the module it is for them.
    occurrence: int


class Mutant(NamedTuple):
    """A module with one fault."""

    path: Path
    line: int
    operator: str
    source: str
    #: The line as it was and as it is.
    change: str


def sample(paths: list[Path], size: int, seed: int) -> list[Mutant]:
    """Returns ``size`` mutants of the modules, or as many as there are; each place has the same chance."""
    chance = random.Random(seed)
    every = [place for path in sorted(paths) for place in places(path)]
    chance.shuffle(every)
    found = (mutant for place in every if (mutant := _mutant(place, chance.choice(place.operators))) is not None)
    return [mutant for mutant, _ in zip(found, range(size), strict=False)]


def places(path: Path) -> Iterator[Place]:
    """Yields the places of a module where a fault can be put."""
    source = path.read_text("utf-8")
    left_alone = {number for number, line in enumerate(source.splitlines(), 1) if _LEFT_ALONE in line}
    nodes = list(ast_nodes(parso.parse(source)))
    for alike in _families():
        operator = _operator(alike[0])
        positions = (position for node in nodes for position in operator.mutation_positions(node))
        for occurrence, ((line, _), _) in enumerate(positions):
            if line not in left_alone:
                yield Place(path, line, alike, occurrence)


def _families() -> list[tuple[str, ...]]:
    """Operators by what they replace: those of one family change the same places."""
    families: dict[str, list[str]] = {"tests/CallRemover": ["tests/CallRemover"]}
    for name in sorted(set(operator_names()) - _UNUSED):
        if not _EQUIVALENT.fullmatch(name):
            replaced = _REPLACEMENT.fullmatch(name)
            families.setdefault(replaced[1] if replaced else name, []).append(name)
    return [tuple(family) for family in families.values()]


def _operator(name: str) -> Operator:
    return CallRemover() if name == "tests/CallRemover" else get_operator(name)()


def _mutant(place: Place, operator: str) -> Mutant | None:
    """The module with a fault at that place; None if the fault changes nothing that a program can see."""
    original = place.path.read_text("utf-8")
    try:
        source = mutate_code(original, _operator(operator), place.occurrence)
    except AttributeError:
        # cosmic-ray cannot replace an exception that is named by its module: `except json.JSONDecodeError`.
        return None
    if source is None or _meaning(source) in ("", _meaning(original)):
        return None
    before, after = (text.splitlines()[place.line - 1].strip() for text in (original, f"{source}\n"))
    return Mutant(place.path, place.line, operator.partition("/")[2], source, f"{before}  →  {after}")


def _meaning(source: str) -> str:
    """What a module does: its syntax tree without what no program can notice.

    That is types, with overloads and what is imported for them alone; caches and calls of ``gc``, which only change
    what it costs; the ``strict`` of ``zip``, which says that what it gets is equally long; and whether a parameter may
    be given by its position, by its name or by both. Nothing if it is no Python.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ""
    return ast.dump(_Bare().visit(tree))


class _Bare(ast.NodeTransformer):
    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        self.generic_visit(node)
        return node.value and ast.Assign(targets=[node.target], value=node.value)

    def visit_If(self, node: ast.If) -> ast.AST | None:
        self.generic_visit(node)
        only_imports = all(isinstance(each, ast.Import | ast.ImportFrom) for each in [*node.body, *node.orelse])
        return None if only_imports and "TYPE_CHECKING" in ast.unparse(node.test) else node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        self.generic_visit(node)
        return None if ast.unparse(node).startswith("gc.") else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "zip":
            node.keywords = [each for each in node.keywords if each.arg != "strict"]
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        self.generic_visit(node)
        by_position = [*node.posonlyargs, *node.args]
        # A parameter without a default has None among those that are given by their names only.
        without_default = [None] * (len(by_position) - len(node.defaults))
        node.kw_defaults = [*without_default, *node.defaults, *node.kw_defaults]
        node.args = [*by_position, *node.kwonlyargs]
        node.posonlyargs, node.kwonlyargs, node.defaults = [], [], []
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.keywords = [each for each in node.keywords if each.arg != "total"]
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST | None:
        return self._function(node)

    def _function(self, node: Any) -> ast.AST | None:
        # Its body is dots: another definition of the name follows.
        if [ast.unparse(each) for each in node.body] == ["..."]:
            return None
        node.returns = None
        node.decorator_list = [each for each in node.decorator_list if "cache" not in ast.unparse(each)]
        return self.generic_visit(node)
