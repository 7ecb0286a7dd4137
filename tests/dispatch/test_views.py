"""The page on the order of work, and skills on it."""

import pytest
from django.test import Client
from django.urls import reverse

from foredesk.catalogue.actions import make_private
from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.queries import lane
from foredesk.dispatch.actions import serve_next, skip
from foredesk.dispatch.enums import SkipReason
from foredesk.dispatch.models import Skill
from foredesk.dispatch.queries import skipped_by_reason
from tests.factories import ServiceClassFactory, TeamFactory

ORDER = "dispatch:order"


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def skipped(monday, ask, maya, tomas):
    ask(maya)
    skip(by=tomas, ticket=serve_next(by=tomas, lane=lane(LaneKey.RAPID)), reason=SkipReason.SKILL)


def test_it_says_what_waits_and_what_is_usual(monday, ask, maya, tomas, screens):
    ask(maya)
    ask(maya, screens)
    page = words(browser(tomas).get(reverse(ORDER)))
    assert "2 requests for free hands, 55 min of usual work, shared by 1." in page
    assert "its size, a moment" in page
    assert "Past 1 h the other lane is asked to help." in page


def test_leads_see_why_requests_were_left_but_not_by_whom(skipped, ines, tomas, printing):
    page = words(browser(ines).get(reverse(ORDER)))
    assert "I lack the skill or the rights for it" in page
    assert f"Most often: {printing.name} (1)." in page
    assert tomas.full_name not in page
    assert "Left to a colleague" not in words(browser(tomas).get(reverse(ORDER)))


def test_what_was_left_of_a_private_kind_is_counted_for_who_may_know(monday, ask, maya, ines, ada):
    trusted = TeamFactory()
    trusted.members.add(ada)
    secret = ServiceClassFactory(name="Confidential matters")
    make_private(by=None, service_class=secret, teams=[trusted])
    ask(maya, secret)
    skip(by=ada, ticket=serve_next(by=ada, lane=lane(LaneKey.RAPID)), reason=SkipReason.TIME)
    assert skipped_by_reason(ines) == []
    assert [one.times for one in skipped_by_reason(ada)] == [1]


def test_private_kinds_are_not_named(monday, ines, ada):
    trusted = TeamFactory()
    trusted.members.add(ada)
    secret = ServiceClassFactory(name="Confidential matters")
    make_private(by=None, service_class=secret, teams=[trusted])
    skill = Skill.objects.create(name="Tact")
    skill.service_classes.add(secret)
    assert "Confidential matters" not in words(browser(ines).get(reverse(ORDER)))
    assert "Confidential matters" not in words(browser(ines).get(reverse("dispatch:new_skill")))
    browser(ines).post(reverse("dispatch:skill", args=[skill.pk]), {"name": "Great tact"})
    assert list(skill.service_classes.all()) == [secret]  # what one does not see, one does not take away
    assert "Confidential matters" in words(browser(ada).get(reverse(ORDER)))


def test_a_lead_keeps_skills(monday, ines, tomas, printing):
    at_desk = browser(ines)
    given = {"name": "Printers", "people": [tomas.pk], "service_classes": [printing.pk]}
    assert at_desk.post(reverse("dispatch:new_skill"), given).url == reverse(ORDER)
    skill = Skill.objects.get()
    assert at_desk.post(reverse("dispatch:new_skill"), given).status_code == 422  # there is one of this name
    page = reverse("dispatch:skill", args=[skill.pk])
    assert 'value="Printers"' in words(at_desk.get(page))
    at_desk.post(page, {"name": "Paper", "people": []})
    skill.refresh_from_db()
    assert (skill.name, skill.people.count()) == ("Paper", 0)
    assert "nobody has it yet" in words(at_desk.get(reverse(ORDER)))
    at_desk.post(reverse("dispatch:skill_removal", args=[skill.pk]))
    assert not Skill.objects.exists()


def test_customers_and_agents_stay_out_of_where_they_have_no_business(monday, maya, tomas):
    assert browser(maya).get(reverse(ORDER)).status_code == 404
    assert browser(tomas).get(reverse("dispatch:new_skill")).status_code == 404
