"""The server's page in a real browser, and what web pages of others can do to the server in one: nothing."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from appint_mock.server import ServerMock
from tests.integration.tried import Tried, noted_after
from tests.server.talking import client

pytest.importorskip("selenium", reason="selenium is not installed: .ci/run has an environment with it")

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

_CHROMIUM = os.environ.get("APPINT_MOCK_CHROMIUM") or shutil.which("chromium")
_DRIVER = os.environ.get("APPINT_MOCK_CHROMEDRIVER") or shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (_CHROMIUM and _DRIVER), reason="there is no browser: put chromium and chromedriver on the PATH"
)
#: Where a run keeps its screenshots.
SCREENSHOTS = os.environ.get("APPINT_MOCK_SCREENSHOTS")
EVENT_INTEGRATION: dict[str, Any] = {"EventFilter": {"Source": "aws.partner/x"}, "EventBridgeBus": "default"}
#: A name of somebody else's that leads to this machine: DNS may say what its owner likes, at any time.
EVIL = "evil.example"


@pytest.fixture(scope="module", autouse=True)
def _noted(request: pytest.FixtureRequest, _browser: Any) -> Iterator[None]:
    version = _browser.capabilities["browserVersion"]
    client = "Chromium (the page, and pages of others)"
    yield from noted_after(request, lambda: Tried(client, "", version, "tests/integration/test_page.py"))


@pytest.fixture(scope="module")
def _browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = _CHROMIUM
    profile = tmp_path_factory.mktemp("profile")
    for each in (
        "--headless",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--no-proxy-server",
        # It must ask nobody but us.
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={profile}",
        f"--host-resolver-rules=MAP {EVIL} 127.0.0.1",
    ):
        options.add_argument(each)
    downloads = tmp_path_factory.mktemp("downloads")
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(_DRIVER))
    driver.downloads = downloads
    driver.set_page_load_timeout(60)
    driver.set_script_timeout(60)
    yield driver
    driver.quit()


@pytest.fixture
def browser(_browser: Any) -> Any:
    _browser.get_log("browser")
    return _browser


@pytest.fixture(scope="module")
def _one_server() -> Iterator[ServerMock]:
    with ServerMock(job_polls=None) as server:
        yield server


@pytest.fixture
def server(_one_server: ServerMock) -> ServerMock:
    _one_server.reset()
    return _one_server


def wait_until(condition: Callable[[], Any], what: str = "it did not happen") -> Any:
    end = time.monotonic() + 20
    while True:
        try:
            found = condition()
        except Exception:
            found = None
        if found:
            return found
        assert time.monotonic() < end, what
        time.sleep(0.05)


def text(browser: Any, selector: str) -> str:
    found: str = browser.find_element(By.CSS_SELECTOR, selector).get_property("textContent")
    return found


def opened(browser: Any, server: ServerMock, width: int = 1366) -> Any:
    browser.set_window_size(width, 900)
    browser.get(f"{server.endpoint}/_appint_mock/")
    wait_until(lambda: text(browser, "#live") == "live")
    return browser


def unfold(browser: Any, beginning: str) -> None:
    """Opens what can be folded out and begins so."""

    def click() -> bool:
        for summary in browser.find_elements(By.CSS_SELECTOR, "summary"):
            if summary.get_property("textContent").startswith(beginning):
                browser.execute_script("arguments[0].parentElement.open = true", summary)
                return True
        return False

    wait_until(click, f"there is no {beginning}")


def fill(server: ServerMock) -> dict[str, str]:
    """Something of every kind."""
    events, exchange = client(server, "appintegrations"), client(server, "dataexchange")
    events.create_event_integration(Name="orders", Description="<b>bold</b>", **EVENT_INTEGRATION)
    server.appintegrations.backend().associate_event_integration("orders", client_id="connect.amazonaws.com")
    data_set = exchange.create_data_set(AssetType="S3_SNAPSHOT", Name="prices", Description="d")["Id"]
    revision = exchange.create_revision(DataSetId=data_set, Comment="first")["Id"]
    server.dataexchange.objects["bucket", "apples.csv"] = b"apple,1"
    whose = {"DataSetId": data_set, "RevisionId": revision}
    sources = {**whose, "AssetSources": [{"Bucket": "bucket", "Key": "apples.csv"}]}
    jobs = [
        exchange.create_job(Type="IMPORT_ASSETS_FROM_S3", Details={"ImportAssetsFromS3": sources})["Id"]
        for _ in range(2)
    ]
    for job in jobs:
        exchange.start_job(JobId=job)
    server.dataexchange.backend().finish_job(jobs[0])
    return {"job": jobs[1], **whose}


# What it shows -----------------------------------------------------------------------------------------------


def test_it_shows_what_there_is_and_the_calls_with_no_complaint_of_the_browser(
    browser: Any, server: ServerMock
) -> None:
    there = fill(server)
    client(server, "appintegrations", "111122223333", "eu-west-1").create_event_integration(
        Name="far", **EVENT_INTEGRATION
    )
    opened(browser, server)
    wait_until(lambda: "orders" in text(browser, "#tree") and "far" in text(browser, "#tree"))
    tree = text(browser, "#tree")
    for words in (
        "Amazon AppIntegrations",
        "AWS Data Exchange",
        "account 111122223333, eu-west-1",
        "prices",
        "IN_PROGRESS",
    ):
        assert words in tree, words
    unfold(browser, "orders")
    wait_until(lambda: "connect.amazonaws.com" in text(browser, "#tree"))
    unfold(browser, "prices")
    unfold(browser, there["RevisionId"])
    wait_until(lambda: "apples.csv" in text(browser, "#tree"))
    assert not browser.find_elements(By.CSS_SELECTOR, "#tree b"), "what clients write is text, never markup"
    assert text(browser, "#calls li").strip().endswith("eu-west-1 111122223333")
    unfold(browser, browser.find_element(By.CSS_SELECTOR, "#calls summary").get_property("textContent"))
    wait_until(lambda: '"Name": "far"' in text(browser, "#calls li"))
    assert [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []


def test_an_account_and_region_can_be_chosen(browser: Any, server: ServerMock) -> None:
    fill(server)
    client(server, "appintegrations", "111122223333", "eu-west-1").create_event_integration(
        Name="far", **EVENT_INTEGRATION
    )
    opened(browser, server)
    wait_until(lambda: "far" in text(browser, "#tree"))
    browser.find_element(By.CSS_SELECTOR, "#place").send_keys("111122223333")
    wait_until(lambda: "orders" not in text(browser, "#tree"))
    assert "far" in text(browser, "#tree")


def test_calls_come_as_they_are_made(browser: Any, server: ServerMock) -> None:
    opened(browser, server)
    client(server, "appintegrations").create_event_integration(Name="new", **EVENT_INTEGRATION)
    wait_until(lambda: "CreateEventIntegration" in text(browser, "#calls"))
    wait_until(lambda: "new" in text(browser, "#tree"))


def test_an_error_of_a_job_is_shown(browser: Any, server: ServerMock) -> None:
    there = fill(server)
    server.dataexchange.backend().finish_job(there["job"], "ERROR")
    opened(browser, server)
    wait_until(lambda: "The job failed." in text(browser, "#tree"))


@pytest.mark.parametrize("width", [500, 1366])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_can_be_read(browser: Any, server: ServerMock, width: int, scheme: str) -> None:
    fill(server)
    server.appintegrations.fail("GetApplication", "ThrottlingException")
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    )
    try:
        opened(browser, server, width)
        unfold(browser, "orders")
        unfold(browser, "prices")
        if SCREENSHOTS:
            Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
            browser.save_screenshot(str(Path(SCREENSHOTS, f"page-{width}-{scheme}.png")))
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
        contrasts = browser.execute_script(_CONTRASTS)
        assert len(contrasts) > 20
        assert min(contrasts) >= 4.5, sorted(contrasts)[:3]
    finally:
        server.appintegrations.faults.clear()
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


#: The contrast of each text with what is behind it, as WCAG computes it.
_CONTRASTS = """
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
function rgba(color) {
  canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
  return canvas.getImageData(0, 0, 1, 1).data;
}
function light(color) {
  const linear = (c) => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  const [r, g, b] = [...color].slice(0, 3).map((c) => linear(c / 255));
  return .2126 * r + .7152 * g + .0722 * b;
}
function behind(element) {
  for (let each = element; each; each = each.parentElement) {
    const color = rgba(getComputedStyle(each).backgroundColor);
    if (color[3] === 255) return color;
  }
  return [255, 255, 255];
}
return [...document.querySelectorAll("body *")]
  .filter((each) => each.checkVisibility() && [...each.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .map((each) => [light(rgba(getComputedStyle(each).color)), light(behind(each))])
  .map(([a, b]) => (Math.max(a, b) + .05) / (Math.min(a, b) + .05));
"""


# What it does ------------------------------------------------------------------------------------------------


def test_the_keyboard_reaches_and_works_everything(browser: Any, server: ServerMock) -> None:
    fill(server)
    opened(browser, server)
    wait_until(lambda: "orders" in text(browser, "#tree"))
    reached = set()
    for _ in range(60):
        webdriver.ActionChains(browser).send_keys(Keys.TAB).perform()
        element = browser.switch_to.active_element
        reached.add(element.get_property("id") or (element.get_property("textContent").split() or [""])[0])
    assert {
        "Skip",
        "amount",
        "unit",
        "Advance",
        "follow",
        "save",
        "load",
        "reset",
        "place",
        "operation",
        "clear",
    } <= reached
    assert "orders" in reached, "what folds out can be reached"
    summary = browser.find_element(By.CSS_SELECTOR, "#tree summary")
    summary.send_keys(Keys.ENTER)
    wait_until(lambda: browser.execute_script("return document.querySelector('#tree details').open"))
    shown = browser.execute_script(
        "const all = [...document.querySelectorAll('input, select')];"
        "return all.every((each) => each.labels.length && [...each.labels].some((label) => label.textContent.trim()))"
    )
    assert shown, "every field has its label"


def focus_by_keyboard(browser: Any, beginning: str) -> Any:
    """Presses Tab until what begins so has the focus, and returns it."""
    for _ in range(80):
        webdriver.ActionChains(browser).send_keys(Keys.TAB).perform()
        element = browser.switch_to.active_element
        if element.get_property("textContent").startswith(beginning):
            return element
    raise AssertionError(f"Tab does not reach {beginning}")


def focused(browser: Any) -> str:
    found: str = browser.switch_to.active_element.get_property("textContent")
    return found


def test_the_keyboard_stays_where_it_is_while_the_page_changes(browser: Any, server: ServerMock) -> None:
    fill(server)
    opened(browser, server)
    wait_until(lambda: "orders" in text(browser, "#tree"))
    focus_by_keyboard(browser, "orders").send_keys(Keys.ENTER)
    client(server, "appintegrations").create_event_integration(Name="later", **EVENT_INTEGRATION)
    wait_until(lambda: "later" in text(browser, "#tree"))
    assert focused(browser) == "orders"
    assert browser.execute_script("return document.activeElement.parentElement.open")
    client(server, "appintegrations").create_event_integration(Name="last", **EVENT_INTEGRATION)
    (association,) = server.appintegrations.backend().event_integration_associations.values()
    server.appintegrations.backend().disassociate(association["EventIntegrationAssociationArn"])
    client(server, "appintegrations").delete_event_integration(Name="orders")
    wait_until(lambda: "orders" not in text(browser, "#tree"))
    assert browser.switch_to.active_element.get_property("id") == "resources"


def test_a_job_is_finished_by_keyboard_alone(browser: Any, server: ServerMock) -> None:
    there = fill(server)
    opened(browser, server)
    wait_until(lambda: there["job"] in text(browser, "#tree"))
    focus_by_keyboard(browser, there["job"]).send_keys(Keys.ENTER)
    wait_until(lambda: "Finish this job" in text(browser, "#tree"))
    focus_by_keyboard(browser, "Finish this job").send_keys(Keys.SPACE)
    wait_until(lambda: f"{there['job']} IMPORT_ASSETS_FROM_S3 COMPLETED" in text(browser, "#tree"))
    assert focused(browser).startswith(there["job"])


def test_the_clock_is_advanced_and_put_back(browser: Any, server: ServerMock) -> None:
    opened(browser, server)
    before = server.clock.now()
    amount = browser.find_element(By.CSS_SELECTOR, "#amount")
    amount.clear()
    amount.send_keys("48", Keys.ENTER)
    wait_until(lambda: (server.clock.now() - before).total_seconds() > 47 * 3600)
    wait_until(lambda: text(browser, "#clock") > before.isoformat())
    browser.find_element(By.CSS_SELECTOR, "#follow").click()
    wait_until(lambda: (server.clock.now() - before).total_seconds() < 3600)


def test_a_job_is_finished(browser: Any, server: ServerMock) -> None:
    there = fill(server)
    opened(browser, server)
    unfold(browser, there["job"])
    wait_until(lambda: browser.find_element(By.XPATH, "//button[text()='Finish this job']")).click()
    wait_until(lambda: client(server, "dataexchange").get_job(JobId=there["job"])["State"] == "COMPLETED")


def test_a_snapshot_is_saved_and_loaded(browser: Any, server: ServerMock, tmp_path: Path) -> None:
    fill(server)
    opened(browser, server)
    browser.find_element(By.CSS_SELECTOR, "#save").click()
    file = wait_until(lambda: next(iter(browser.downloads.glob("*.json")), None))
    wait_until(lambda: json.loads(file.read_text()) == server.snapshot())
    browser.find_element(By.CSS_SELECTOR, "#reset").click()
    browser.switch_to.alert.accept()
    wait_until(lambda: client(server, "appintegrations").list_event_integrations()["EventIntegrations"] == [])
    browser.find_element(By.CSS_SELECTOR, "#load").send_keys(str(file))
    wait_until(lambda: "orders" in text(browser, "#tree"))
    bad = tmp_path / "bad.json"
    bad.write_text('{"s3": {}}')
    browser.find_element(By.CSS_SELECTOR, "#load").send_keys(str(bad))
    wait_until(lambda: "not the state of a server" in text(browser, "#message"))
    file.unlink()


def test_a_fault_is_added_and_withdrawn(browser: Any, server: ServerMock) -> None:
    opened(browser, server)
    operation = browser.find_element(By.CSS_SELECTOR, "#operation")
    operation.send_keys("GetAplication", Keys.ENTER)
    wait_until(lambda: "Did you mean 'GetApplication'" in text(browser, "#message"))
    operation.clear()
    operation.send_keys("GetApplication", Keys.ENTER)
    wait_until(lambda: len(server.appintegrations.faults) == 1)
    wait_until(lambda: "GetApplication" in text(browser, "#faults"))
    browser.find_element(By.CSS_SELECTOR, "#clear").click()
    wait_until(lambda: len(server.appintegrations.faults) == 0)


def test_the_servers_address_alone_leads_to_the_page(browser: Any, server: ServerMock) -> None:
    browser.get(f"{server.endpoint}/")
    wait_until(lambda: browser.current_url.endswith("/_appint_mock/"))


# What pages of others cannot do ------------------------------------------------------------------------------


@contextmanager
def page_of_another_origin() -> Iterator[str]:
    """The URL of a page that somebody else serves."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>elsewhere</title><p>hello")

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as other:
        thread = threading.Thread(target=other.serve_forever)
        thread.start()
        yield f"http://{EVIL}:{other.server_address[1]}/"
        other.shutdown()
        thread.join()


#: Tries to read a URL and to post to it, as a page can; and by a form, which needs no permission of the receiver.
_TRY = """
const [url, done] = arguments;
(async () => {
  const seen = [];
  const post = { method: "POST", body: "{}" };
  for (const options of [{}, { mode: "no-cors" }, post, { ...post, mode: "no-cors" }]) {
    try { const answer = await fetch(url, options); seen.push([answer.status, await answer.text()]); }
    catch (error) { seen.push([0, ""]); }
  }
  const frame = document.createElement("iframe");
  frame.name = `frame${Math.random()}`;
  const form = document.createElement("form");
  Object.assign(form, { action: url, method: "POST", target: frame.name, enctype: "text/plain" });
  document.body.append(frame, form);
  frame.addEventListener("load", () => setTimeout(() => done(seen), 300));
  form.submit();
})();
"""


@pytest.mark.parametrize("path", ["/_appint_mock/reset", "/_appint_mock/state"])
def test_a_page_of_another_origin_reads_and_changes_nothing(browser: Any, server: ServerMock, path: str) -> None:
    fill(server)
    before = server.snapshot()
    with page_of_another_origin() as url:
        browser.get(url)
        for seen in browser.execute_async_script(_TRY, f"{server.endpoint}{path}"):
            assert "orders" not in seen[1]
    assert server.snapshot() == before


def test_a_page_of_another_origin_cannot_use_a_presigned_url(browser: Any, server: ServerMock) -> None:
    credential = "AKIA/20260101/us-east-1/app-integrations/aws4_request"
    with page_of_another_origin() as url:
        browser.get(url)
        target = f"{server.endpoint}/applications?X-Amz-Credential={credential}&X-Amz-Signature=0"
        browser.execute_async_script(_TRY, target)
    assert len(server.appintegrations.calls) == 0


def test_a_page_whose_name_was_rebound_to_this_machine_reads_and_changes_nothing(
    browser: Any, server: ServerMock
) -> None:
    fill(server)
    before = server.snapshot()
    # The page is of the server's own origin, as the browser sees it.
    browser.get(f"http://{EVIL}:{server.port}/_appint_mock/")
    assert "--allow-host" in browser.page_source
    for path in ("state", "calls", "reset", "overview"):
        url = f"http://{EVIL}:{server.port}/_appint_mock/{path}"
        seen = browser.execute_async_script(_TRY, url)
        assert {status for status, _ in seen} <= {403, 0}, seen
        assert not any("orders" in body for _, body in seen)
    assert server.snapshot() == before
