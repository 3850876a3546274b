"""``python -m tests.install [SET ...]``: install the wheel beside ordinary requirements, and try it there.

Each set gets a fresh environment, in which pip chooses. The versions that it chose and the time that it took are
printed; then the quickstart and a part of the suite's core run. Wants a package index.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SETS = {
    "boto3-1.34": ["boto3~=1.34.0"],
    "boto3-1.38": ["boto3~=1.38.0"],
    "boto3-1.40": ["boto3~=1.40.0"],
    "boto3-newest": ["boto3"],
    "aioboto3": ["aioboto3"],
    "moto-and-stubs": [
        "moto[all]",
        "boto3",
        "types-boto3[appintegrations,dataexchange]",
        "boto3-stubs[appintegrations,dataexchange]",
    ],
}
SHOWN = ("boto3", "botocore", "aioboto3", "aiobotocore", "moto", "jsonschema", "responses", "types-boto3")
CORE = (
    "tests/interception/test_scopes.py",
    "tests/appintegrations/test_event_integrations.py",
    "tests/test_options.py",
)


def main() -> None:
    """Try each set. Raises CalledProcessError for a command that failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.install", description=__doc__)
    parser.add_argument("sets", nargs="*", choices=[[], *SETS], metavar="SET", help=", ".join(SETS))
    chosen = parser.parse_args().sets or list(SETS)
    with tempfile.TemporaryDirectory() as folder:
        _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, str(ROOT))
        (wheel,) = Path(folder).glob("*.whl")
        for name in chosen:
            _try(name, SETS[name], wheel, Path(folder, name))


def _try(name: str, requirements: list[str], wheel: Path, folder: Path) -> None:
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    before = time.monotonic()
    _run(python, "-m", "pip", "install", "--quiet", str(wheel), *requirements)
    took = time.monotonic() - before
    if name == "aioboto3":
        _run(python, "-W", "error", "-c", "import aioboto3; aioboto3.Session()")
    frozen = _run(python, "-m", "pip", "freeze")
    versions = dict(line.split("==") for line in frozen.splitlines() if "==" in line)
    print(
        f"{name}: pip took {took:.0f} s and chose", *(f"{each} {versions[each]}" for each in SHOWN if each in versions)
    )
    _run(python, "-W", "error", str(ROOT / "docs" / "examples" / "quickstart.py"))
    # What the tests need must not change what pip chose.
    pins = folder / "pins.txt"
    pins.write_text("".join(f"{each}=={version}\n" for each, version in versions.items()), "utf-8")
    _run(python, "-m", "pip", "install", "--quiet", "--constraint", str(pins), f"{wheel}[test]")
    print(" ", _run(python, "-m", "pytest", "-q", *CORE, cwd=ROOT).strip().splitlines()[-1], flush=True)


def _run(*command: str, cwd: Path | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        done.check_returncode()
    return done.stdout


if __name__ == "__main__":
    main()
