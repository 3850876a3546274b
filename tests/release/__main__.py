"""``python -m tests.release FOLDER``: build what would be uploaded, into a folder, and see that it is whole.

The folder must be new or empty. Wants ``build`` and ``twine``, and a package index for the environments that it makes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Sequence
from email.parser import Parser
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "appint_mock"
QUICKSTART = ROOT / "docs" / "examples" / "quickstart.py"
#: Files that are no modules, and that the package cannot do without.
DATA = ("appint_mock/py.typed", "appint_mock/protocol/model_patches.json")


class NotWholeError(Exception):
    """What is wrong with the release."""


def main() -> None:
    """Build and check. Raises NotWholeError, or CalledProcessError for a command that failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.release", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder.resolve()
    if folder.exists() and any(folder.iterdir()):
        raise NotWholeError(f"{folder} is not empty: give a folder for this release alone.")
    # Without options, the wheel is built from the sdist: so that is whole too.
    _run([sys.executable, "-m", "build", "--outdir", folder, ROOT])
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    _run([sys.executable, "-m", "twine", "check", "--strict", wheel, sdist])
    check_wheel(wheel)
    check_sdist(sdist)
    check_alone(wheel)
    print(f"{wheel.name} and {sdist.name} are whole.")


def check_wheel(path: Path) -> None:
    """The wheel has all of the package and nothing else, and its metadata is that of the project."""
    with zipfile.ZipFile(path) as wheel:
        names = set(wheel.namelist())
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        fields = Parser().parsestr(wheel.read(metadata).decode("utf-8"))
        (entry_points,) = (name for name in names if name.endswith(".dist-info/entry_points.txt"))
        scripts = wheel.read(entry_points).decode("utf-8")
    packaged = {name for name in names if ".dist-info/" not in name}
    _same("the wheel", packaged, _package_files())
    _holds("the wheel", names, [*DATA, f"{metadata.removesuffix('METADATA')}licenses/LICENSE"])
    if "appint_mock.pytest_plugin" not in scripts or "appint_mock.__main__:main" not in scripts:
        raise NotWholeError(f"The wheel lacks an entry point; it has:\n{scripts}")
    if fields["Requires-Python"] is None or "moto" in str(fields.get_all("Requires-Dist")):
        raise NotWholeError(f"The wheel's requirements are not those of the project:\n{fields}")


def check_sdist(path: Path) -> None:
    """The sdist has what somebody needs who builds and tests it."""
    with tarfile.open(path) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    _holds("the sdist", names, [*_package_files(), "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"])
    _holds("the sdist", names, ["tests/conftest.py", "docs/index.md", "docs/conf.py"])


def check_alone(wheel: Path) -> None:
    """In an environment that has only the wheel and boto3, the quickstart runs, and so does the command."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(Path(folder, "env"), with_pip=True)
        scripts = Path(folder, "env", "Scripts" if os.name == "nt" else "bin")
        python = scripts / "python"
        _run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, "boto3"])
        # -I: neither this folder nor the environment of the caller can lend it anything.
        said = _run([python, "-I", "-W", "error", QUICKSTART], cwd=folder)
        if "DuplicateResourceException" not in said or said.count("created") != 3:
            raise NotWholeError(f"The quickstart said something else than it should:\n{said}")
        _run([scripts / "appint-mock", "--help"], cwd=folder)
        home = _run([python, "-I", "-c", "import appint_mock; print(appint_mock.__file__)"], cwd=folder)
        if not Path(home.strip()).is_relative_to(folder):
            raise NotWholeError(f"The quickstart ran with another appint_mock: {home}")


def _package_files() -> set[str]:
    """What the package consists of, as a wheel names it."""
    files = (path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in files}


def _holds(what: str, names: set[str], needed: Sequence[str]) -> None:
    missing = sorted(set(needed) - names)
    if missing:
        raise NotWholeError(f"{what} lacks {', '.join(missing)}")


def _same(what: str, names: set[str], wanted: set[str]) -> None:
    _holds(what, names, sorted(wanted))
    if names - wanted:
        raise NotWholeError(f"{what} has {', '.join(sorted(names - wanted))}, which is not of the package")


def _run(command: Sequence[str | Path], cwd: str | None = None) -> str:
    """What the command printed; its error output goes through."""
    bare = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return subprocess.run(command, cwd=cwd, env=bare, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
