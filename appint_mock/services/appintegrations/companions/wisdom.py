"""Describes Amazon Connect Wisdom, the older name of Amazon Q in Connect, with the same knowledge bases."""

from __future__ import annotations

from ...companion import Companion
from .qconnect import RULES, KnowledgeBases

COMPANION = Companion("wisdom", KnowledgeBases, RULES)
