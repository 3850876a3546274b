"""moto, if the program under test uses it: shared accounts, S3, events, stacks and tags, and following its mock."""

from __future__ import annotations

from .following import follow, unfollow

__all__ = ["follow", "unfollow"]
