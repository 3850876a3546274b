"""Writes the record of the newest models from the installed botocore, which must not be older than the record."""

from __future__ import annotations

import json
import sys

import botocore

from tests import models


def main() -> None:
    """Write the record."""
    if models.RECORD.exists() and models.is_older():
        sys.exit(f"botocore {botocore.__version__} is older than the record's, {models.recorded()['botocore']}.")
    services = {service: models.installed(service) for service in models.SERVICES}
    record = {"botocore": botocore.__version__, "services": services}
    models.RECORD.write_text(json.dumps(record, separators=(",", ":"), sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
