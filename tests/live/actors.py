"""The accounts of Data Exchange's tests, made of public operations alone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tests.dataexchange.actors import ACCOUNT, Actor, of
from tests.dataexchange.jobs import md5_of

if TYPE_CHECKING:
    from tests.live.session import Session

#: How long a job may take, in seconds.
PATIENCE = 300


class LiveActor(Actor):
    """An account with a client of live mode. What the mock alone has, it has not."""

    def __init__(self, session: Session, account_id: str = ACCOUNT) -> None:
        self.account_id = account_id
        self.region_name = "us-east-1"
        self.aws = session
        self.client: Any = session.client("dataexchange", account_id, checked=False)

    def add_assets(self, revision: dict[str, Any], *names: str) -> None:
        """Import files by signed URLs, which needs no bucket; the content of each is its name."""
        for name in names:
            self._import(revision, name, name.encode())

    def _import(self, revision: dict[str, Any], name: str, content: bytes) -> None:
        import requests

        details = {"AssetName": name, "Md5Hash": md5_of(content), **of(revision)}
        job = self.client.create_job(Type="IMPORT_ASSET_FROM_SIGNED_URL", Details={"ImportAssetFromSignedUrl": details})
        url = job["Details"]["ImportAssetFromSignedUrl"]["SignedUrl"]
        requests.put(url, data=content, timeout=60).raise_for_status()
        self.client.start_job(JobId=job["Id"])
        self._wait_for(job["Id"])

    def _wait_for(self, job_id: str) -> None:
        until = time.monotonic() + PATIENCE
        while (state := self.client.get_job(JobId=job_id)["State"]) != "COMPLETED":
            assert state in ("WAITING", "IN_PROGRESS"), f"the job ended in {state}"
            assert time.monotonic() < until, f"the job is {state} after {PATIENCE} seconds"
            time.sleep(1)
