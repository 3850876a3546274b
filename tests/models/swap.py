"""``python -m tests.models.swap FOLDER``: give the installed botocore the service models of another one.

FOLDER has that botocore (``pip install --target FOLDER botocore``). What an old botocore cannot do then shows apart
from what its models lack.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import botocore

from appint_mock.services import load
from tests import models


def main() -> None:
    """Replace the models of the services that we answer, and add those of services that are not there at all."""
    parser = argparse.ArgumentParser(prog="python -m tests.models.swap", description=__doc__)
    parser.add_argument("folder", type=Path)
    theirs = parser.parse_args().folder / "botocore" / "data"
    ours = Path(botocore.__file__).parent / "data"
    answered = [name for service in models.SERVICES for name in (service, *load(service).companions)]
    for service in answered:
        shutil.rmtree(ours / service, ignore_errors=True)
    for model in theirs.iterdir():
        if model.is_dir() and not (ours / model.name).exists():
            shutil.copytree(model, ours / model.name)


if __name__ == "__main__":
    main()
