"""Delivers the events of AWS Data Exchange to the targets of moto's EventBridge rules."""

from __future__ import annotations

import copy
import datetime
import inspect
import logging
import sys
import warnings
import weakref
from collections.abc import Mapping
from typing import Any

from ...errors import UndeliveredEventWarning
from ...hints import see
from ...state.arns import Arn, parse_arn

_log = logging.getLogger(__name__)


class EventBridge:
    """Delivers events to the targets of moto's rules, and reports a target that cannot be reached once."""

    def __init__(self) -> None:
        #: The targets that were reported, by rule.
        self._reported: weakref.WeakKeyDictionary[Any, set[str]] = weakref.WeakKeyDictionary()

    def put(self, event: Mapping[str, Any]) -> None:
        """Puts an event, as a Lambda function gets it, on the default bus of its account and region.

        Goes through moto's rules and neither through a client of boto3 nor through moto's PutEvents: AWS takes no
        events of its own services from a caller, moto has one account for all keys that it does not know, and its
        PutEvents stops at the first target that it does not support. Never raises: whoever caused the event does not
        hear of its targets.
        """
        # If it is not loaded, nobody has made a rule.
        if "moto.events.models" in sys.modules:
            self._put_on_bus(Arn("aws", "events", event["region"], event["account"], "event-bus/default"), event, set())

    def _put_on_bus(self, bus: Arn, event: Mapping[str, Any], seen: set[tuple[str, ...]]) -> None:
        place = bus.region_name, bus.account_id, bus.resource
        if place in seen:
            return  # a rule has sent it round
        seen.add(place)
        backend = sys.modules["moto.events.models"].events_backends[bus.account_id][bus.region_name]
        for rule in list(backend.describe_event_bus(bus.resource.partition("/")[2]).rules.values()):
            if rule.state == "DISABLED" or not rule.event_pattern.get_pattern():
                continue  # a rule of a schedule alone matches no event
            for target in list(rule.targets) if rule.event_pattern.matches_event(dict(event)) else ():
                try:
                    self._deliver(rule, target, event, seen)
                except Exception as error:  # noqa: PERF203 (one target's failure is not the next one's)
                    self._report(rule, target, event, error)

    def _deliver(
        self, rule: Any, target: Mapping[str, Any], event: Mapping[str, Any], seen: set[tuple[str, ...]]
    ) -> None:
        arn = parse_arn(target["Arn"])
        if arn and arn.service == "events" and arn.resource.startswith("event-bus/"):
            # Ours, since moto's hands on neither the account nor the time nor the resources.
            self._put_on_bus(arn, event, seen)
            return
        one = copy.copy(rule)
        one.targets = [target]
        if arn and arn.service in ("sqs", "logs"):
            # moto looks for the queue in the rule's own place.
            one.account_id, one.region_name = arn.account_id, arn.region_name
        # The form that an event has inside moto, which writes the time out again.
        message = {**copy.deepcopy(dict(event)), "time": _seconds(event["time"])}
        if "transform_input" not in inspect.signature(one.send_to_targets).parameters:
            one.send_to_targets(message)
        elif "InputTransformer" in target:
            one.send_to_targets({**message, "ingestion-time": message["time"]})
        else:
            # moto's default transformation leaves the account out.
            one.send_to_targets(message, transform_input=False)

    def _report(self, rule: Any, target: Mapping[str, Any], event: Mapping[str, Any], error: Exception) -> None:
        reported = self._reported.setdefault(rule, set())
        if target["Arn"] in reported:
            return
        reported.add(target["Arn"])
        reason = "moto's EventBridge has no such targets" if isinstance(error, NotImplementedError) else _text(error)
        text = (
            f"The EventBridge rule {rule.name!r} matches {event['detail-type']!r}, but the event could not be "
            f"delivered to its target {target['Arn']} ({reason}). Give the rule a target that moto delivers to: a "
            "queue of SQS, a log group, an archive or an event bus, which must exist. Or pass the function that "
            "handles the event to aws.backend().on_event(...)." + see("moto")
        )
        try:
            warnings.warn(text, UndeliveredEventWarning, stacklevel=2)  # pragma: no mutate (each is in this file)
        except UndeliveredEventWarning:
            # Warnings are errors in this test; the call that caused the event must not fail all the same.
            _log.warning("%s", text)


def _text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _seconds(time: str) -> float:
    return datetime.datetime.fromisoformat(time.removesuffix("Z") + "+00:00").timestamp()
