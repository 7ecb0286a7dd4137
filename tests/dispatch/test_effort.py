"""Work is measured from opening to acting, without pauses, for the ticket and not for the person."""

from datetime import timedelta

import pytest
from django.urls import reverse

from foredesk.catalogue.actions import make_private
from foredesk.dispatch.actions import add_up, correct_effort, forget_sittings
from foredesk.dispatch.models import Effort, Sitting
from foredesk.dispatch.queries import effort_of
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.tickets import actions as tickets
from foredesk.tickets.models import Ticket
from tests.factories import ServiceClassFactory, TeamFactory

from .conftest import MONDAY

SECOND = timedelta(seconds=1)


@pytest.fixture
def ticket(monday, ask, maya) -> Ticket:
    return ask(maya)


def sit(person, ticket, since, seconds) -> None:
    """The page tells every ten seconds that it is open."""
    for at in range(0, seconds + 1, 10):
        with clock.at(since + at * SECOND):
            tickets.visit(by=person, ticket=ticket)


def act(person, ticket, at) -> None:
    with clock.at(at):
        tickets.add_note(by=person, ticket=ticket, body="The fuser is worn.")
    add_up()


def test_from_opening_to_acting(ticket, tomas):
    sit(tomas, ticket, MONDAY, 300)
    assert not Effort.objects.exists()  # nobody knows yet whether it was work
    act(tomas, ticket, MONDAY + 310 * SECOND)
    assert Effort.objects.get().seconds == 310
    sit(tomas, ticket, MONDAY + 310 * SECOND, 50)
    act(tomas, ticket, MONDAY + 360 * SECOND)
    assert Effort.objects.get().seconds == 360


def test_idle_time_is_cut_off(ticket, tomas):
    sit(tomas, ticket, MONDAY, 60)
    act(tomas, ticket, MONDAY + timedelta(hours=2))
    assert Effort.objects.get().seconds == 60 + 120


def test_looking_without_acting_is_no_work(ticket, tomas):
    sit(tomas, ticket, MONDAY, 600)
    with clock.at(MONDAY + timedelta(hours=25)):
        forget_sittings()
    assert not Sitting.objects.exists()
    act(tomas, ticket, MONDAY + timedelta(hours=26))
    assert not Effort.objects.exists()


def test_two_people_add_up_and_who_took_how_long_is_not_kept(ticket, tomas, ada):
    sit(tomas, ticket, MONDAY, 100)
    sit(ada, ticket, MONDAY, 200)
    act(tomas, ticket, MONDAY + 100 * SECOND)
    act(ada, ticket, MONDAY + 200 * SECOND)
    assert Effort.objects.get().seconds == 300
    assert {field.name for field in Effort._meta.concrete_fields} == {"id", "ticket", "seconds", "corrected_by"}
    assert set(Sitting.objects.values_list("seconds", flat=True)) == {0}


def test_it_can_be_corrected_and_goes_on_from_there(ticket, tomas, maya):
    sit(tomas, ticket, MONDAY, 60)
    correct_effort(by=tomas, ticket=ticket, minutes=25)
    sit(tomas, ticket, MONDAY + 60 * SECOND, 60)
    act(tomas, ticket, MONDAY + 120 * SECOND)
    found = effort_of(ticket)
    assert found.is_corrected
    assert 25 <= found.minutes <= 28
    with pytest.raises(Refused):
        correct_effort(by=maya, ticket=ticket, minutes=1)


def test_a_quick_request_far_beyond_what_is_usual_suggests_a_hand_off(ticket, tomas, desk):
    tickets.take(by=tomas, ticket=ticket)
    correct_effort(by=tomas, ticket=ticket, minutes=30)
    assert not effort_of(ticket).suggests_hand_off
    correct_effort(by=tomas, ticket=ticket, minutes=31)
    assert effort_of(ticket).suggests_hand_off
    page = " ".join(desk.get(reverse("desk:ticket", args=[ticket.pk])).content.decode().split())
    assert "31 min of work went into this, and 10 min is usual." in page
    assert "usually 10 min, assumed from its usual size, until enough has been measured" in page


def test_the_panel_corrects_it(ticket, tomas, desk):
    address = reverse("desk:effort", args=[ticket.pk])
    assert "How much work was it?" in desk.get(address).content.decode()
    assert desk.post(address, {"minutes": "soon"}).status_code == 422
    assert desk.post(address, {"minutes": "1 h 30"}).status_code == 302
    assert effort_of(ticket).minutes == 90


def test_of_a_private_request_nobody_outside_says_how_much_work_it_was(monday, ask, maya, tomas, ada):
    trusted = TeamFactory()
    trusted.members.add(ada)
    secret = ServiceClassFactory(name="Confidential")
    make_private(by=None, service_class=secret, teams=[trusted])
    private = ask(maya, secret)
    with pytest.raises(Refused):
        correct_effort(by=tomas, ticket=private, minutes=5)
    correct_effort(by=ada, ticket=private, minutes=5)
    assert effort_of(private).minutes == 5
