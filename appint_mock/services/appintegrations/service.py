"""Describes Amazon AppIntegrations to the rest of the library."""

from __future__ import annotations

from ..option import Option, is_flag
from ..references import BUCKET_OF_URI, EVENT_BUS, KMS_KEY, SECRET, Reference
from ..service import Service
from .backend import AppIntegrationsBackend
from .wording import RULES

_CREDENTIALS = Reference("AuthConfig.CredentialProviderIdentifier", SECRET)

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
    references={
        "CreateApplication": (_CREDENTIALS,),
        "UpdateApplication": (_CREDENTIALS,),
        "CreateEventIntegration": (Reference("EventBridgeBus", EVENT_BUS),),
        "CreateDataIntegration": (Reference("KmsKey", KMS_KEY), Reference("SourceURI", BUCKET_OF_URI)),
        "CreateDataIntegrationAssociation": (Reference("DestinationURI", BUCKET_OF_URI),),
    },
    companions=("connect", "qconnect", "wisdom"),
    seeding={
        "associate_event_integration": (),
        "associate_application": (),
        "disassociate": (),
        "finish_execution": (),
    },
)
