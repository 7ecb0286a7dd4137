"""What people see of promises: the customer's pages, the desk, the cards, the calibration page."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from foredesk.catalogue.actions import make_private
from foredesk.forecasts.actions import add_step, promise_anew, renew_promises
from foredesk.forecasts.models import Quote, Tally
from foredesk.kit import clock
from foredesk.tickets.actions import follow
from foredesk.tickets.enums import FollowerReason
from tests.factories import DepartmentFactory, PersonFactory, ServiceClassFactory, TeamFactory

from .conftest import MONDAY, present


def page(person, name: str, *args: object) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


WORDS = "Usually done between today 13:15 and 15:45."
SOURCE = "rom 40 requests like this one in the last 90 days"


def test_it_stands_on_every_page_of_a_request(measured, ask, maya, tomas) -> None:
    measured()
    ticket = ask(maya)
    for person, name, args in (
        (maya, "portal:request", [ticket.pk]),
        (maya, "portal:requests", []),
        (tomas, "desk:ticket", [ticket.pk]),
    ):
        shown = page(person, name, *args)
        assert WORDS in shown, name
        assert SOURCE in shown, name
    client = Client()
    client.force_login(maya)
    assert WORDS in client.get(reverse("portal:request", args=[ticket.pk]) + "?sent=1").content.decode()


def test_what_was_promised_before_stays_on_the_page(measured, ask, maya) -> None:
    measured()
    ticket, kim = ask(maya), PersonFactory()
    follow(by=maya, ticket=ticket, person=kim, reason=FollowerReason.HELD_UP)
    with clock.at(MONDAY + timedelta(minutes=315)):
        renew_promises()
        for person in (maya, kim):
            shown = page(person, "portal:request", ticket.pk)
            assert "First promised until today 15:45." in shown
            assert "It takes longer than" in shown


def test_an_agent_promises_from_the_tickets_page(measured, ask, maya, tomas) -> None:
    measured()
    ticket = ask(maya)
    desk = Client()
    desk.force_login(tomas)
    address = reverse("desk:promise", args=[ticket.pk])
    assert WORDS in desk.get(address).content.decode()
    sent = {"until": "2026-11-18T12:00", "reason": "", "version": ticket.version}
    assert desk.post(address, sent).status_code == 422
    assert Quote.objects.filter(ticket=ticket).count() == 1
    assert desk.post(address, sent | {"reason": "The part comes on Tuesday."}).status_code == 302
    quote = present(ticket)
    assert (quote.by, quote.reason) == (tomas, "The part comes on Tuesday.")


def test_nobody_promises_over_somebody_elses_change(measured, ask, maya, tomas) -> None:
    measured()
    ticket = ask(maya)
    desk = Client()
    desk.force_login(tomas)
    old = ticket.version
    add_step(by=tomas, ticket=ticket, title="Paper ordered")
    sent = {"until": "2026-11-18T12:00", "reason": "Because", "version": old}
    assert desk.post(reverse("desk:promise", args=[ticket.pk]), sent).status_code == 409


def test_steps_are_planned_and_ticked_off_at_the_desk(ask, maya, tomas) -> None:
    ticket = ask(maya)
    desk = Client()
    desk.force_login(tomas)
    assert desk.post(reverse("desk:steps", args=[ticket.pk]), {"title": ""}).status_code == 422
    sent = {"title": "Paper ordered", "owner": tomas.pk, "planned_on": "2026-11-20"}
    assert desk.post(reverse("desk:steps", args=[ticket.pk]), sent).status_code == 302
    step = ticket.milestones.get()
    assert (step.owner, step.planned_on) == (tomas, date(2026, 11, 20))
    shown = page(maya, "portal:request", ticket.pk)
    assert "Paper ordered" in shown
    assert "planned for 20 November" in shown
    for name, done in (("step_end", 1), ("step_again", 0)):
        desk.post(reverse(f"desk:{name}", args=[ticket.pk, step.pk]))
        assert ticket.milestones.filter(done_at__isnull=False).count() == done
    desk.post(reverse("desk:step_removal", args=[ticket.pk, step.pk]))
    assert not ticket.milestones.exists()


def test_a_step_of_another_ticket_does_not_exist_here(ask, maya, tomas) -> None:
    one, other = ask(maya), ask(maya)
    step = add_step(by=tomas, ticket=other, title="Paper")
    desk = Client()
    desk.force_login(tomas)
    assert desk.get(reverse("desk:step", args=[one.pk, step.pk])).status_code == 404
    assert desk.post(reverse("desk:step_removal", args=[one.pk, step.pk])).status_code == 404


def test_a_private_request_shows_its_promise_to_nobody_else(measured, ask, maya, tomas) -> None:
    secret = ServiceClassFactory(name="Secret", offered=True)
    make_private(by=None, service_class=secret, teams=[TeamFactory(name="Trusted")])
    ticket = ask(maya, kind=secret)
    assert "We aim to have it done" in page(maya, "portal:request", ticket.pk)
    desk = Client()
    desk.force_login(tomas)
    for name in ("desk:promise", "desk:steps", "desk:ticket"):
        assert desk.get(reverse(name, args=[ticket.pk])).status_code == 404
    with pytest.raises(Exception, match="Only IT"):
        promise_anew(by=tomas, ticket=ticket, until=MONDAY + timedelta(days=1), reason="x")


# --- Cards -------------------------------------------------------------------------------------------


@pytest.fixture
def head(db):
    head = PersonFactory()
    DepartmentFactory(head=head)
    return head


def test_cards_tell_measured_times_and_say_so_where_there_are_none(measured, head, tomas) -> None:
    measured()
    ServiceClassFactory(name="Scarce", offered=True, solution_minutes=960)
    for person in (head, tomas):
        shown = page(person, "forecasts:cards")
        assert "<strong>3 h 20</strong> to <strong>5 h 40</strong> of working time" in shown
        assert "Measured on 40 requests in the last 90 days." in shown
        assert "We aim for <strong>2 days</strong> of working time" in shown
        assert "0 requests in the last 90 days are too few to measure" in shown
        assert "Too few promises have come due" in shown
        assert "As measured on 16 November 2026." in shown


def test_cards_of_private_kinds_are_for_those_who_serve_them(head, tomas) -> None:
    team = TeamFactory(name="Trusted")
    secret = ServiceClassFactory(name="Staff matters", offered=True)
    make_private(by=None, service_class=secret, teams=[team])
    insider = PersonFactory(agent=True)
    team.members.add(insider)
    assert "Staff matters" not in page(head, "forecasts:cards")
    assert "Staff matters" not in page(tomas, "forecasts:cards")
    assert "Staff matters" in page(insider, "forecasts:cards")


def test_cards_are_not_for_everybody(maya) -> None:
    client = Client()
    client.force_login(maya)
    assert client.get(reverse("forecasts:cards")).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_cards_take_as_many_queries_for_three_kinds_as_for_one(head, number, django_assert_max_num_queries) -> None:
    for place in range(number):
        ServiceClassFactory(name=f"Kind {place}", offered=True)
    client = Client()
    client.force_login(head)
    with django_assert_max_num_queries(15):
        client.get(reverse("forecasts:cards"))


# --- Calibration -------------------------------------------------------------------------------------


def tally(kind, kept: int, missed: int, month: date = date(2026, 10, 1)) -> Tally:
    return Tally.objects.create(
        service_class=kind, month=month, kept=kept, missed=missed, width=120, padding=-30, renewed=2
    )


def test_calibration_tells_shares_from_five_promises_on(printing) -> None:
    lead = PersonFactory(lead=True)
    assert "Nothing to tell yet" in page(lead, "forecasts:calibration")
    tally(printing, 17, 3)
    tally(ServiceClassFactory(name="Scarce"), 4, 0)
    shown = page(lead, "forecasts:calibration")
    assert "85 of 100" in shown
    assert "100 of 100" not in shown
    assert "too few to say" in shown
    assert "−30 min" in shown


def test_calibration_hides_private_kinds_also_in_its_drawing(printing) -> None:
    secret = ServiceClassFactory(name="Staff matters")
    make_private(by=None, service_class=secret, teams=[TeamFactory(name="Trusted")])
    tally(printing, 9, 1)
    tally(secret, 0, 90)
    shown = page(PersonFactory(lead=True), "forecasts:calibration")
    assert "Staff matters" not in shown
    assert '<text class="kept-value" x="320"' in shown
    assert ">90</text>" in shown


@pytest.mark.parametrize("number", [1, 3])
def test_calibration_takes_as_many_queries_for_three_as_for_one(number, django_assert_max_num_queries) -> None:
    for place in range(number):
        tally(ServiceClassFactory(name=f"Kind {place}"), 9, 1)
    client = Client()
    client.force_login(PersonFactory(lead=True))
    with django_assert_max_num_queries(14):
        client.get(reverse("forecasts:calibration"))
