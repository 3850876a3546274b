"""The lists of names on docs/reference.md: each with its signature and the start of its docstring, from the code.

A repository host shows a page without what Sphinx puts in, so below autodoc's directives stands what they document.
Written by ``python -m tests.docs.captured``; docs/conf.py leaves the lists out of the site, which has all of it.
"""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any, NamedTuple

from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "reference.md"
_LISTED = re.compile(
    r"(?P<before>```\{eval-rst\}\n(?P<directives>.*?)```\n\n<!-- names -->\n).*?(?=<!-- /names -->)", re.DOTALL
)
_DIRECTIVE = re.compile(
    r"^\.\. auto(?P<kind>\w+):: (?P<path>[\w.]+)(?P<bare>\(\))?\n"
    r"(?:   :members:(?P<members>[^\n]*(?:\n {6,}[^\n]+)*)\n)?",
    re.MULTILINE,
)
_ATTRIBUTE = re.compile(r"^    (\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


class _Plain(NamedTuple):
    """What a signature shows as it stands."""

    text: str

    def __repr__(self) -> str:
        return self.text


def with_names(page: str) -> str:
    """The page with its lists of today."""
    return _LISTED.sub(lambda found: found["before"] + _list(found["directives"]), page)


def documented(page: str) -> dict[str, set[str]]:
    """The paths that the page documents, and the members of each."""
    return {
        found["path"]: {*_members(found), *_attributes(_at(found["path"]))}
        for listed in _LISTED.finditer(page)
        for found in _DIRECTIVE.finditer(listed["directives"])
    }


def _list(directives: str) -> str:
    lines = [""]
    for found in _DIRECTIVE.finditer(directives):
        thing = _at(found["path"])
        is_called = found["kind"] == "function" or (found["kind"] == "class" and not found["bare"])
        lines.append(_entry(found["path"].rpartition(".")[2], thing, is_called))
        lines += [f"  * `{name}`: {_marked(text)}" for name, text in _attributes(thing).items()]
        lines += [f"  {_member(thing, name)}" for name in _members(found)]
    return "\n".join([*lines, "", ""])


def _members(directive: re.Match[str]) -> list[str]:
    if directive["members"] is None:
        return []
    named = re.findall(r"\w+", directive["members"])
    # Without names, autodoc takes all that have a docstring, in the order of the source.
    return named or [
        name for name, value in vars(_at(directive["path"])).items() if name[0] != "_" and inspect.getdoc(value)
    ]


def _attributes(thing: Any) -> dict[str, str]:
    """The attributes that a class's docstring describes."""
    _, _, section = (inspect.getdoc(thing) or "").partition("\nAttributes:\n")
    return dict(_ATTRIBUTE.findall(section))


def _at(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _member(owner: Any, name: str) -> str:
    value = inspect.getattr_static(owner, name, None)
    if callable(value):
        return _entry("aws" if name == "__call__" else name, value, is_called=True)
    if value is not None and inspect.getdoc(value) != inspect.getdoc(type(value)):
        return _entry(name, value, is_called=False)
    return f"* `{name}`: {_marked(_comment(owner, name))}"


def _entry(name: str, value: Any, is_called: bool) -> str:
    return f"* `{name}{_signature(value) if is_called else ''}`: {_marked(inspect.getdoc(value) or '')}"


def _marked(docstring: str) -> str:
    """The first paragraph, in Markdown."""
    return " ".join(docstring.partition("\n\n")[0].split()).replace("``", "`").removesuffix("::")


def _signature(value: Any) -> str:
    """How it is called, with the names of keyword options."""
    signature = inspect.signature(value)
    found: list[inspect.Parameter] = []
    for parameter in signature.parameters.values():
        options = re.fullmatch(r"Unpack\[(\w+)\]", str(parameter.annotation))
        if options:
            # Not of its module as `sys.modules` has it: tests of the plugin load that again.
            made_by = vars(value)["__init__"] if isinstance(value, type) else getattr(value, "__func__", value)
            found += _options(inspect.unwrap(made_by).__globals__[options[1]])
        elif parameter.name != "self":
            found.append(parameter.replace(annotation=_annotation(parameter.annotation)))
    return str(signature.replace(parameters=found, return_annotation=_annotation(signature.return_annotation)))


def _options(options: Any) -> list[inspect.Parameter]:
    """The parameters that a TypedDict of options stands for."""
    return [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=_Plain("..."),
            annotation=_annotation(getattr(annotation, "__forward_arg__", annotation)),
        )
        for name, annotation in options.__annotations__.items()
    ]


def _annotation(annotation: Any) -> Any:
    """An annotation without its quotes; one that says nothing is left out."""
    return inspect.Parameter.empty if annotation in (inspect.Parameter.empty, "Any", "None") else _Plain(annotation)


def _comment(owner: type, name: str) -> str:
    """The comment above an attribute that is no property."""
    for base in owner.__mro__[:-1]:
        if found := re.search(rf"((?: +#: .*\n)+) +(?:self\.)?{name}\b", inspect.getsource(base)):
            return " ".join(re.findall(r"#: (.*)", found[1]))
    raise LookupError(f"{owner.__name__}.{name} is not documented")
