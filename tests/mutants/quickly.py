"""A plugin of pytest for runs that only ask whether anything fails: hypothesis looks for no smaller example."""

from __future__ import annotations

from hypothesis import Phase, settings

settings.register_profile("quickly", phases=[Phase.explicit, Phase.generate], database=None, derandomize=True)
settings.load_profile("quickly")
