"""Sequences of requests, clock jumps, snapshots and restores: nothing breaks, and no refusal changes anything."""

from __future__ import annotations

import contextlib
import copy
import random

import boto3
import pytest

import appint_mock
from appint_mock import SnapshotError
from tests.fuzz.furnished import furnish
from tests.fuzz.sequences import Sequences
from tests.fuzz.snapshots import holders, mutated
from tests.fuzz.wire import FURNISH
from tests.states import fill, look

services = pytest.mark.parametrize("service", FURNISH)


@pytest.mark.slow
@services
def test_no_sequence_of_requests_jumps_and_restores_breaks_anything(service: str) -> None:
    with getattr(appint_mock, f"mock_{service}")() as mock:
        sequences = Sequences(mock, seed=0)
        for _ in range(5):
            sequences.run()
    assert sequences.requests > 800
    assert {"clock moved", "step refused", "snapshot", "restored", "mutated snapshot refused"} <= sequences.steps.keys()
    assert sequences.longest_refusal < 1500
    statuses = {status for _, status, _ in sequences.judge.outcomes}
    assert {200, 400, 403, 404} <= statuses
    assert all(status < 500 for status in statuses)


@pytest.mark.slow
@services
def test_a_mutated_snapshot_is_refused_and_changes_nothing_or_never_breaks_anything_later(service: str) -> None:
    with getattr(appint_mock, f"mock_{service}")() as mock:
        sequences = Sequences(mock, seed=10**6)
        sequences.rng = rng = random.Random(5)
        sequences.begin()
        accepted = 0
        for _ in range(150):
            before = mock.snapshot()
            try:
                mock.restore(mutated(sequences.judge.furnished, rng))
            except SnapshotError:
                assert mock.snapshot() == before
                continue
            accepted += 1
            sequences.judge.last = None
            sequences.look()
            for _ in range(40):
                sequences.judge.send(sequences.request())
            mock.restore(mock.snapshot())
            mock.restore(sequences.judge.furnished)
            assert mock.snapshot() == sequences.judge.furnished
    # A schema that took nothing, or all, would be none.
    assert 5 < accepted < 100


@services
def test_what_was_restored_after_a_refusal_works(service: str) -> None:
    with getattr(appint_mock, f"mock_{service}")() as mock:
        fill(service, mock)
        seen, state = look(service, mock), mock.snapshot()
        rng = random.Random(1)
        for _ in range(20):
            with contextlib.suppress(SnapshotError):
                mock.restore(mutated(state, rng))
            mock.restore(state)
            assert look(service, mock) == seen


@services
def test_ids_made_after_a_restore_are_not_those_in_the_state_though_the_seed_is_the_same(service: str) -> None:
    mock_of = getattr(appint_mock, f"mock_{service}")
    with mock_of(seed=1) as mock:
        furnish(service, mock)
        state = mock.snapshot()
    made = []
    for _ in range(2):
        with mock_of(seed=1) as mock:
            mock.restore(state)
            client = boto3.client(service)
            if service == "dataexchange":
                made.append(client.create_data_set(Name="n", Description="d", AssetType="S3_SNAPSHOT")["Id"])
            else:
                made.append(client.create_data_integration(Name="new", KmsKey="key")["Id"])
    assert made[0] == made[1]
    assert made[0] not in str(state)


@pytest.mark.slow
@services
def test_a_snapshot_with_a_null_in_any_one_place_is_refused_by_that_place_or_taken(service: str) -> None:
    with getattr(appint_mock, f"mock_{service}")() as mock:
        furnished = Sequences(mock, seed=0).judge.furnished
        taken = refused = 0
        for holder, key in list(holders(state := copy.deepcopy(furnished))):
            value, holder[key] = holder[key], None
            try:
                mock.restore(state)
            except SnapshotError:
                refused += 1
            else:
                taken += 1
            holder[key] = value
    # Null is what a member that was not given has.
    assert taken > 100
    assert refused > 300
