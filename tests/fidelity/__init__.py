"""How true the mock is, written down: rules, the tests that hold them, and the page made of both.

A rule stands once, in the module of its service here. A test that holds it says so with the service's ``holds``:
``@holds("lists.order")``. ``python -m tests.fidelity`` writes docs/fidelity.md from the two.
"""
