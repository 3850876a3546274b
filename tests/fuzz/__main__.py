"""A long run of the fuzz: ``python -m tests.fuzz [--sequences | --costs] [--seed N] [REQUESTS] [SERVICE ...]``.

Without ``--sequences`` hypothesis makes the requests: few at a time, and a failing example is made smaller. With it
there are long sequences, with clock jumps, snapshots, and restores of good and of mutated snapshots in between.

``--costs`` prints a table of how costs grow.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import appint_mock
from tests import answers, sockets
from tests.fuzz.costs import CHARACTERS, THINGS, TIMES, of_scene, of_texts, of_things
from tests.fuzz.scenes import SCENES
from tests.fuzz.sequences import Sequences
from tests.fuzz.wire import FURNISH, Judge
from tests.shapes import CATALOGUES


def examples(service: str, count: int, seed: int) -> tuple[Judge, dict[str, int]]:
    """Send ``count`` requests that hypothesis makes."""
    with getattr(appint_mock, f"mock_{service}")() as mock:
        judge = Judge(mock)

        # In rounds: hypothesis keeps what it has tried, and slows down with it.
        while sum(judge.outcomes.values()) < count:

            @settings(
                max_examples=min(count, 2000), deadline=None, suppress_health_check=list(HealthCheck), database=None
            )
            @given(st.data())
            def fuzz(data: st.DataObject) -> None:
                judge.run(data.draw)

            fuzz()
        return judge, {}


def sequences(service: str, count: int, seed: int) -> tuple[Judge, dict[str, int]]:
    """Send ``count`` requests in sequences."""
    with getattr(appint_mock, f"mock_{service}")() as mock:
        sender = Sequences(mock, seed)
        shown = 0
        while sender.requests < count:
            sender.run()
            if sender.requests - shown >= 50_000:
                shown = sender.requests
                print(f"{service}: {shown} requests so far, seed {sender.seed}", flush=True)
        return sender.judge, dict(sender.steps)


def run(service: str, count: int, seed: int, send: Callable[[str, int, int], tuple[Judge, dict[str, int]]]) -> None:
    """Send ``count`` requests to a service; fails with the request if an answer is not as it must be."""
    started = time.monotonic()
    judge, steps = send(service, count, seed)
    assert not answers.complaints, answers.complaints
    sent = sum(judge.outcomes.values())
    refused = sum(times for (_, status, _), times in judge.outcomes.items() if status >= 400)
    failed = sum(times for (_, status, _), times in judge.outcomes.items() if status >= 500)
    print(
        f"{service}: {sent} requests in {time.monotonic() - started:.0f} s, {refused} of them refused, {failed} with a "
        f"status of 5xx, {len(judge.outcomes)} distinct outcomes, 0 exceptions, 0 changes after a refusal"
    )
    for step, times in sorted(steps.items()):
        print(f"  {times:7} {step}")
    for (operation, status, code), times in judge.outcomes.most_common(20):
        print(f"  {times:7} {operation or 'no operation':36} {status} {code}")


def print_costs() -> None:
    """Print by how much the cost of each operation grows."""
    gc.disable()
    print(
        f"The cost with {TIMES} times as many things in the account, over that with {THINGS}; with {TIMES} times as "
        f"long a text, over that with {CHARACTERS} characters: of all texts of the operation, the one that grows most."
    )
    for service, catalogue in CATALOGUES.items():
        things = of_things(service)
        for name, operation in catalogue.operations.items():
            texts = of_texts(operation)
            most = max(texts, key=lambda path: texts[path])
            print(f"{name:36} {things[name]:8.1f} {texts[most]:8.1f}  {most}", flush=True)
            gc.collect()
    print(f"The cost with {TIMES} times as much beside the account, over that with {THINGS}:")
    for scene in SCENES.values():
        for name, growth in of_scene(scene).items():
            print(f"{name:64} {growth:8.1f}", flush=True)
        gc.collect()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--sequences", action="store_true")
    parser.add_argument("--costs", action="store_true", help="measure instead how costs grow")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("requests", type=int, nargs="?", default=20_000)
    parser.add_argument("services", nargs="*", default=list(FURNISH))
    arguments = parser.parse_args()
    sockets.forbid()
    if arguments.costs:
        print_costs()
        sys.exit()
    answers.check_all()
    for name in arguments.services:
        run(name, arguments.requests, arguments.seed, sequences if arguments.sequences else examples)
