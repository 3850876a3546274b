"""Matches texts against the models' patterns in time linear in the length of the text.

The patterns are Python's, with two differences: ``\\w``, ``\\d`` and ``\\s`` are ASCII, and ``$`` is the very end,
not also the place before a final newline.

Python's ``re`` backtracks: a SourceURI of 400 characters can keep the model's own pattern busy for 11 seconds. The few
patterns of the supported models that backtrack are decided by an equivalent that does not.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

_PART = r"[a-zA-Z0-9\-_.\/]"
_WEBHOOK = r"app\-integrations\.webhooks\/"

#: By the text of a pattern that is searched for: a pattern that is found in the same texts, in linear time. The tests
#: compare each with the model's own over all short texts, and fail for a slow pattern that is missing here.
_EQUIVALENTS = {
    ".*": "",
    r".*\S.*": r"\S",
    # SourceURI and DestinationURI, before and since botocore 1.44. In A+B+, where B has all characters of A, one A is
    # enough. No run of characters has a colon in it, so no two attempts read the same run.
    r"^(\w+\:\/\/[\w.-]+[\w/!@#+=.-]+$)|(\w+\:\/\/[\w.-]+[\w/!@#+=.-]+[\w/!@#+=.-]+[\w/!@#+=.,-]+$)": (
        r"^\w+://[\w.-][\w/!@#+=.-]+$|\w://[\w.-][\w/!@#+=.-]{2}[\w/!@#+=.,-]+$"
    ),
    r"^((\w+\:\/\/[\w.-]+[\w/!@#+=.-]+)|(\w+\:\/\/[\w.-]+[\w/!@#+=.-]+[\w/!@#+=.-]+[\w/!@#+=.,-]+))$": (
        r"^\w+://[\w.-](?:[\w/!@#+=.-]+|[\w/!@#+=.-]{2}[\w/!@#+=.,-]+)$"
    ),
    # Source. Its last part fits its own continuation, so each repetition would read to the end of the text. Here only
    # the first one in a run does; (?=(...))\1 is an atomic group, which Python 3.10 does not have.
    rf"^(aws\.(partner\/.*|cases|cases\-test))|Pipe\s.[a-zA-Z0-9\/\._\-]+$|{_WEBHOOK}{_PART}+$": (
        rf"^aws\.(?:partner\/|cases)|Pipe\s.{_PART}+$|(?<!{_PART})(?=({_PART}*?{_WEBHOOK}))\1{_PART}+$"
    ),
}


@functools.cache
def matcher(pattern: str, whole: bool) -> Callable[[str], bool]:
    """Returns a function that searches a text for ``pattern``; with ``whole``, the whole text must match.

    A pattern in a syntax that ``re`` does not know, as a newer model may have, accepts every text.
    """
    equivalent = pattern if whole else _EQUIVALENTS.get(pattern, pattern)
    if not equivalent:
        return always
    try:
        expression = compiled(equivalent)
    except re.error:
        return always
    find = expression.fullmatch if whole else expression.search
    return lambda text: find(text) is not None


def always(text: str) -> bool:
    """Returns True: the matcher of a pattern that every text has, such as ``.*``."""
    return True


def compiled(pattern: str) -> re.Pattern[str]:
    """Returns ``pattern`` with ASCII classes and a true end. Raises ``re.error`` if ``re`` does not know its syntax."""
    escape_or_class = r"\\.|\[\^?\]?(?:\\.|[^\\\]])*\]"
    with_true_end = re.sub(rf"({escape_or_class})|\$", lambda found: found[1] or r"\Z", pattern, flags=re.DOTALL)
    return re.compile(with_true_end, re.ASCII)
