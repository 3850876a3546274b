"""Describes Amazon AppIntegrations to the rest of the library."""

from __future__ import annotations

from ..option import Option, is_flag
from ..service import Service
from .backend import AppIntegrationsBackend
from .wording import RULES

SERVICE = Service(
    name="appintegrations",
    title="Amazon AppIntegrations",
    backend=AppIntegrationsBackend,
    rules=RULES,
    options={"single_association": Option(True, is_flag, "True or False")},
    # The defaults of the Connect administrator guide.
    quotas={
        "event_integrations": 10,
        "data_integrations": 20,
        "applications": 50,
        "data_integration_associations": 10,
        "event_integration_associations": 10,
    },
    companions=("connect", "qconnect", "wisdom"),
    seeding=("associate_event_integration", "associate_application", "disassociate", "finish_execution"),
)
