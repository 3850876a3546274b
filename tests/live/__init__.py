"""Live mode: the tests of rules ask a real service instead of the mock.

``python -m tests.live --profile sandbox`` runs the tests that need nothing but public operations against AWS, and
writes what it saw; docs/questions.md lists what is there to ask. The modules, from the inside out: `switch` (which of
the two is asked), `portable` (which tests can ask), `costs` (what asking costs), `names` and `wire` (what lies between
a test and the service), `made` (what must be removed again), `session`, `records`, `plugin`.
"""
