"""Runs each check of this project in an environment of its own; ``nox --list`` names them, ``.ci/run`` runs them all.

Each session works in a fresh copy of the repository, so none sees a file that another one left behind.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "venv"
#: What ``.ci/run`` runs. Two more run by name: their tests are among those of ``coverage``, which has the same moto as
#: ``neighbours(moto-newest)``.
nox.options.sessions = [
    "lint",
    "quickstart",
    "tests",
    "coverage",
    "neighbours(aioboto3)",
    "neighbours(aioboto3-lowest)",
    "neighbours(aiobotocore)",
    "neighbours(floor)",
    "neighbours(moto-lowest)",
    "neighbours(wrappers)",
    "pythons",
    "clients",
    "browser",
    "docs",
    "release",
]

ROOT = Path(__file__).parent
#: The versions of Python that the package is for.
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
#: vermin's options. It takes `.decode` of a value that it does not know for that of Python 2's str.
VERMIN = ("--quiet", "--no-tips", "--violations", "--exclude", "str.decode")
#: Libraries that run beside ours, each with the versions it is tested with.
NEIGHBOURS = sorted((ROOT / "tests" / "integration" / "environments").glob("*.txt"))
#: The sessions that together run the whole suite have an order each.
SEEDS = {"tests": 1, "coverage": 3}
#: Tests that a neighbour can change: the others pass or fail alike beside it.
BESIDE_NEIGHBOURS = (
    "tests/integration",
    "tests/interception",
    "tests/dataexchange/test_jobs_moto.py",
    "tests/dataexchange/test_exchange.py",
    "tests/conformance/test_documents.py",
    # These have environments of their own: the sessions `clients` and `browser`.
    "--ignore-glob=*test_cli.py",
    "--ignore-glob=*test_javascript.py",
    "--ignore-glob=*test_page.py",
    "--ignore-glob=*test_go.py",
    "--ignore-glob=*test_decorat*.py",
)
#: The tests that need a neighbour, and those above: what the session `coverage` runs beside the newest of them.
BESIDE_NEWEST = (*BESIDE_NEIGHBOURS, "tests/docs/test_blocks.py", "tests/pytest_plugin/test_fixtures.py")
#: Tests that an older botocore can change, by its code or by its models.
CORE = (
    "tests/appintegrations",
    "tests/conformance",
    "tests/dataexchange",
    "tests/interception",
    "tests/test_faults.py",
    "tests/test_options.py",
    "tests/test_snapshots.py",
)
#: Tests that another Python can change: of functions, threads, loops and patches.
EACH_PYTHON = (
    "tests/interception",
    "tests/test_snapshots.py",
    "tests/test_clock.py",
    "tests/dataexchange/test_exchange.py",
)
#: What runs beside the libraries of one environment; beside all others, BESIDE_NEIGHBOURS.
TESTS = {
    "aioboto3": (*CORE, "tests/integration/test_aiobotocore.py", "tests/integration/test_recipes.py"),
    "aioboto3-lowest": ("tests/integration/test_aiobotocore.py", "tests/integration/test_moto_clients.py"),
    "floor": (*CORE, "tests/server/test_life.py", "tests/server/test_requests.py", "tests/server/test_control.py"),
    "wrappers": (
        "tests/integration/test_agents.py",
        "tests/integration/test_mocks_below.py",
        "tests/integration/test_recipes.py",
        "tests/integration/test_requests.py",
        "tests/interception",
        "--ignore-glob=*test_decorat*.py",
    ),
}
#: What outlives a run: the screenshots of the session `browser`, and the versions of the clients that were tried.
SCREENSHOTS, TRIED = ROOT / "build" / "screenshots", ROOT / "build" / "tried"


@contextlib.contextmanager
def fresh_copy(session: nox.Session) -> Iterator[Path]:
    """Copies the repository into a temporary folder, which is the working folder until the block ends.

    The temporary folder is outside the repository: nox's own may be inside, where pytest in a test finds our settings.
    """
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text("utf-8").split()]
    with tempfile.TemporaryDirectory(prefix="appint_mock-") as folder:
        # A test runs a server as somebody without privileges, who must be able to read the copy.
        Path(folder).chmod(0o755)
        copy = Path(folder, "copy")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".git", *ignored))
        with session.chdir(copy):
            yield copy


def readme_command(number: int) -> str:
    """Returns one of the README's commands, counted from 0 in the order in which it gives them."""
    found: list[str] = re.findall(r"^```sh\n(.+)\n```$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    return found[number]


def from_debian(session: nox.Session, *packages: str) -> None:
    """Installs packages where that can be done: by root, on Debian. If it fails, the tests say what they lack."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        session.log(f"Only root on Debian can install {' and '.join(packages)} here.")
        return
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (("update",), ("install", "--yes", "--no-install-recommends", *packages)):
        command = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", *arguments)
        finished = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        if finished.returncode != 0:
            session.warn(f"{' '.join(command)} failed: {finished.stderr.strip()}")
            return


def order(session: nox.Session) -> str:
    """Returns pytest's option for the order of the tests in this session."""
    return f"--randomly-seed={SEEDS.get(session.name, 0)}"


def run_suite(session: nox.Session, *options: str, **env: str) -> None:
    """Runs the tests on all cores."""
    command = ("python", "-m", "pytest", "-q", "--numprocesses", "auto", order(session))
    session.run(*command, *options, *session.posargs, env=env)


def run_beside(session: nox.Session, environment: str, folder: Path) -> None:
    """Runs an environment's tests; those skipped for an older model run again with the newest models, and must pass."""
    skipped, newest = folder / "skipped.txt", folder / "newest"
    tests = TESTS.get(environment, BESIDE_NEIGHBOURS)
    run_suite(session, *tests, APPINT_MOCK_ENVIRONMENT=environment, APPINT_MOCK_SKIPPED=str(skipped))
    if skipped.read_text("utf-8"):
        session.install("--quiet", "--no-deps", "--upgrade", "--target", str(newest), "botocore")
        session.run("python", "-m", "tests.models.swap", str(newest))
        run_suite(session, f"@{skipped}", APPINT_MOCK_NO_SKIPS="1")


def botocore_of(session: nox.Session, python: str = "python") -> str:
    """Returns the version of botocore that an environment has."""
    program = "import botocore; print(botocore.__version__)"
    version = str(session.run(python, "-c", program, silent=True, log=False, external=True)).strip()
    session.log(f"botocore {version}")
    return version


@nox.session
def lint(session: nox.Session) -> None:
    """Lint, format, the direction of imports, and types."""
    with fresh_copy(session):
        session.install("--quiet", "--editable", ".[test,dev]")
        session.run("ruff", "check", ".")
        session.run("ruff", "format", "--check", ".")
        session.run("lint-imports")
        session.run("mypy")
        for version in (PYTHONS[0], PYTHONS[-1]):
            session.run("mypy", "--python-version", version, "appint_mock")
        session.run("vermin", *VERMIN, f"--target={PYTHONS[0]}-", "appint_mock")
        # For a user's code. Our own is checked without: whether the stubs are there must make no difference to it.
        session.install("--quiet", "types-boto3>=1.43")
        session.run("python", "-m", "pytest", "-q", "tests/typing")


@nox.session
def unit(session: nox.Session) -> None:
    """The fast tests, and which of them are the slowest."""
    with fresh_copy(session):
        session.install("--quiet", "--editable", ".[test]")
        run_suite(session, "-m", "unit", "--durations", "15")


@nox.session(venv_backend="none")
def quickstart(session: nox.Session) -> None:
    """The README's first command as it stands, and its program with warnings as errors."""
    with fresh_copy(session):
        session.run("bash", "-euc", readme_command(0))
        # Not the whole command once more: pip has warnings of its own.
        session.run(".venv/bin/python", "-W", "error", "docs/examples/quickstart.py", silent=True)


@nox.session(venv_backend="none")
def tests(session: nox.Session) -> None:
    """The README's second command, with the newest botocore, for the slow tests; `coverage` has the others."""
    python = ".venv/bin/python"
    # Behind the command: of PYTEST_ADDOPTS, the processes of pytest-xdist do not hear.
    options = (order(session), "-m", "slow")
    with fresh_copy(session):
        session.run("bash", "-euc", " ".join((readme_command(1), *options)))
        tested = botocore_of(session, python)
        session.run(python, "-m", "pip", "install", "--quiet", "--upgrade", "boto3", "botocore")
        if botocore_of(session, python) != tested:
            session.run(python, "-m", "pytest", "-q", "--numprocesses", "auto", *options)


def interpreters() -> dict[str, str]:
    """Returns the interpreters that this machine has, by version: those on the path, and those of pyenv."""
    found: dict[str, str] = {}
    for version in PYTHONS:
        kept = Path.home().glob(f".pyenv/versions/{version}.*/bin/python")
        for python in filter(None, (shutil.which(f"python{version}"), *map(str, sorted(kept)))):
            # A shim of pyenv is on the path, and fails, for a version that is not switched on.
            said = subprocess.run([python, "--version"], capture_output=True, text=True, check=False).stdout
            if said.startswith(f"Python {version}."):
                found.setdefault(version, python)
    return found


@nox.session(venv_backend="none")
def pythons(session: nox.Session) -> None:
    """What a change of Python can break, with each further Python that this machine has."""
    own_version = f"{sys.version_info.major}.{sys.version_info.minor}"  # the other sessions run with it
    found = {version: python for version, python in interpreters().items() if version != own_version}
    with fresh_copy(session) as copy:
        for version, python in found.items():
            folder = copy.parent / version
            session.run(python, "-m", "venv", "--clear", str(folder), external=True)
            own = str(folder / "bin" / "python")
            session.run(own, "-m", "pip", "install", "--quiet", "--editable", ".[test]", external=True)
            command = (own, "-m", "pytest", "-q", "--numprocesses", "auto", order(session))
            session.run(*command, *EACH_PYTHON, external=True)
    missing = [version for version in PYTHONS if version not in (*found, own_version)]
    session.log(f"Not on this machine: {', '.join(missing) or 'none'}")


def requirements_of(environment: str) -> Path:
    """Returns the file that says what an environment has."""
    return Path("tests", "integration", "environments", f"{environment}.txt")


def install_environment(session: nox.Session, environment: str) -> None:
    """Installs the package, and a file of ``tests/integration/environments/`` as it stands; notes the versions."""
    requirements = requirements_of(environment)
    session.install("--quiet", "--editable", ".[test]", "--requirement", str(requirements))
    if requirements.with_suffix(".no-deps").exists():
        session.install("--quiet", "--no-deps", "--requirement", str(requirements.with_suffix(".no-deps")))
    frozen = frozen_versions(session)
    frozen.mkdir(exist_ok=True)
    versions = str(session.run("python", "-m", "pip", "freeze", silent=True, log=False))
    frozen.joinpath(f"{environment}.txt").write_text(versions, "utf-8")


def frozen_versions(session: nox.Session) -> Path:
    """Returns the folder with the versions of each environment that this run has installed."""
    return Path(session.cache_dir, "frozen")


@nox.session
def coverage(session: nox.Session) -> None:
    """The unit and integration tests, alone and beside neighbours; fails if they cover too few branches."""
    with fresh_copy(session):
        session.install("--quiet", "--editable", ".[test]", "pytest-cov>=7")
        measured = ("-m", "unit or integration", "--cov")
        run_suite(session, *measured, "--cov-report=", "--cov-fail-under=0")
        # Noted, since `.ci/run` has no session of its own for this environment.
        install_environment(session, "moto-newest")
        install_environment(session, "aiobotocore")
        # aiobotocore's pins hold botocore back; it works with the newest.
        newest = ("--upgrade", "--requirement", str(requirements_of("moto-newest")))
        session.install("--quiet", "--editable", ".[dev]", "httpx", *newest)
        run_suite(session, *BESIDE_NEWEST, *measured, "--cov-append", "--cov-report=term")


@nox.session
@nox.parametrize("environment", [path.stem for path in NEIGHBOURS], ids=[path.stem for path in NEIGHBOURS])
def neighbours(session: nox.Session, environment: str) -> None:
    """Tests beside moto and aiobotocore, and the versions that docs/neighbours.md names."""
    with fresh_copy(session) as copy:
        install_environment(session, environment)
        run_beside(session, environment, copy.parent)
        frozen = frozen_versions(session)
        if all(frozen.joinpath(path.name).exists() for path in NEIGHBOURS):
            session.run("python", "-m", "tests.integration.environments", "--check", str(frozen))


@nox.session
def clients(session: nox.Session) -> None:
    """The AWS CLI and, where they can be had, the SDKs for JavaScript and Go against the server."""
    with fresh_copy(session) as copy:
        session.install("--quiet", "--editable", ".[test]")
        # The CLI brings a botocore of its own.
        cli = copy / ".venv"
        session.run("python", "-m", "venv", str(cli))
        wanted = "tests/integration/clients.txt"
        session.run(str(cli / "bin" / "pip"), "install", "--quiet", "--requirement", wanted, external=True)
        if shutil.which("npm"):
            quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")
            session.run("npm", "install", "--prefix", "tests/integration/javascript", *quiet, external=True)
        else:
            session.log("There is no npm: the tests of the JavaScript SDK say that they were skipped.")
        if not shutil.which("go"):
            from_debian(session, "golang-go", "golang-github-aws-aws-sdk-go-v2-dev")
        run_suite(
            session,
            "tests/integration/test_cli.py",
            "tests/integration/test_javascript.py",
            "tests/integration/test_go.py",
            "tests/docs/test_server_commands.py",
            APPINT_MOCK_AWS_CLI=str(cli / "bin" / "aws"),
            APPINT_MOCK_TRIED=str(TRIED),
        )
        session.run("python", "-m", "tests.integration.tried", str(TRIED), "--check")


@nox.session
def browser(session: nox.Session) -> None:
    """The server's page in Chromium, and what pages of others can do there; keeps the screenshots in a folder."""
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        from_debian(session, "chromium", "chromium-driver")
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        session.skip("There is no Chromium: put chromium and chromedriver on the PATH.")
    with fresh_copy(session):
        session.install("--quiet", "--editable", ".[test]", "selenium")
        shutil.rmtree(SCREENSHOTS, ignore_errors=True)
        # One browser after another: each takes as much memory as all the rest.
        command = ("python", "-m", "pytest", "-q", order(session), "tests/integration/test_page.py")
        env = {"APPINT_MOCK_SCREENSHOTS": str(SCREENSHOTS), "APPINT_MOCK_TRIED": str(TRIED)}
        session.run(*command, *session.posargs, env=env)
        session.run("python", "-m", "tests.integration.tried", str(TRIED), "--check")
    session.log(f"The screenshots are in {SCREENSHOTS}.")


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation builds without a warning."""
    with fresh_copy(session) as copy:
        session.install("--quiet", "--editable", ".[docs]")
        site = str(copy.parent / "site")
        session.run("python", "-m", "sphinx", "--fail-on-warning", "--fresh-env", "--quiet", "docs", site)


@nox.session(default=False)
def install(session: nox.Session) -> None:
    """What pip chooses for six ordinary sets of requirements, and that it works; not part of CI. Takes their names."""
    with fresh_copy(session):
        session.install("--quiet", "pip")
        session.run("python", "-m", "tests.install", *session.posargs)


@nox.session(default=False)
def mutants(session: nox.Session) -> None:
    """A sample of faults, and which of them the tests notice; not part of CI. Takes options behind ``--``."""
    with fresh_copy(session) as copy:
        moto = copy / "tests" / "integration" / "environments" / "moto-newest.txt"
        session.install("--quiet", "--editable", ".[test,mutants]", "aiohttp", "httpx", "--requirement", str(moto))
        session.run("python", "-m", "tests.mutants", *session.posargs)


@nox.session
def release(session: nox.Session) -> None:
    """What would be uploaded is whole, and works alone."""
    with fresh_copy(session) as copy:
        session.install("--quiet", "build", "twine")
        session.run("python", "-m", "tests.release", str(copy.parent / "dist"))
