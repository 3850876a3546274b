"""Who may use a server: clients on its network, and no web page of another origin."""

from __future__ import annotations

import pytest

from appint_mock.server import ServerMock
from appint_mock.server.access import Access
from tests.server.talking import control, error_of, send, signed

STATE = "/_appint_mock/state"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "api-fulfill.localhost", "[::1]", "127.9.9.9"])
def test_the_control_api_answers_for_this_machines_own_names(server: ServerMock, host: str) -> None:
    assert send(server, "GET", STATE, headers={"Host": f"{host}:{server.port}"}).status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "192.0.2.1", "", "a b"],
)
@pytest.mark.parametrize("path", ["state", "calls", "", "health", "page/page.js", "calls/stream", "nowhere"])
def test_on_loopback_the_control_api_answers_for_no_other_name(server: ServerMock, host: str, path: str) -> None:
    answer = send(server, "GET", f"/_appint_mock/{path}", headers={"Host": host})
    assert "--allow-host" in error_of(answer, 403)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Origin": "http://[not a url"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_the_control_api_refuses_pages_of_other_origins(server: ServerMock, headers: dict[str, str]) -> None:
    server.appintegrations.backend().create_event_integration(
        Name="orders", EventFilter={"Source": "aws.partner/x"}, EventBridgeBus="default"
    )
    refused = send(server, "POST", "/_appint_mock/reset", b"", headers)
    assert "may not use this server" in error_of(refused, 403)
    assert server.appintegrations.backend().list_event_integrations()["EventIntegrations"]


def test_the_servers_own_page_may_use_the_control_api(server: ServerMock) -> None:
    headers = {"Origin": server.endpoint, "Sec-Fetch-Site": "same-origin"}
    assert send(server, "POST", "/_appint_mock/reset", b"", headers).status == 200


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_pages_of_other_sites_cannot_call_the_services_either(server: ServerMock, headers: dict[str, str]) -> None:
    refused = send(server, "GET", "/applications", headers={**signed("app-integrations"), **headers})
    assert (refused.status, refused.headers["x-amzn-errortype"]) == (403, "AccessDeniedException")
    assert len(server.appintegrations.calls) == 0


def test_a_page_that_is_developed_on_this_machine_may_call_the_services(server: ServerMock) -> None:
    headers = {**signed("app-integrations"), "Origin": "http://localhost:3000", "Sec-Fetch-Site": "same-site"}
    assert send(server, "GET", "/applications", headers=headers).status == 200


def test_a_server_on_another_address_answers_for_addresses_and_for_the_names_it_was_given() -> None:
    with ServerMock("0.0.0.0", allow_hosts=["appint", "Mock.Internal"]) as server:

        def status(host: str) -> int:
            return send(server, "GET", STATE, headers={"Host": host}).status

        assert [status(host) for host in ("appint:5005", "mock.internal", "10.1.2.3:5005", "localhost")] == [200] * 4
        assert [status(host) for host in ("evil.example", "appint.evil.example")] == [403, 403]


def test_any_name_can_be_allowed() -> None:
    assert Access("0.0.0.0", ["*"]).refusal({"Host": "anything"}, control=True) is None


def test_a_refusal_is_reported_without_closing_the_server(server: ServerMock) -> None:
    assert send(server, "GET", STATE, headers={"Host": "evil.example"}).status == 403
    assert control(server, "GET", "state").status == 200


def test_a_browser_is_led_to_the_page_and_a_client_of_aws_is_not(server: ServerMock) -> None:
    led = send(server, "GET", "/", headers={"Accept": "text/html,*/*"})
    assert (led.status, led.headers["location"]) == (307, "/_appint_mock/")
    assert send(server, "GET", "/").status == 403
    assert send(server, "GET", "/", headers={"Accept": "text/html", **signed("app-integrations")}).status == 403
    assert len(server.appintegrations.calls) == 2


def test_the_page_loads_nothing_from_elsewhere_and_no_other_page_may_frame_it(server: ServerMock) -> None:
    page = send(server, "GET", "/_appint_mock/", headers={"Accept": "text/html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    for name, kind in (("page.js", "text/javascript"), ("page.css", "text/css")):
        file = send(server, "GET", f"/_appint_mock/page/{name}")
        assert (file.status, file.headers["content-type"]) == (200, f"{kind}; charset=utf-8")
        assert b"http" not in file.body.replace(b"http-equiv", b"")
    for name in ("nothing.js", "..%2Fcontrol.py", "../control.py"):
        assert send(server, "GET", f"/_appint_mock/page/{name}").status == 404


@pytest.mark.parametrize(
    ("listens_on", "host", "answered"),
    [
        ("127.0.0.1", "LOCALHOST:80", True),
        ("127.0.0.1", "a.localhost", True),
        ("127.0.0.1", " [::1]:5005 ", True),
        ("127.0.0.1", "::1", True),
        ("127.0.0.1", "10.1.2.3", False),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "a.example", False),
        ("127.0.0.1", "z.example", False),
        ("127.0.0.1", "localhost.example", False),
        ("0.0.0.0", "10.1.2.3", True),
        ("0.0.0.0", "[2001:db8::1]:80", True),
        ("0.0.0.0", "a.example", False),
        ("::1", "10.1.2.3", False),
        ("my.machine", "10.1.2.3", True),
    ],
)
def test_by_which_hosts_the_control_api_can_be_called(listens_on: str, host: str, answered: bool) -> None:
    refusal = Access(listens_on).refusal({"Host": host}, control=True)
    assert (refusal is None) is answered
    assert Access(listens_on).refusal({"Host": host}, control=False) is None
    if refusal is not None:
        assert refusal.endswith(f"--allow-host {host.strip('[]') or 'NAME'}.")


@pytest.mark.parametrize(
    ("origin", "control", "answered"),
    [
        ("http://localhost:1", True, True),
        ("https://localhost:1", True, True),
        ("http://localhost:2", True, False),
        ("http://localhost:2", False, True),
        ("http://127.0.0.2", False, True),
        ("http://a.example", False, False),
        ("null", False, False),
        ("http://[", False, False),
    ],
)
def test_which_origins_may_call_what(origin: str, control: bool, answered: bool) -> None:
    headers = {"Host": "localhost:1", "Origin": origin}
    assert (Access("127.0.0.1").refusal(headers, control=control) is None) is answered
    assert Access("127.0.0.1").refusal({**headers, "Sec-Fetch-Site": "cross-site"}, control=control) is not None
    assert (Access("127.0.0.1").refusal({**headers, "Sec-Fetch-Site": "none"}, control=control) is None) is answered


def test_an_address_of_ipv6_needs_no_brackets() -> None:
    access = Access("127.0.0.1")
    assert access.refusal({"Host": "::1"}, control=True) is None
    assert access.refusal({"Host": "[::1]:80"}, control=True) is None
    assert access.refusal({"Host": "localhost:80"}, control=True) is None
    assert access.refusal({"Host": "2001:db8::1"}, control=True) == (
        "This server does not answer for the host '2001:db8::1' here. Use an address of the machine, or start the "
        "server with --allow-host 2001:db8::1."
    )
