"""Who is served by whom: the first that fits, to one agent only."""

from datetime import timedelta

import pytest
from django.urls import reverse

from foredesk.activity.models import Event
from foredesk.catalogue.actions import make_private
from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.queries import lane
from foredesk.dispatch.actions import keep_skill, remove_skill, serve_next, skip
from foredesk.dispatch.enums import SkipReason
from foredesk.dispatch.models import Skip
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.tickets import actions as tickets
from foredesk.tickets.enums import State
from foredesk.tickets.models import Ticket
from tests.factories import ServiceClassFactory, TeamFactory

from .conftest import MONDAY


def served(person, key=LaneKey.RAPID) -> Ticket | None:
    return serve_next(by=person, lane=lane(key))


def test_the_first_that_is_free(monday, ask, maya, tomas, ada):
    light, heavy, taken = ask(maya), ask(maya, severity="stopped"), ask(maya, severity="stopped", people_held_up=9)
    tickets.take(by=ada, ticket=taken)
    assert [served(tomas), served(tomas), served(tomas)] == [heavy, light, None]
    heavy.refresh_from_db()
    assert (heavy.assignee, heavy.state) == (tomas, State.WORKING)


def test_nobody_is_served_their_own_request_nor_a_private_one(monday, ask, tomas, maya, ada):
    own = ask(tomas)
    trusted = TeamFactory()
    trusted.members.add(ada)
    secret = ServiceClassFactory(name="Confidential")
    make_private(by=None, service_class=secret, teams=[trusted])
    private = ask(maya, secret)
    assert served(tomas) is None
    assert {served(ada), served(ada)} == {own, private}


def test_skills_say_who_is_served_what(monday, ask, maya, tomas, ada, ines, printing):
    sql = keep_skill(by=ines, skill=None, name="Databases", people=[ada], service_classes=[printing])
    ticket = ask(maya)
    assert served(tomas) is None
    remove_skill(by=ines, skill=sql)
    assert served(tomas) == ticket
    with pytest.raises(Refused, match="leads"):
        keep_skill(by=tomas, skill=None, name="Magic", people=[tomas], service_classes=[])


def test_two_skills_of_one_name_are_one_too_many(monday, ines):
    keep_skill(by=ines, skill=None, name="Databases", people=[], service_classes=[])
    with pytest.raises(Refused, match="already"):
        keep_skill(by=ines, skill=None, name="databases ", people=[], service_classes=[])


def test_what_one_leaves_goes_to_a_colleague_and_not_back_to_them_today(monday, ask, maya, tomas, ada):
    ticket = ask(maya)
    skip(by=tomas, ticket=served(tomas), reason=SkipReason.SKILL)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.state) == (None, State.ASKED)
    assert served(tomas) is None
    with clock.at(MONDAY + timedelta(days=1)):
        assert served(tomas) == ticket
    assert [(one.person, one.reason) for one in Skip.objects.all()] == [(tomas, SkipReason.SKILL)]
    assert Event.objects.filter(tag="ticket:skipped", by=tomas).count() == 1
    with pytest.raises(Refused, match="Only whoever holds it"):
        skip(by=ada, ticket=ticket, reason=SkipReason.TIME)


def test_customers_serve_nobody(monday, ask, maya):
    ask(maya)
    with pytest.raises(Refused):
        served(maya)


def test_the_page_serves_tells_why_and_lets_go(desk, monday, ask, maya):
    other, ticket = ask(maya), ask(maya, severity="stopped", people_held_up=3)
    today = desk.get(reverse("desk:today")).content.decode()
    assert "Serve next" in today
    answer = desk.post(reverse("desk:next", args=["rapid"]))
    assert answer.url == reverse("desk:ticket", args=[ticket.pk]) + "?served"
    page = " ".join(desk.get(answer.url).content.decode().split())
    assert f"Next in line, and now yours.</strong> Above {other.pk}: 3 people stopped." in page
    assert "Next in line" not in desk.get(reverse("desk:ticket", args=[ticket.pk])).content.decode()
    assert desk.post(reverse("desk:skipped", args=[ticket.pk]), {"reason": "odd"}).url == answer.url
    assert desk.post(reverse("desk:skipped", args=[ticket.pk]), {"reason": "time"}).url == reverse("desk:today")
    ticket.refresh_from_db()
    assert ticket.assignee is None
    assert desk.post(reverse("desk:next", args=["rapid"])).url == reverse("desk:ticket", args=[other.pk]) + "?served"
    assert desk.post(reverse("desk:next", args=["rapid"])).url == reverse("desk:today")
    assert desk.post(reverse("desk:next", args=["fast"])).status_code == 404
