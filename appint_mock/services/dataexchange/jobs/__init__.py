"""Jobs: what moves data into and out of data sets. A module for each family of types, one for the operations."""

from .jobs import Jobs

__all__ = ["Jobs"]
