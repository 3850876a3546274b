"""Implements Amazon Q in Connect's knowledge bases, which take their content from a data integration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....protocol.errors import ServiceError
from ....protocol.rules import Rules
from ....state.idempotency import TokenReusedError
from ....state.paging import InvalidTokenError
from ....state.store import Record
from ...companion import Companion
from ..backend import AppIntegrationsBackend
from ..data_integrations import KIND as DATA_INTEGRATION
from ..wording import word
from .errors import quota_as_modelled

_CLIENT_ID = "wisdom.amazonaws.com"
_DEFAULT_PAGE = 50
#: The types whose content comes from a source.
_WITH_SOURCE = ("EXTERNAL", "MANAGED")
_OPERATION = "CreateKnowledgeBase"


class KnowledgeBases:
    """The operations on knowledge bases, which are named by id or ARN. Amazon Connect Wisdom has the same."""

    def __init__(self, backend: AppIntegrationsBackend) -> None:
        self._backend = backend
        self._table = backend.knowledge_bases

    def create_knowledge_base(
        self,
        *,
        name: str,
        knowledgeBaseType: str,
        clientToken: str | None = None,
        sourceConfiguration: Mapping[str, Any] | None = None,
        tags: Mapping[str, str] | None = None,
        **members: object,
    ) -> Record:
        """CreateKnowledgeBase."""
        given = {"name": name, "type": knowledgeBaseType, "source": sourceConfiguration, "tags": tags, **members}
        try:
            answered = self._backend.tokens.answer(_OPERATION, clientToken, given)
        except TokenReusedError:
            raise _conflict("The clientToken was already used with different parameters") from None
        if answered is not None:
            return {"knowledgeBase": answered}
        if self._table.find("name", name):
            raise _conflict(f"A knowledge base with the name {name} exists already")
        if sourceConfiguration and knowledgeBaseType not in _WITH_SOURCE:
            raise _invalid(f"A knowledge base of type {knowledgeBaseType} takes no sourceConfiguration")
        knowledge_base_id = self._backend.world.ids.uuid()
        record = {
            **members,
            "knowledgeBaseId": knowledge_base_id,
            "knowledgeBaseArn": self._backend.arn("wisdom", f"knowledge-base/{knowledge_base_id}"),
            "name": name,
            "knowledgeBaseType": knowledgeBaseType,
            "sourceConfiguration": sourceConfiguration,
            "status": "ACTIVE",
            "tags": tags or None,
            "_token": clientToken,
            "_association": self._take_content_from((sourceConfiguration or {}).get("appIntegrations")),
        }
        self._table.add(knowledge_base_id, record)
        self._backend.tokens.remember(_OPERATION, clientToken, given, record)
        return {"knowledgeBase": record}

    def get_knowledge_base(self, *, knowledgeBaseId: str) -> Record:
        """GetKnowledgeBase."""
        return {"knowledgeBase": self._knowledge_base(knowledgeBaseId)}

    def list_knowledge_bases(self, *, maxResults: int | None = None, nextToken: str | None = None) -> Record:
        """ListKnowledgeBases."""
        try:
            page, token = self._backend.page(
                self._table, ("ListKnowledgeBases",), limit=maxResults or _DEFAULT_PAGE, next_token=nextToken
            )
        except InvalidTokenError:
            raise _invalid("Invalid nextToken") from None
        return {"knowledgeBaseSummaries": page, "nextToken": token}

    def delete_knowledge_base(self, *, knowledgeBaseId: str) -> None:
        """DeleteKnowledgeBase. The data integration stays, and cannot be used for another one."""
        record = self._knowledge_base(knowledgeBaseId)
        self._table.remove(record["knowledgeBaseId"])
        self._backend.tokens.forget(_OPERATION, record["_token"])
        self._backend.forget_association(record["_association"])

    def set_members(self, named: Record, members: Record, tags: Record) -> None:
        """Changes a knowledge base as CloudFormation does, through operations that the mock lacks."""
        record = self._knowledge_base(named["knowledgeBaseId"])
        self._table.replace(record["knowledgeBaseId"], {**record, **members, "tags": tags or None})

    def _knowledge_base(self, identifier: str) -> Record:
        record = self._table.record(identifier.removeprefix(self._backend.arn("wisdom", "knowledge-base/")))
        if record is None:
            raise ServiceError("ResourceNotFoundException", f"Could not find knowledge base {identifier}")
        return record

    def _take_content_from(self, source: Mapping[str, Any] | None) -> str | None:
        if source is None:
            return None
        arn = source["appIntegrationArn"]
        integration_id = self._backend.own_resource(arn, DATA_INTEGRATION)
        if integration_id is None or not self._backend.data_integrations.has(integration_id):
            raise ServiceError("ResourceNotFoundException", f"Could not find data integration {arn}")
        with quota_as_modelled():
            try:
                made = self._backend.create_data_integration_association(
                    DataIntegrationIdentifier=integration_id, ClientId=_CLIENT_ID
                )
            except ServiceError as error:
                if error.code == "InvalidRequestException":
                    # The model of Q in Connect does not have it.
                    raise ServiceError("InvalidRequestException", error.message, status=400) from None
                raise
        association_arn: str = made["DataIntegrationAssociationArn"]
        return association_arn


def _invalid(text: str) -> ServiceError:
    return ServiceError("ValidationException", text)


def _conflict(text: str) -> ServiceError:
    return ServiceError("ConflictException", text)


RULES = Rules(whole_match=True, word=word)
COMPANION = Companion("qconnect", KnowledgeBases, RULES)
