"""Defines an open mock: its options, its call log, its faults, and how it answers a request."""
