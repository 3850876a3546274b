"""Implements AWS Marketplace Catalog's change sets, which add data sets and revisions to data products."""

from __future__ import annotations

import datetime
import json
import string
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ....errors import UnmockedCallError
from ....hints import see
from ....protocol.errors import ServiceError
from ....protocol.rules import Rules
from ....state.arns import Arn, parse_arn
from ....state.idempotency import TokenReusedError
from ....state.store import Record
from ...companion import Companion
from ..backend import CatalogProduct, DataExchangeBackend
from ..base import invalid
from ..wording import word

_CATALOG = "AWSMarketplace"
_PRODUCT = "DataProduct@1.0"
_OPERATION = "StartChangeSet"


class _Published(NamedTuple):
    """A revision of an owned data set that a change set publishes; None: only the data set is added."""

    backend: DataExchangeBackend
    data_set_id: str
    revision_id: str | None


class MarketplaceCatalog:
    """The operations on data products. A product exists as soon as a request names it: no operation creates one."""

    def __init__(self, backend: DataExchangeBackend) -> None:
        self._backend = backend

    def describe_entity(self, *, Catalog: str, EntityId: str) -> Record:
        """DescribeEntity."""
        self._require_catalog(Catalog)
        if not EntityId.startswith("prod-"):
            raise _not_found(f"entity {EntityId}")
        known = self._backend.catalog_products.get(EntityId)
        product = known or CatalogProduct(modified=_moment(self._backend.now()))
        details = {"DataSets": [{"Arn": arn} for arn in product.data_sets]}
        return {
            "EntityType": _PRODUCT,
            "EntityIdentifier": f"{EntityId}@{product.applied + 1}",
            "EntityArn": self._arn(f"{_CATALOG}/DataProduct/{EntityId}"),
            "LastModifiedDate": product.modified,
            "Details": json.dumps(details),
            "DetailsDocument": details,
        }

    def start_change_set(
        self,
        *,
        Catalog: str,
        ChangeSet: Sequence[Mapping[str, Any]],
        ClientRequestToken: str | None = None,
        Intent: str = "APPLY",
        **members: object,
    ) -> Record:
        """StartChangeSet. The change set has ended when it returns."""
        self._require_catalog(Catalog)
        given = {"ChangeSet": ChangeSet, "Intent": Intent, **members}
        try:
            answered = self._backend.change_set_tokens.answer(_OPERATION, ClientRequestToken, given)
        except TokenReusedError:
            raise invalid("The ClientRequestToken was already used with different parameters.") from None
        if answered is not None:
            return answered
        changes = [_Change(self._backend, change) for change in ChangeSet]
        record = self._ended({**members, "Intent": Intent}, changes)
        self._backend.add_change_set(record)
        self._backend.change_set_tokens.remember(_OPERATION, ClientRequestToken, given, record)
        return record

    def describe_change_set(self, *, Catalog: str, ChangeSetId: str) -> Record:
        """DescribeChangeSet."""
        self._require_catalog(Catalog)
        record = self._backend.change_sets.record(ChangeSetId)
        if record is None:
            raise _not_found(f"change set {ChangeSetId}")
        return record

    def _ended(self, members: Record, changes: Sequence[_Change]) -> Record:
        """Applies all changes of a change set, or none, and returns its record."""
        change_set_id = self._backend.world.ids.text(25, string.ascii_lowercase + string.digits)
        now = _moment(self._backend.now())
        failed = any(change.errors for change in changes)
        products: dict[str, list[str]] = {}
        for change in changes if not failed and members["Intent"] == "APPLY" else ():
            change.apply()
            products.setdefault(change.product_id, []).extend(change.data_set_arns)
        return {
            **members,
            "ChangeSetId": change_set_id,
            "ChangeSetArn": self._arn(f"{_CATALOG}/ChangeSet/{change_set_id}"),
            "StartTime": now,
            "EndTime": now,
            "Status": "FAILED" if failed else "SUCCEEDED",
            "FailureCode": "CLIENT_ERROR" if failed else None,
            "ChangeSet": [change.described() for change in changes],
            "_products": products,
        }

    def _require_catalog(self, catalog: str) -> None:
        if catalog != _CATALOG:
            raise _not_found(f"catalog {catalog}")

    def _arn(self, resource: str) -> str:
        return self._backend.arn("aws-marketplace", resource)


class _Change:
    """A change of a change set: what it publishes, or why it fails."""

    def __init__(self, backend: DataExchangeBackend, change: Mapping[str, Any]) -> None:
        kind, entity = change["ChangeType"], change["Entity"]
        self._change = change
        self._backend = backend
        self.product_id = str(entity.get("Identifier", "")).partition("@")[0]
        self.data_set_arns: list[str] = []
        self.errors: list[Record] = []
        reads = {"AddDataSets": self._read_data_sets, "AddRevisions": self._read_revisions}
        if entity["Type"] != _PRODUCT or kind not in reads:
            raise UnmockedCallError(
                f"marketplace-catalog.StartChangeSet has the change {kind} of {entity['Type']}; appint_mock answers "
                f"only {' and '.join(reads)} of {_PRODUCT}. Mock this call with a botocore Stubber."
                + see("stopped-calls")
            )
        if not self.product_id:
            raise invalid(f"{kind} needs the Identifier of its Entity.")
        self._published = list(reads[kind](_details(change)))

    def apply(self) -> None:
        """Adds the data set, and publishes the revisions."""
        for backend, data_set_id, revision_id in self._published:
            backend.put_in_product(data_set_id, self.product_id)
            if revision_id is not None:
                backend.publish_revision(data_set_id, revision_id)

    def described(self) -> Record:
        """Returns the change as DescribeChangeSet shows it."""
        return {**self._change, "ErrorDetailList": self.errors}

    def _read_data_sets(self, details: Record) -> Iterator[_Published]:
        for each in _list_in(details, "DataSets"):
            arn = each.get("Arn") if isinstance(each, Mapping) else None
            if not isinstance(arn, str):
                raise invalid("Details of AddDataSets needs DataSets, each with its Arn.")
            found = self._data_set(arn)
            if found is not None:
                yield _Published(*found, None)

    def _read_revisions(self, details: Record) -> Iterator[_Published]:
        arn, revision_arns = details.get("DataSetArn"), _list_in(details, "RevisionArns")
        if not isinstance(arn, str) or not all(isinstance(each, str) for each in revision_arns):
            raise invalid("Details of AddRevisions needs DataSetArn and RevisionArns.")
        found = self._data_set(arn)
        if found is None:
            return
        backend, data_set_id = found
        for revision_arn in revision_arns:
            revision_id = revision_arn.removeprefix(f"{arn}/revisions/")
            revision = backend.revisions.of(data_set_id).record(revision_id)
            if revision is None:
                self._fail(f"The revision {revision_arn} of the data set {arn} could not be found.")
            elif revision["Revoked"] or not revision["Finalized"]:
                self._fail(f"The revision {revision_arn} is {backend.state_of(revision)}; it must be finalized.")
            else:
                yield _Published(backend, data_set_id, revision_id)

    def _data_set(self, arn: str) -> tuple[DataExchangeBackend, str] | None:
        """Returns the owned data set of an ARN of any region, and its backend."""
        parsed = parse_arn(arn) or Arn("", "", "", "", "")
        data_set_id = parsed.resource.removeprefix("data-sets/")
        region_name = parsed.region_name or self._backend.region_name
        # To name a region leaves nothing there.
        backend: Any = self._backend.world.existing(self._backend.account_id, region_name)
        known = backend is not None and backend.data_sets.has(data_set_id)
        if not known or arn != backend.resource_arn(f"data-sets/{data_set_id}"):
            self._fail(f"The data set {arn} could not be found.")
            return None
        self.data_set_arns.append(arn)
        return backend, data_set_id

    def _fail(self, text: str) -> None:
        self.errors.append({"ErrorCode": "INVALID_INPUT", "ErrorMessage": text})


def _details(change: Mapping[str, Any]) -> Record:
    """Returns the details of a change, given as text or as a document."""
    document = change.get("DetailsDocument")
    if document is None:
        try:
            document = json.loads(change.get("Details", ""))
        except ValueError:
            raise invalid(f"Details of {change['ChangeType']} is not valid JSON.") from None
    if not isinstance(document, dict):
        raise invalid(f"Details of {change['ChangeType']} is not a JSON object.")
    return document


def _list_in(details: Record, name: str) -> list[Any]:
    found = details.get(name)
    if not isinstance(found, list) or not found:
        raise invalid(f"Details needs {name}, a list that is not empty.")
    return found


def _moment(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _not_found(what: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"The {what} could not be found.")


COMPANION = Companion("marketplace-catalog", MarketplaceCatalog, Rules(whole_match=True, word=word))
