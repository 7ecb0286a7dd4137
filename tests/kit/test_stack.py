"""Room for Python's frames."""

import resource

import pytest

from foredesk.kit.stack import with_room


def test_it_is_the_function_it_was():
    def divided(a: int, *, by: int) -> float:
        return a / by

    roomy = with_room(divided)
    assert roomy(6, by=3) == 2
    with pytest.raises(ZeroDivisionError):
        roomy(6, by=0)
    assert with_room(lambda: 1)() == 1, "each has a frame of its own"
    assert roomy(8, by=2) == 4


def test_calls_at_the_end_of_a_piece_of_memory_map_none():
    """Somewhere in the first hundred levels a piece of 16 KiB ends; without room, a loop there takes 2,000 pages."""

    def leaf() -> int:
        return 0

    def loop() -> int:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(2_000):
            leaf()
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    def down(levels: int) -> int:
        return down(levels - 1) if levels else loop()

    def worst() -> int:
        return max(down(levels) for levels in range(300))

    assert with_room(worst)() < 500
