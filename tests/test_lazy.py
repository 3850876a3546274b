"""Attributes that are computed when they are first read."""

from __future__ import annotations

import threading

from appint_mock.lazy import lazy


class Circle:
    """Has an area that is worked out once."""

    def __init__(self, radius: int) -> None:
        self.radius = radius
        self.computed: list[int] = []

    @lazy
    def area(self) -> int:
        """Three times the square."""
        self.computed.append(self.radius)
        return 3 * self.radius**2


def test_it_is_computed_when_it_is_first_read_and_then_kept() -> None:
    circle = Circle(2)
    assert circle.computed == []
    assert circle.area == 12
    circle.radius = 3
    assert circle.area == 12
    assert circle.computed == [2]
    assert vars(circle)["area"] == 12


def test_each_object_has_its_own() -> None:
    small, large = Circle(1), Circle(10)
    assert (small.area, large.area, small.area) == (3, 300, 3)


def test_the_class_shows_what_computes_it() -> None:
    assert isinstance(Circle.area, lazy)
    assert Circle.area.__doc__ == "Three times the square."


def test_it_may_be_set_and_is_computed_anew_once_it_is_deleted() -> None:
    circle = Circle(2)
    vars(circle)["area"] = 5
    assert circle.area == 5
    del vars(circle)["area"]
    assert circle.area == 12


def test_threads_that_come_together_get_one_value() -> None:
    both = threading.Barrier(2)

    class Shared:
        @lazy
        def thing(self) -> object:
            both.wait(10)
            return object()

    shared, seen = Shared(), list[object]()
    threads = [threading.Thread(target=lambda: seen.append(shared.thing)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 2
    assert seen[0] is seen[1] is shared.thing
