"""Runs moto's WSGI application for the other services of AWS on our server's port."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator
from typing import Any

from ... import neighbours
from ...errors import AppintMockError
from ...hints import did_you_mean, see
from ...protocol.identity import identify

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Any]

#: What moto calls a service that signs with another name.
_ALIASES = {"monitoring": "cloudwatch", "email": "ses", "eventbridge": "events", "states": "stepfunctions"}


class Web:
    """The WSGI application of moto and its mock, for ``services`` by moto's names (none: all that it has).

    ``default_account`` is asked for the account of keys that name none.
    Raises AppintMockError if moto or what its server needs is missing, or for a service that it lacks.
    """

    def __init__(self, services: Collection[str], default_account: Callable[[], str]) -> None:
        try:
            from moto.backends import list_of_moto_modules
            from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
        except ImportError as error:
            raise AppintMockError(
                f"moto cannot answer here ({error}). Install it with what its server needs: pip install 'moto[server]'."
                + see("moto")
            ) from error
        known = [str(each) for each in list_of_moto_modules()]
        for name in services:
            if name not in known and _ALIASES.get(name) not in known:
                raise AppintMockError(f"moto has no service {name!r}.{did_you_mean(name, known)}" + see("moto"))
        self._services = frozenset({*services, *(_ALIASES.get(name, name) for name in services)})
        self._default_account = default_account
        self._app = DomainDispatcherApplication(create_backend_app)

    @contextlib.contextmanager
    def on(self) -> Iterator[None]:
        """Turns moto's mock on, with empty state; credentials and the environment stay as they are."""
        from moto import mock_aws

        mock = mock_aws(config={"core": {"mock_credentials": False}})
        mock.start()
        try:
            # No client of this process asks for these, and each may need more of moto than is installed.
            for service in ("cloudformation", "resourcegroupstaggingapi"):
                with contextlib.suppress(ImportError):
                    neighbours.join(service)
            yield
        finally:
            mock.stop()

    def answers(self, service: str) -> bool:
        """Returns whether moto answers for a service by AWS's name for it; ``""`` if the request names none."""
        return not self._services or (service or "s3") in self._services or _ALIASES.get(service) in self._services

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answers as a WSGI application, in the account that our services would use for the caller."""
        headers = {"Authorization": environ["HTTP_AUTHORIZATION"]} if "HTTP_AUTHORIZATION" in environ else {}
        signed = identify(headers, environ["RAW_URI"])
        # Of a key that moto has made, it knows the account itself, and what it may do.
        if signed is None or not neighbours.present().account_of(signed.access_key):
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = (signed and signed.account_id) or self._default_account()
        return self._app(environ, start_response)
