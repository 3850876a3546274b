from __future__ import annotations

from pathlib import Path

import pytest

from tests.programs import run_python

_PROGRAM = Path(__file__).parent.parent.parent / "docs" / "examples" / "dataexchange_roundtrip.py"


@pytest.mark.integration
def test_the_example_program_brings_a_file_through_data_exchange() -> None:
    printed = run_python(f"import runpy; runpy.run_path({str(_PROGRAM)!r}, run_name='__main__')").splitlines()
    assert printed == [
        "job      IMPORT_ASSETS_FROM_S3 IN_PROGRESS",
        "job      IMPORT_ASSETS_FROM_S3 COMPLETED",
        "asset    2026/prices.csv 32 bytes",
        "revision finalized",
        "job      EXPORT_REVISIONS_TO_S3 IN_PROGRESS",
        "job      EXPORT_REVISIONS_TO_S3 COMPLETED",
        "object   s3://incoming/2026/prices.csv",
        "object   s3://outgoing/prices/2026/prices.csv",
        "row      apple 0.40",
        "row      pear 0.55",
        "refused  Revision ... is finalized and cannot be changed.",
    ]
