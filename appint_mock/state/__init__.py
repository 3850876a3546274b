"""Provides what every backend is built from: containers, ids, ARNs, pages, tags, quotas. Knows no HTTP, no service."""
