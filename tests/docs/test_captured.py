"""docs/pytest.md shows what pytest prints today."""

from __future__ import annotations

from tests.docs.captured import PAGE, page_with_output


def test_the_captured_output_is_that_of_a_run_today() -> None:
    page = PAGE.read_text("utf-8")
    assert page == page_with_output(page), "run `python -m tests.docs.captured` and commit docs/pytest.md"
    assert page.count("answered by appint_mock") == 2
    assert page.count("appint_mock: operations used") == 1
