"""Words the hints in error messages: names close to a misspelled one, how to install an extra."""

from __future__ import annotations

from collections.abc import Iterable

#: Where pip finds the package: "." in a copy of the repository, "appint-mock" once it is published. Change this line,
#: then run ``python -m tests.docs.install_texts``, with which the pages follow.
SOURCE = "."

#: Where the page of error messages is: in a copy of the repository, or its address once the pages are hosted.
ERRORS = "docs/errors.md"


def see(topic: str) -> str:
    """Returns the last line of an error message: a link to the topic on the page of error messages."""
    return f"\nSee {ERRORS}#{topic}"


def bare(error: Exception) -> str:
    """Returns the text of an error without that line, to be part of another message."""
    return str(error).partition("\nSee ")[0]


def install_command(extra: str) -> str:
    """Returns the command that installs the package with an extra, and where it works."""
    where = " in a copy of the repository" if SOURCE == "." else ""
    return f"pip install '{SOURCE}[{extra}]'{where}"


def did_you_mean(name: object, known: Iterable[str]) -> str:
    """Returns `` Did you mean 'A' or 'B'?``, or nothing if no known name is close. Ignores case and underscores."""
    import difflib  # takes longer to load than most programs need us for, and few misspell a name

    by_letters = {letters_of(each): each for each in known}
    if not isinstance(name, str):  # a test's own value, which may be anything
        return ""
    letters = letters_of(name)
    close = [letters] if letters in by_letters else difflib.get_close_matches(letters, by_letters, n=2, cutoff=0.6)
    return f" Did you mean {' or '.join(repr(by_letters[each]) for each in close)}?" if close else ""


def repr_of(value: object) -> str:
    """Returns the value's ``repr`` for a message, or its type if ``repr`` fails (nested too deeply, or raises)."""
    try:
        return repr(value)
    except Exception:
        return f"a {type(value).__name__}"


def letters_of(name: str) -> str:
    """Returns a name in a form that is equal for the spellings ``CreateJob`` and ``create_job``."""
    return name.replace("_", "").lower()
