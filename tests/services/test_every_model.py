"""Operations of many models, whatever their requests and answers are made of, reach their methods and come back."""

from __future__ import annotations

import subprocess
import sys

import botocore.loaders
import pytest

from appint_mock.protocol.route import Template
from tests.services.every_model import rest_json

pytestmark = pytest.mark.integration

#: Services that have what ours do not, by what it is.
CHOSEN = {
    "mediastore-data": "a path that is one greedy label",
    "workspaces-web": "segments behind a greedy label",
    "chime-sdk-meetings": "operations that differ in their query only",
    "apigateway": "a map of all parameters beside a parameter that every request has",
    "amp": "a map of lists in the query",
    "lex-runtime": "JSON in headers",
    "lambda": "streams of events, and bounds of blobs",
    "bedrock-runtime": "streams of events",
    "glacier": "streaming bodies with members in headers",
    "sso": "operations that are not signed",
    "savingsplans": "one host for all regions",
    "neptune-graph": "a label of the host",
}


def test_every_operation_gets_what_was_sent_and_answers_what_was_returned() -> None:
    command = (sys.executable, "-m", "tests.services", *CHOSEN)
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (ran.stdout.splitlines()[-1:], ran.returncode) == ([f"{len(CHOSEN)} services, 0 differences"], 0), ran.stdout


def test_no_path_of_botocore_s_models_has_another_form() -> None:
    loader = botocore.loaders.create_loader()
    for name in rest_json():
        for operation in loader.load_service_model(name, "service-2")["operations"].values():
            uri = operation["http"]["requestUri"]
            path = uri.partition("?")[0]
            assert path.count("+}") <= 1, uri
            # A label is a whole segment.
            assert path.count("{") == sum(segment.startswith("{") for segment in path.split("/")), uri
            assert path.count("}") == sum(segment.endswith("}") for segment in path.split("/")), uri
            assert Template(uri).fits(path.split("/"))
