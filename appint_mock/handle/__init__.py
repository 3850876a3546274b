"""Defines the object that a test holds: decorator, context manager and handle of a mock."""
