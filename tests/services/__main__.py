"""``python -m tests.services`` tries every operation of all rest-json services; names behind it choose some of them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.services import every_model


def main() -> int:
    """Prints what is not as it was sent or returned. Returns 1 if there is something."""
    names = sys.argv[1:] or every_model.rest_json()
    found = 0
    with tempfile.TemporaryDirectory() as folder:
        every_model.install(Path(folder), names)
        for name in names:
            for difference in every_model.differences(name):
                found += 1
                print(difference[:500], flush=True)
    print(f"{len(names)} services, {found} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
