"""What goes wrong silently fails the test, unless it is allowed: stopped calls, open scopes, unused faults."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.pytest_plugin.conftest import Run

HEAD = """
import contextlib
import unittest

import boto3
import pytest
from appint_mock import UnmockedCallError, mock_appintegrations, mock_dataexchange


def swallow(service="s3", call="list_buckets"):
    with contextlib.suppress(Exception):
        getattr(boto3.client(service), call)()
"""


class Case(NamedTuple):
    """A kind of silent fault."""

    #: The name that allows it.
    name: str
    #: A test that has it, without its decorators; ``BLOCK`` is where the allowing block goes.
    source: str
    block: str
    text: str
    #: Whether the test itself fails, or its tear-down.
    outcome: str


CASES = [
    Case(
        "unmocked",
        "def test_it(appintegrations):\n    with BLOCK:\n        swallow()\n",
        "appintegrations.allow_unmocked('s3')",
        "* s3.ListBuckets was called, nothing answers it, and the code under test swallowed the UnmockedCallError. *",
        "failed",
    ),
    Case(
        "unused_faults",
        "def test_it(appintegrations):\n    with BLOCK:\n"
        "        appintegrations.fail('ListApplications', 'ThrottlingException')\n",
        "appintegrations.allow_unused_faults()",
        "* fail('ListApplications', 'ThrottlingException') was never applied: the code under test made no such call. *",
        "failed",
    ),
    Case(
        "unused_faults",
        "def test_it(dataexchange):\n    with BLOCK:\n        dataexchange.fail_job('EXPORT_ASSETS_TO_S3')\n",
        "dataexchange.allow_unused_faults()",
        "* fail_job('EXPORT_ASSETS_TO_S3') was never applied: the code under test ran no such job to its end. *",
        "failed",
    ),
    Case(
        "open_scopes",
        "def test_it(appintegrations):\n    with BLOCK:\n        mock_dataexchange(page_size=2).start()\n",
        "appintegrations.allow_open_scopes()",
        "* mock_dataexchange(page_size=2), opened at *.py:*, is still open, and later tests would join its state. *",
        "errors",
    ),
]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
each_way_of_running = pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "1")], ids=["alone", "xdist"])


def source_of(case: Case, block: str = "contextlib.nullcontext()", decorator: str = "") -> str:
    return HEAD + f"\n{decorator}\n" + case.source.replace("BLOCK", block)


@each_way_of_running
@each_case
def test_it_fails_the_test_and_says_what_to_do(run: Run, case: Case, workers: tuple[str, ...]) -> None:
    result = run(source_of(case), *workers, apart=bool(workers))
    expected = {"failed": {"failed": 1}, "errors": {"passed": 1, "errors": 1}}[case.outcome]
    result.assert_outcomes(**expected)
    result.stdout.fnmatch_lines(["*something went wrong silently*", case.text])


@each_case
def test_a_block_in_the_test_allows_it(run: Run, case: Case) -> None:
    # The scope that stays open is closed by hand, for the tests of this run.
    run(source_of(case, case.block) + CLOSE_ALL).assert_outcomes(passed=1)


CLOSE_ALL = """

@pytest.fixture(scope="module", autouse=True)
def close_all():
    yield
    from appint_mock.interception import lifecycle
    from appint_mock.scopes import stack

    for scope in stack.all_open():
        lifecycle.close_scope(scope)
"""


@each_way_of_running
@each_case
def test_a_marker_allows_it(run: Run, case: Case, workers: tuple[str, ...]) -> None:
    source = source_of(case, decorator=f"@pytest.mark.appint_mock_allow({case.name!r})")
    run(source, *workers, apart=bool(workers)).assert_outcomes(passed=1)


@each_case
def test_a_marker_of_another_kind_does_not_allow_it(run: Run, case: Case) -> None:
    other = next(each.name for each in CASES if each.name != case.name)
    result = run(source_of(case, decorator=f"@pytest.mark.appint_mock_allow({other!r})"))
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@each_way_of_running
@each_case
def test_the_ini_file_allows_it(run: Run, case: Case, workers: tuple[str, ...]) -> None:
    ini = f"appint_mock_allow = {case.name}"
    run(source_of(case), *workers, ini=ini, apart=bool(workers)).assert_outcomes(passed=1)


@pytest.mark.parametrize("where", ["marker", "ini"])
@pytest.mark.parametrize(("service", "passed"), [("s3", 1), ("sqs", 0)])
def test_stopped_calls_of_one_service_can_be_allowed(run: Run, where: str, service: str, passed: int) -> None:
    name = f"unmocked:{service}"
    decorator = f"@pytest.mark.appint_mock_allow({name!r})" if where == "marker" else ""
    result = run(source_of(CASES[0], decorator=decorator), ini=f"appint_mock_allow = {name}" if where == "ini" else "")
    result.assert_outcomes(passed=passed, failed=1 - passed)


def test_what_cannot_be_allowed_is_refused(run: Run) -> None:
    result = run(source_of(CASES[0], decorator="@pytest.mark.appint_mock_allow('unmockd')"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*'unmockd' is nothing that can be allowed. Give unmocked, open_scopes, *"])
    result = run("def test_it(): pass", ini="appint_mock_allow = open_scopes:s3")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*'open_scopes:s3' is nothing that can be allowed*"])


# Stopped calls ---------------------------------------------------------------------------------------------------

EXPECTED = {
    "pytest.raises": """
        def test_it(appintegrations):
            with pytest.raises(UnmockedCallError):
                boto3.client("s3").list_buckets()
    """,
    "pytest.raises of any error": """
        def test_it(appintegrations):
            with pytest.raises(Exception, match="s3.ListBuckets"):
                boto3.client("s3").list_buckets()
    """,
    "pytest.raises called": """
        def test_it(appintegrations):
            pytest.raises(UnmockedCallError, boto3.client("s3").list_buckets)
    """,
    "pytest.raises around the code's own error": """
        def work():
            try:
                boto3.client("s3").list_buckets()
            except Exception as error:
                raise ValueError("no") from error

        def test_it(appintegrations):
            with pytest.raises(ValueError):
                work()
    """,
    "pytest.raises around the scope": """
        def test_it():
            with pytest.raises(UnmockedCallError), mock_appintegrations():
                boto3.client("s3").list_buckets()
    """,
    "pytest.raises around a decorated function": """
        @mock_appintegrations
        def work():
            boto3.client("s3").list_buckets()

        def test_it():
            with pytest.raises(UnmockedCallError):
                work()
    """,
    "pytest.RaisesGroup": """
        def test_it(appintegrations):
            with pytest.RaisesGroup(UnmockedCallError):
                try:
                    boto3.client("s3").list_buckets()
                except Exception as error:
                    raise ExceptionGroup("all", [error])
    """,
    "assertRaises": """
        class Test(unittest.TestCase):
            @mock_appintegrations
            def test_it(self):
                with self.assertRaises(UnmockedCallError):
                    boto3.client("s3").list_buckets()
                self.assertRaisesRegex(Exception, "s3", boto3.client("s3").list_buckets)
    """,
    "raises in another thread's call": """
        from concurrent.futures import ThreadPoolExecutor

        def test_it(appintegrations):
            with ThreadPoolExecutor(1) as pool, pytest.raises(UnmockedCallError):
                pool.submit(boto3.client("s3").list_buckets).result()
    """,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_stopped_call_that_an_assertion_expects_is_allowed(run: Run, name: str) -> None:
    if name == "pytest.RaisesGroup" and not hasattr(pytest, "RaisesGroup"):
        pytest.skip("this pytest has no RaisesGroup")
    run(_whole(EXPECTED[name])).assert_outcomes(passed=1)


SWALLOWED = {
    "in the scope of a decorator": """
        @mock_appintegrations
        def test_it():
            swallow()
    """,
    "in a fixture's set-up": """
        @pytest.fixture
        def prepared(appintegrations):
            swallow()

        def test_it(prepared):
            pass
    """,
    "in another thread": """
        import threading

        def test_it(appintegrations):
            thread = threading.Thread(target=swallow)
            thread.start()
            thread.join()
    """,
    "beside an expected one": """
        def test_it(appintegrations):
            with pytest.raises(UnmockedCallError):
                boto3.client("s3").list_buckets()
            swallow()
    """,
    "inside raises of an unrelated error": """
        def test_it(appintegrations):
            with pytest.raises(ZeroDivisionError):
                swallow()
                1 / 0
    """.replace("swallow()", "swallow(); None"),
    "in a TestCase": """
        class Test(unittest.TestCase):
            @mock_appintegrations
            def test_it(self):
                swallow()
    """,
    "of the other service": """
        def test_it(appintegrations):
            swallow("dataexchange", "list_jobs")
    """,
    "by an asynchronous test": """
        @pytest.mark.asyncio
        async def test_it(appintegrations):
            swallow()
    """,
}


@pytest.mark.parametrize("name", SWALLOWED)
def test_a_swallowed_stopped_call_fails_the_test(run: Run, name: str) -> None:
    result = run(_whole(SWALLOWED[name]))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*was called, nothing answers it, and the code under test swallowed*"])


def test_one_that_is_swallowed_in_the_tear_down_fails_it(run: Run) -> None:
    result = run(
        _whole("""
        @pytest.fixture
        def prepared(appintegrations):
            yield
            swallow()

        def test_it(prepared):
            pass
        """)
    )
    result.assert_outcomes(passed=1, errors=1)


def test_a_test_that_fails_or_is_skipped_by_itself_has_no_second_failure(run: Run) -> None:
    result = run(
        _whole("""
        def test_failing(appintegrations):
            appintegrations.fail("*", "ThrottlingException")
            mock_dataexchange().start()
            boto3.client("s3").list_buckets()

        def test_skipped(appintegrations):
            appintegrations.fail("*", "ThrottlingException")
            pytest.skip()

        @pytest.mark.xfail(strict=True)
        def test_expected_to_fail(appintegrations):
            swallow()
            assert False

        def test_after(dataexchange_client):
            assert dataexchange_client.list_data_sets()["DataSets"] == []
        """)
    )
    result.assert_outcomes(failed=1, skipped=1, xfailed=1, passed=1)


def test_stopped_calls_stand_in_the_report_and_in_the_summary(run: Run) -> None:
    result = run(
        _whole("""
        def test_it(appintegrations, appintegrations_client):
            appintegrations_client.list_applications()
            swallow()
        """),
        "--appint-mock-report",
    )
    result.stdout.fnmatch_lines(
        [
            "*2 calls answered or stopped by appint_mock*",
            "1  appintegrations.ListApplications()  us-east-1  200",
            "2  s3.ListBuckets() * us-east-1  -    UnmockedCallError",
            "*operations used*",
            "appintegrations: 1 operation, 1 call",
            "s3: 1 operation, 1 call",
            "  ListBuckets * 1  UnmockedCallError 1",
        ]
    )


# Scopes ----------------------------------------------------------------------------------------------------------


def test_a_scope_that_a_test_left_open_is_closed_behind_it(run: Run) -> None:
    result = run(
        _whole("""
        def test_first():
            mock = mock_appintegrations()
            mock.start()
            boto3.client("appintegrations").create_event_integration(
                Name="a", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="b"
            )

        def test_second():
            with mock_appintegrations():
                assert boto3.client("appintegrations").list_event_integrations()["EventIntegrations"] == []
        """),
        "-p",
        "no:randomly",
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*mock_appintegrations(), opened at test_*.py:*"])


CLOSED = {
    "by a finalizer": """
        def test_it(request):
            mock = mock_appintegrations()
            mock.start()
            request.addfinalizer(mock.stop)
    """,
    "by a fixture": """
        @pytest.fixture
        def stack():
            with contextlib.ExitStack() as stack:
                yield stack

        def test_it(stack):
            stack.enter_context(mock_appintegrations())
    """,
    "by addCleanup": """
        class Test(unittest.TestCase):
            def test_it(self):
                mock = mock_appintegrations()
                mock.start()
                self.addCleanup(mock.stop)
    """,
    "by a fixture of the class": """
        @pytest.fixture(scope="class")
        def mock():
            with mock_appintegrations() as mock:
                yield mock

        class TestIt:
            def test_it(self, mock):
                assert mock.calls == []
    """,
    "by a fixture of the session that the test asks for late": """
        @pytest.fixture(scope="session")
        def mock():
            with mock_appintegrations() as mock:
                yield mock

        def test_it(request):
            assert request.getfixturevalue("mock").calls == []
    """,
    "by setUpClass": """
        class Test(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.mock = mock_appintegrations()
                cls.mock.start()

            @classmethod
            def tearDownClass(cls):
                cls.mock.stop()

            def test_it(self):
                assert self.mock.calls == []
    """,
    "by setup_module": """
        mock = mock_appintegrations()

        def setup_module():
            mock.start()

        def teardown_module():
            mock.stop()

        def test_it():
            assert mock.calls == []
    """,
    "by the decorator of a class": """
        @mock_appintegrations
        class TestIt:
            def test_it(self):
                boto3.client("appintegrations").list_applications()
    """,
}


@pytest.mark.parametrize("name", CLOSED)
def test_a_scope_that_is_closed_in_time_is_right(run: Run, name: str) -> None:
    run(_whole(CLOSED[name])).assert_outcomes(passed=1)


def test_a_scope_of_a_fixture_that_never_closes_it_fails_the_last_test(run: Run) -> None:
    result = run(
        _whole("""
        @pytest.fixture(scope="module")
        def mock():
            mock = mock_appintegrations()
            mock.start()
            return mock

        def test_first(mock):
            assert mock.calls == []

        def test_second(mock):
            assert mock.calls == []
        """),
        "-p",
        "no:randomly",
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test_second*", "*is still open*"])


def test_a_scope_that_was_opened_outside_of_the_tests_is_no_tests_fault(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        from appint_mock import mock_appintegrations

        mock = mock_appintegrations()

        def pytest_sessionstart():
            mock.start()

        def pytest_sessionfinish():
            mock.stop()
        """
    )
    run("def test_it(): pass").assert_outcomes(passed=1)


# Faults ----------------------------------------------------------------------------------------------------------

USED = {
    "applied in part": """
        def test_it(appintegrations, appintegrations_client):
            appintegrations.fail("ListApplications", "AccessDeniedException", times=3)
            with pytest.raises(appintegrations_client.exceptions.ClientError):
                appintegrations_client.list_applications()
    """,
    "until the scope ends": """
        def test_it(appintegrations):
            appintegrations.fail("ListApplications", "AccessDeniedException", times=None)
            appintegrations.fail("ListApplications", rate=3)
    """,
    "cleared": """
        def test_it(appintegrations):
            appintegrations.fail("ListApplications", "AccessDeniedException")
            appintegrations.faults.clear()
    """,
    "reset": """
        def test_it(appintegrations):
            appintegrations.fail("ListApplications", "AccessDeniedException")
            appintegrations.reset()
    """,
    "added by a wider fixture": """
        @pytest.fixture(scope="module")
        def mock():
            with mock_appintegrations() as mock:
                mock.fail("ListApplications", "AccessDeniedException")
                yield mock

        def test_it(mock):
            assert mock.calls == []
    """,
}


@pytest.mark.parametrize("name", USED)
def test_a_fault_that_need_not_be_applied_is_right(run: Run, name: str) -> None:
    run(_whole(USED[name])).assert_outcomes(passed=1)


@pytest.mark.parametrize("options", ["", ", after=2", ", when=lambda given: False", ", region_name='eu-west-1'"])
def test_a_fault_that_no_call_meets_fails_the_test(run: Run, options: str) -> None:
    result = run(
        _whole(f"""
        def test_it():
            with mock_appintegrations() as aws:
                boto3.client("appintegrations").list_event_integrations()
                aws.fail("ListApplications", ["AccessDeniedException", None]{options})
                {"boto3.client('appintegrations').list_applications()" if options else "pass"}
        """)
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["* fail('ListApplications', *'AccessDeniedException', None?* was never applied: *"])


def test_several_complaints_stand_in_one_failure(run: Run) -> None:
    result = run(
        _whole("""
        def test_it(appintegrations):
            swallow()
            swallow("sqs", "list_queues")
            appintegrations.fail("*", "ThrottlingException")
        """)
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["* s3.ListBuckets was*", "* sqs.ListQueues was*", "* fail('?', * was never applied*"])


def test_a_run_inside_a_test_has_complaints_of_its_own(run: Run, pytester: pytest.Pytester) -> None:
    inner = _whole("def test_inner(appintegrations):\n    swallow()\n")
    pytester.makeconftest('pytest_plugins = ["pytester"]')
    result = run(
        f"""
        def test_outer(pytester):
            pytester.makeini("[pytest]\\nasyncio_default_fixture_loop_scope = function")
            pytester.makepyfile({inner!r})
            pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(failed=1)
        """
    )
    result.assert_outcomes(passed=1)


def _whole(source: str) -> str:
    import textwrap

    return HEAD + textwrap.dedent(source)
