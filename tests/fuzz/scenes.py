"""Places beside one account's operations where there can be much: companions, accounts, jobs in progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import appint_mock
from appint_mock import services
from appint_mock.scopes import stack
from appint_mock.scopes.dispatch import answer
from appint_mock.services.companion import Companion
from tests.fuzz.crowded import AppIntegrations, DataExchange, Parameters, ask, serialised
from tests.shapes import CATALOGUES

#: What is done, by what it is called. What makes something makes something new each time.
Works = Mapping[str, Callable[[], object]]
#: Opens a scope with so many things in it.
Scene = Callable[[int], Any]

_INSTANCE = "11111111-2222-4333-8444-555555555555"
_CATALOG = {"Catalog": "AWSMarketplace"}
_ADDED = {"ChangeType": "AddDataSets"}


@contextmanager
def connect(size: int) -> Iterator[Works]:
    """An instance of Amazon Connect with many associations, and many knowledge bases."""
    with appint_mock.mock_appintegrations(single_association=False) as aws:
        account = AppIntegrations(aws)
        asks = {name: partial(_ask, _companion("appintegrations", name)) for name in ("connect", "qconnect")}
        data = account.backend.get_data_integration(Identifier=account.data_integration())["Arn"]
        source = {"appIntegrations": {"appIntegrationArn": data, "objectFields": ["a"]}}

        def associate() -> Any:
            given = {"IntegrationType": "APPLICATION", "IntegrationArn": account.application()}
            return asks["connect"]("CreateIntegrationAssociation", InstanceId=_INSTANCE, **given)

        def take_content() -> Any:
            account.number += 1
            given = {"name": f"base{account.number}", "knowledgeBaseType": "EXTERNAL", "sourceConfiguration": source}
            return asks["qconnect"]("CreateKnowledgeBase", **given)

        associations = [account.backend.integration_associations for _ in range(size) if associate()]
        bases = [account.backend.knowledge_bases for _ in range(size) if take_content()]
        known, (base, *gone) = list(associations[0]), list(bases[0])
        record = account.backend.integration_associations[known[-1]]
        yield {
            "connect.CreateIntegrationAssociation": associate,
            "connect.ListIntegrationAssociations": lambda: asks["connect"](
                "ListIntegrationAssociations", InstanceId=_INSTANCE, IntegrationArn=record["IntegrationArn"]
            ),
            "connect.DeleteIntegrationAssociation": lambda: asks["connect"](
                "DeleteIntegrationAssociation", InstanceId=_INSTANCE, IntegrationAssociationId=known.pop()
            ),
            "qconnect.CreateKnowledgeBase": take_content,
            "qconnect.GetKnowledgeBase": lambda: asks["qconnect"]("GetKnowledgeBase", knowledgeBaseId=base),
            "qconnect.ListKnowledgeBases": lambda: asks["qconnect"]("ListKnowledgeBases", maxResults=5),
            "qconnect.DeleteKnowledgeBase": lambda: asks["qconnect"]("DeleteKnowledgeBase", knowledgeBaseId=gone.pop()),
        }


@contextmanager
def catalog(size: int) -> Iterator[Works]:
    """A product to which one data set was added again and again, among as many products with one each."""
    with appint_mock.mock_dataexchange() as aws:
        account = DataExchange(aws)
        ask_catalog = partial(_ask, _companion("dataexchange", "marketplace-catalog"))
        arns = [account.backend.get_data_set(DataSetId=account.data_set())["Arn"] for _ in range(size)]

        def add(product: str, arn: str) -> Any:
            entity = {"Type": "DataProduct@1.0", "Identifier": product}
            change = {**_ADDED, "Entity": entity, "DetailsDocument": {"DataSets": [{"Arn": arn}]}}
            return ask_catalog("StartChangeSet", **_CATALOG, ChangeSet=[change])

        for number, arn in enumerate(arns):
            add("prod-one", arns[0])
            add(f"prod-{number}", arn)
        change_set = next(iter(account.backend.change_sets))
        yield {
            "marketplace-catalog.StartChangeSet": lambda: add("prod-new", arns[-1]),
            "marketplace-catalog.DescribeChangeSet": lambda: ask_catalog(
                "DescribeChangeSet", **_CATALOG, ChangeSetId=change_set
            ),
            "marketplace-catalog.DescribeEntity": lambda: ask_catalog(
                "DescribeEntity", **_CATALOG, EntityId="prod-one"
            ),
        }


@contextmanager
def accounts(service: str, size: int) -> Iterator[Works]:
    """Many accounts with something in each."""
    with getattr(appint_mock, f"mock_{service}")() as aws:
        for number in range(size):
            backend = aws.backend(f"{number:012}")
            _make_one(service, backend)
        reads, lists, missing = {
            "appintegrations": ("GetEventIntegration", "ListEventIntegrations", {"Name": "none"}),
            "dataexchange": ("GetDataSet", "ListDataSets", {"DataSetId": "0" * 32}),
        }[service]
        operations = CATALOGUES[service].operations
        read, listing = serialised(service, operations[reads], missing), serialised(service, operations[lists], {})
        yield {
            f"{reads} of nobody's, among accounts": lambda: ask(service, read),
            f"{lists}, among accounts": lambda: ask(service, listing),
            f"{service}: clock.advance, among accounts": lambda: aws.clock.advance(milliseconds=1),
        }


@contextmanager
def jobs(options: Parameters, size: int) -> Iterator[Works]:
    """Many jobs in progress that have not ended."""
    quotas = {"concurrent_import_assets_from_s3": None}
    with appint_mock.mock_dataexchange(quotas=quotas, **options) as aws:
        account = DataExchange(aws)
        data_set = account.data_set()
        revision, other = account.revision(data_set), account.revision(data_set)
        for _ in range(size):
            account.backend.start_job(JobId=account.waiting_job(data_set, revision))
        operations = CATALOGUES["dataexchange"].operations
        listing = serialised("dataexchange", operations["ListDataSets"], {})
        assets = serialised(
            "dataexchange", operations["ListRevisionAssets"], {"DataSetId": data_set, "RevisionId": other}
        )
        given = ", ".join(f"{name}={value}" for name, value in options.items())
        yield {
            f"ListDataSets, among jobs with {given}": lambda: ask("dataexchange", listing),
            f"ListRevisionAssets, among jobs with {given}": lambda: ask("dataexchange", assets),
        }


SCENES: Mapping[str, Scene] = {
    "connect": connect,
    "catalog": catalog,
    "accounts of appintegrations": partial(accounts, "appintegrations"),
    "accounts of dataexchange": partial(accounts, "dataexchange"),
    "jobs that only the test ends": partial(jobs, {"job_polls": None}),
    "jobs that end by time": partial(jobs, {"job_seconds": 10**6}),
}


def _make_one(service: str, backend: Any) -> None:
    if service == "appintegrations":
        backend.create_application(Name="n", Namespace="n", ApplicationSourceConfig={})
    else:
        backend.create_data_set(Name="n", Description="d", AssetType="S3_SNAPSHOT")


def _companion(service: str, name: str) -> tuple[str, Companion[Any]]:
    return service, services.load_companion(service, name)


def _ask(of: tuple[str, Companion[Any]], operation: str, **members: Any) -> Any:
    service, companion = of
    request = serialised(companion.name, companion.catalogue.operations[operation], members)
    response = answer(stack.open_scopes(service), request, operation, companion)
    assert response.status < 400, response
    return response
