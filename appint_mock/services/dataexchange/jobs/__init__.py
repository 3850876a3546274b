"""Implements jobs, which move data into and out of data sets."""

from .jobs import Jobs

__all__ = ["Jobs"]
