"""Nonsense in the query of every address, and in its numbers: an answer, never a fault."""

import re

import pytest
from django.test import Client

from .test_permission_walk import World, address_of, patterns, world

__all__ = ["world"]

NAMES = (
    "after", "answer", "before", "calendar", "canned", "country", "customer", "lane", "next", "position", "q",
    "question", "shown", "solution_minutes", "stance", "state", "words",
)  # fmt: skip
NONSENSE = ("zzz", "99999999999999999999", "9" * 5000, "\0\0\0", "1,99999999999999999999", "123456789012abc")


@pytest.mark.parametrize("turn", range(len(NONSENSE)), ids=lambda turn: repr(NONSENSE[turn][:24]))
@pytest.mark.parametrize("role", ["customer", "administrator"])
def test_nonsense_is_answered(role: str, turn: int, world: World) -> None:
    client = Client()
    client.force_login(world.people[role])
    for number, (route, name, pattern) in enumerate(patterns()):
        # Each page whole for one half of the nonsense, a piece of it for the other half.
        htmx = {"HX-Request": "true"} if (number + turn) % 2 else {}
        asked = dict.fromkeys(NAMES, NONSENSE[turn])
        assert client.get(address_of(route, name, pattern, world), asked, headers=htmx).status_code < 500


@pytest.mark.parametrize("role", ["customer", "administrator"])
def test_numbers_that_are_nobodys_are_found_nowhere(role: str, world: World) -> None:
    client = Client()
    client.force_login(world.people[role])
    walked = 0
    for route, name, pattern in patterns():
        address = address_of(route, name, pattern, world)
        wanted = [str(world.numbers[one]) for one in re.findall(r"<int:(\w+)>", route) if one in world.numbers]
        for number in wanted:
            far = re.sub(rf"/{number}(?=/|$)", f"/{10**30}", address)
            if far != address:
                walked += 1
                assert client.get(far).status_code in {302, 404, 405}, far
    assert walked > 20
