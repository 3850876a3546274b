"""moto's EventBridge: the events of AWS Data Exchange on its default bus, where rules send them on."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Mapping
from typing import Any

from . import adapter as moto


def put(event: Mapping[str, Any]) -> None:
    """Put an event, as a Lambda function gets it, on the default bus of its account and region, if moto is on.

    Through moto's backend and not through a client of boto3: AWS takes no events of its own services from a caller,
    and moto has one account for all keys that it does not know. The event that arrives has another id.
    """
    # Where it is not loaded, nobody has made a rule.
    models = sys.modules.get("moto.events.models")
    if models is None or not moto.is_on():
        return
    bus: Any = models.events_backends[event["account"]][event["region"]]
    bus.put_events(
        [
            {
                "Source": event["source"],
                "DetailType": event["detail-type"],
                "Detail": json.dumps(event["detail"]),
                "Resources": event["resources"],
                "Time": _seconds(event["time"]),
            }
        ]
    )


def _seconds(time: str) -> float:
    """An event's time as PutEvents gets it: moto writes it out again."""
    return datetime.datetime.fromisoformat(time.removesuffix("Z") + "+00:00").timestamp()
