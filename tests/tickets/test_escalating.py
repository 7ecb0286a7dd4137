"""The escalation path of a class, carried out on its tickets: once for each step, and only in IT's hands."""

from datetime import timedelta

import pytest

from foredesk.activity.queries import events_about
from foredesk.catalogue.actions import set_path
from foredesk.catalogue.enums import Whom, Without
from foredesk.catalogue.rules import Step
from foredesk.kit import clock
from foredesk.kit.queue import at_once
from foredesk.mail.models import OutboxMessage
from foredesk.tickets import actions, jobs, queries
from foredesk.tickets.enums import Answer, Holder
from foredesk.tickets.queries import path_ahead
from tests.factories import PersonFactory

HOUR = timedelta(hours=1)


@pytest.fixture
def olga(db):
    return PersonFactory(full_name="Olga Berg", lead=True)


@pytest.fixture
def path(printing, olga, ada):
    """Ada after two hours, the leads after four, of working time."""
    steps = [Step(whom=Whom.PERSON, person=ada, after_minutes=120), Step(whom=Whom.LEADS, after_minutes=240)]
    set_path(by=olga, service_class=printing, steps=steps)


@pytest.fixture
def ticket(monday, maya, path, ask):
    return ask(maya, goal="paperjam")


def _after(moment) -> None:
    with clock.at(moment), at_once():
        jobs.escalate()
        jobs.escalate()


def _told() -> list[str]:
    return list(OutboxMessage.objects.filter(kind="escalated").order_by("pk").values_list("to", flat=True))


def test_each_step_is_taken_once_when_it_comes(ticket, monday, ada, olga):
    _after(monday + 2 * HOUR - timedelta(seconds=1))
    assert _told() == []
    _after(monday + 2 * HOUR)
    _after(monday + 3 * HOUR)
    assert _told() == [ada.email]
    _after(monday + 4 * HOUR)
    _after(monday + timedelta(days=3))
    assert _told() == [ada.email, olga.email]
    ticket.refresh_from_db()
    assert (ticket.steps_taken, ticket.escalates_at) == (2, None)
    said = [event.data["to"] for event in events_about(ticket).filter(tag="ticket:escalated")]
    assert said == ["Ada Lindqvist", "the leads of the desk"]


def test_the_mail_is_short_and_says_what_to_do(ticket, monday, tomas, ada):
    actions.take(by=tomas, ticket=ticket)
    _after(monday + 2 * HOUR)
    mail = OutboxMessage.objects.get(kind="escalated")
    assert mail.subject == f"You are next: Paperjam [{ticket.pk}]"
    assert "“Paperjam” of Maya Ortiz has been here for 2 working hours without a solution." in mail.text
    assert "It is with Tomás Reyes." in mail.text
    assert f"/desk/tickets/{ticket.pk}/" in mail.text
    assert mail.about == f"ticket:{ticket.pk}"


def test_nights_do_not_count_unless_the_step_says_so(monday, maya, printing, olga, ada, ask):
    set_path(
        by=olga,
        service_class=printing,
        steps=[
            Step(whom=Whom.PERSON, person=ada, after_minutes=12 * 60, out_of_hours=True),
            Step(whom=Whom.LEADS, after_minutes=8 * 60),
        ],
    )
    ask(maya, goal="paperjam")
    _after(monday + 13 * HOUR)
    assert _told() == [ada.email]
    _after(monday + 23 * HOUR)  # Tuesday 9:00: seven hours on Monday, one today
    assert _told() == [ada.email, olga.email]


def test_waiting_stops_the_clock(ticket, monday, tomas, ada):
    with clock.at(monday + HOUR):
        actions.wait_for(
            by=tomas, ticket=ticket, holder=Holder.SUPPLIER, reason="the drum", until=monday + timedelta(days=5)
        )
        assert path_ahead(ticket).moment is None
    _after(monday + timedelta(days=1))
    assert _told() == []
    with clock.at(monday + timedelta(days=1)):
        actions.resume(by=tomas, ticket=ticket)
        ahead = path_ahead(ticket)
        assert (ahead.whom, ahead.moment) == ("Ada Lindqvist", monday + timedelta(days=1) + HOUR)
        assert ahead.then == ["the leads of the desk"]
    _after(monday + timedelta(days=1) + HOUR - timedelta(seconds=1))
    assert _told() == []
    _after(monday + timedelta(days=1) + HOUR)
    assert _told() == [ada.email]


def test_a_first_reply_makes_the_step_without_one_needless(monday, maya, tomas, printing, olga, ada, ask):
    first = Step(whom=Whom.PERSON, person=ada, after_minutes=60, without=Without.FIRST_REPLY)
    set_path(by=olga, service_class=printing, steps=[first, Step(whom=Whom.LEADS, after_minutes=180)])
    answered, stands = ask(maya, goal="paperjam"), ask(maya, goal="paperjam again")
    actions.reply(by=tomas, ticket=answered, body="We are at it.")
    _after(monday + HOUR)
    assert _told() == [ada.email]
    _after(monday + 3 * HOUR)
    assert _told() == [ada.email, olga.email, olga.email]
    stands.refresh_from_db()
    answered.refresh_from_db()
    assert (stands.steps_taken, answered.steps_taken) == (2, 2)


def test_what_came_back_begins_its_path_anew(ticket, monday, maya, tomas, ada):
    actions.restate(by=tomas, ticket=ticket, text="You need 60 sheets.")
    _after(monday + 2 * HOUR)
    with clock.at(monday + 3 * HOUR):
        fix = actions.offer_solution(by=tomas, ticket=ticket, text="A new drum")
    _after(monday + 5 * HOUR)
    assert _told() == [ada.email]  # the customer has the next move
    with clock.at(monday + 5 * HOUR):
        actions.answer_solution(by=maya, solution=fix, answer=Answer.NO, words="It jams")
    _after(monday + 7 * HOUR - timedelta(seconds=1))
    assert _told() == [ada.email]
    _after(monday + 7 * HOUR)
    assert _told() == [ada.email, ada.email]


def test_a_merged_request_goes_no_further_on_its_path(monday, maya, jon, tomas, path, ask, ada):
    older, newer = ask(maya, goal="paperjam"), ask(jon, goal="paperjam too")
    actions.merge(by=tomas, ticket=newer, into=older)
    _after(monday + 2 * HOUR)
    assert _told() == [ada.email]


def test_a_new_path_concerns_open_requests_too(monday, maya, printing, olga, ada, ask):
    asked = ask(maya, goal="paperjam")
    _after(monday + HOUR)
    asked.refresh_from_db()
    assert asked.escalates_at is None
    with clock.at(monday + HOUR), at_once():
        set_path(by=olga, service_class=printing, steps=[Step(whom=Whom.PERSON, person=ada, after_minutes=90)])
    asked.refresh_from_db()
    assert asked.escalates_at == monday + HOUR
    _after(monday + timedelta(minutes=90))
    assert _told() == [ada.email]


def test_who_does_not_serve_a_private_request_is_never_told(monday, maya, confide, confidential, confidants, olga, ada):
    set_path(by=olga, service_class=confidential, steps=[Step(whom=Whom.LEADS, after_minutes=60)])
    confide(maya)
    _after(monday + 2 * HOUR)
    assert _told() == []  # the only lead is in none of its teams, and nobody is responsible
    confidants.members.add(olga)
    confide(maya)
    _after(monday + 3 * HOUR)
    assert _told() == [olga.email]


def test_a_step_outside_is_told_to_the_leads_with_its_number(monday, maya, printing, olga, ask):
    outside = Step(whom=Whom.OUTSIDE, contact="Print supplier, 020 555 0199", after_minutes=60)
    set_path(by=olga, service_class=printing, steps=[outside])
    ask(maya, goal="paperjam")
    _after(monday + HOUR)
    mail = OutboxMessage.objects.get(kind="escalated")
    assert mail.to == olga.email
    assert "Next is somebody outside: Print supplier, 020 555 0199. Please ask them" in mail.text


def test_nobody_is_told_of_their_own_request(monday, path, ask, ada, olga):
    ask(ada, goal="paperjam")
    _after(monday + 2 * HOUR)
    assert _told() == [olga.email]


def test_another_kind_is_another_path(ticket, monday, tomas, confidential, ada):
    other = ticket.service_class
    with clock.at(monday + HOUR):
        from tests.factories import ServiceClassFactory

        plain = ServiceClassFactory()
        actions.classify(by=tomas, ticket=ticket, service_class=plain, size=ticket.size)
    _after(monday + 3 * HOUR)
    assert _told() == []
    with clock.at(monday + 3 * HOUR):
        actions.classify(by=tomas, ticket=ticket, service_class=other, size=ticket.size)
    _after(monday + 3 * HOUR)
    assert _told() == [ada.email]


def test_a_round_over_three_reads_as_much_as_over_one(monday, maya, path, ask, django_assert_num_queries):
    from foredesk.tickets.queries.escalation import to_escalate

    for number in range(1, 4):
        ask(maya, goal="paperjam")
        with django_assert_num_queries(1):
            assert len(list(to_escalate())) == number


def test_the_record_tells_it_to_it(ticket, monday, tomas):
    _after(monday + 2 * HOUR)
    words = [entry.text for entry in queries.activity(ticket, tomas)]
    assert "After 2 working hours without a solution, Ada Lindqvist heard of it." in words
