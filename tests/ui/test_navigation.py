from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from foredesk.ui import navigation
from foredesk.ui.navigation import Entry, Navigation, register

PERSON = SimpleNamespace(is_authenticated=True)


@pytest.fixture(autouse=True)
def _no_other_entries(monkeypatch):
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(navigation, "reverse", lambda name: {"today": "/desk/", "waiting": "/desk/waiting/"}[name])


def asked_by(person, path="/desk/waiting/7/"):
    request = RequestFactory().get(path)
    request.user = person
    return Navigation(request)


def test_entries_stand_in_their_order_and_only_for_those_allowed():
    register(Entry(place="desk", label="Waiting", url_name="waiting", icon="hourglass", order=20))
    register(Entry(place="desk", label="Today", url_name="today", icon="sun", order=10, allowed=lambda person: False))
    assert [link.label for link in asked_by(PERSON).desk] == ["Waiting"]


def test_the_closest_address_is_the_present_one():
    register(Entry(place="desk", label="Today", url_name="today", icon="sun", order=10))
    register(Entry(place="desk", label="Waiting", url_name="waiting", icon="hourglass", order=20))
    assert [(link.label, link.current) for link in asked_by(PERSON).desk] == [("Today", False), ("Waiting", True)]
    assert [link.current for link in asked_by(PERSON, "/desk/").desk] == [True, False]


def test_nothing_is_offered_before_sign_in():
    register(Entry(place="desk", label="Today", url_name="today", icon="sun"))
    assert asked_by(SimpleNamespace(is_authenticated=False)).desk == []
    assert asked_by(None).desk_home == ""


def test_counts_are_taken_only_when_shown():
    asked = []

    def count(person):
        asked.append(person)
        return 3

    register(Entry(place="desk", label="Today", url_name="today", icon="sun", count=count))
    link = asked_by(PERSON).desk[0]
    assert not asked
    assert link.count == 3
    assert link.count == 3
    assert asked == [PERSON]
