"""Nonsense in the query of every address: an answer, never a fault."""

import pytest
from django.test import Client

from .test_permission_walk import World, address_of, patterns, world

__all__ = ["world"]

NAMES = (
    "after", "answer", "before", "calendar", "canned", "country", "customer", "lane", "next", "position", "q",
    "question", "shown", "solution_minutes", "stance", "state", "words",
)  # fmt: skip
NONSENSE = ("zzz", "99999999999999999999", "9" * 5000, "\0\0\0", "1,99999999999999999999", "123456789012abc")


@pytest.mark.parametrize("nonsense", NONSENSE, ids=lambda words: repr(words[:24]))
@pytest.mark.parametrize("role", ["customer", "administrator"])
def test_nonsense_is_answered(role: str, nonsense: str, world: World) -> None:
    client = Client()
    client.force_login(world.people[role])
    for htmx in ({}, {"HX-Request": "true"}):
        for route, name, pattern in patterns():
            answer = client.get(address_of(route, name, pattern, world), dict.fromkeys(NAMES, nonsense), headers=htmx)
            assert answer.status_code < 500
