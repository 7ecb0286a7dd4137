"""Room on Python's own stack."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
SLOTS = 35_000  # of 8 bytes: the next power of two, 512 KiB, leaves some 240 KiB for the frames of a request


def with_room(function: Callable[P, R]) -> Callable[P, R]:
    """`function`, called where Python's frames have one large piece of memory instead of many small ones.

    CPython (3.11 to 3.14, Python/pystate.c, `push_chunk` and `_PyThreadState_PopFrame`) keeps the frames of a thread
    in pieces of 16 KiB and gives a piece back to the system as soon as it is empty. A loop that happens to run at the
    end of a piece maps and unmaps memory at each call it makes, and rendering a page calls deeply: that cost more
    than all the rest of it. A frame that asks for much gets a piece of its size, with room behind it for others.
    """

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    call.__code__ = call.__code__.replace(co_stacksize=SLOTS)
    return call
