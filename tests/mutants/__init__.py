"""Mutation testing: how many small faults in the library the tests notice."""
