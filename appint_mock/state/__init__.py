"""Provides the parts of every backend: containers, ids, ARNs, pages, tags, quotas. Knows no HTTP and no service."""
