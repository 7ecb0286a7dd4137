"""What becomes of an answer to a mail of ours that is about several things: the mail says it, and it is so."""

from datetime import timedelta

import pytest
from django.urls import reverse

from foredesk.catalogue.actions import make_private
from foredesk.intake.enums import Became, IncomingState
from foredesk.kit import clock
from foredesk.mail.actions import choose_ways, written
from foredesk.mail.enums import Topic, Way
from foredesk.mail.jobs import deliver_forgotten
from foredesk.mail.models import OutboxMessage
from foredesk.mail.rules import message_id
from foredesk.people.enums import Role
from foredesk.tickets.actions import follow
from foredesk.tickets.enums import FollowerReason, Measure
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import conversation
from tests.factories import PersonFactory, ServiceClassFactory, TeamFactory

BEGINS = "An answer to this e-mail begins a new request. To answer one of these, open it by its title."


@pytest.fixture
def ben(db):
    person = PersonFactory(full_name="Ben Osei", email="ben@ashgrove.example")
    choose_ways(by=person, ways={Topic.FOLLOWED: Way.DIGEST})
    return person


@pytest.fixture
def told(arrive, maya, tomas, ben):
    """The mail of the day of somebody who follows so many requests, as one of those held up or only to hear of it."""

    def told_of(*reasons: FollowerReason) -> tuple[OutboxMessage, list[Ticket]]:
        tickets = [arrive(subject=f"Printer {letter}").ticket for letter, _reason in zip("ABC", reasons, strict=False)]
        for ticket, reason in zip(tickets, reasons, strict=True):
            follow(by=tomas, ticket=ticket, person=ben, reason=reason, measure=Measure.EVERYTHING)
        with clock.at(clock.now() + timedelta(days=1)):
            deliver_forgotten()
        return OutboxMessage.objects.get(kind="digest"), tickets

    return told_of


HELD_UP, INTERESTED = FollowerReason.HELD_UP, FollowerReason.INTERESTED


def lines(ticket: Ticket, reader) -> list[str]:
    return [one.text for one in conversation(ticket, reader) if one.kind == "event" and "answers our" in one.text]


def test_of_several_it_begins_a_new_one_that_names_them_to_it(arrive, told, tomas, client):
    digest, tickets = told(HELD_UP, HELD_UP, INTERESTED)
    text, html = written(digest)
    assert text.count(BEGINS) == 1
    assert BEGINS in " ".join(html.split())
    mail = arrive(words="When do you come?", sender="Ben Osei <ben@ashgrove.example>", answers=message_id(digest))
    assert mail.became == Became.REQUEST
    first, second, _third = (ticket.pk for ticket in tickets)
    assert lines(mail.ticket, tomas) == [f"It answers our mail of the day about {first}, {second}."]
    assert lines(mail.ticket, mail.person) == []
    client.force_login(tomas)
    page = client.get(reverse("desk:ticket", args=[mail.ticket.pk])).content.decode()
    assert (
        f'about <a href="/desk/tickets/{first}/">{first}</a>, <a href="/desk/tickets/{second}/">{second}</a>.' in page
    )


def test_the_only_one_that_its_reader_may_answer_gets_it(arrive, told):
    digest, (first, _second) = told(HELD_UP, INTERESTED)
    text, html = written(digest)
    assert "What you answer to this e-mail goes to “Printer A”." in text
    assert "goes to “Printer A”." in html
    mail = arrive(words="It stands by the window.", sender="ben@ashgrove.example", answers=message_id(digest))
    assert (mail.became, mail.ticket, mail.message.body) == (Became.REPLY, first, "It stands by the window.")


@pytest.mark.parametrize("names", ["#{}: it works again.", "It works.\n\n> Request {}: http://x.example/", "See [{}]"])
def test_one_that_is_named_gets_it(arrive, told, names):
    digest, (_first, second) = told(HELD_UP, HELD_UP)
    mail = arrive(words=names.format(second.pk), sender="ben@ashgrove.example", answers=message_id(digest))
    assert (mail.became, mail.ticket) == (Became.REPLY, second)


def test_two_that_are_named_are_several(arrive, told):
    digest, (first, second) = told(HELD_UP, HELD_UP)
    words = f"Both #{first.pk} and #{second.pk} work."
    mail = arrive(words=words, sender="ben@ashgrove.example", answers=message_id(digest))
    assert mail.became == Became.REQUEST


def test_somebody_else_gets_nowhere_by_it(arrive, told, maya, tomas):
    digest, (first,) = told(HELD_UP)
    mail = arrive(words="Hello?", sender="zed@elsewhere.example", answers=message_id(digest))
    assert (mail.became, mail.ticket != first) == (Became.REQUEST, True)
    assert lines(mail.ticket, tomas) == []


def test_a_private_one_is_named_to_its_team_alone(arrive, told, tomas, ben):
    digest, (first, second) = told(HELD_UP, HELD_UP)
    team, private = TeamFactory(), ServiceClassFactory(name="Illness")
    team.members.add(PersonFactory(role=Role.AGENT, full_name="Ada Lindqvist"))
    make_private(by=None, service_class=private, teams=[team])
    second.followers.update(by_customer=True)
    Ticket.objects.filter(pk=second.pk).update(service_class=private)
    mail = arrive(words="When do you come?", sender="ben@ashgrove.example", answers=message_id(digest))
    assert lines(mail.ticket, tomas) == [f"It answers our mail of the day about {first.pk}."]
    assert lines(mail.ticket, team.members.get()) == [
        f"It answers our mail of the day about {first.pk}.",
        f"It answers our mail of the day about {second.pk}.",
    ]


def test_our_own_words_alone_are_no_request(arrive, told):
    digest, _tickets = told(HELD_UP, HELD_UP)
    quoted = "".join(f"> {line}\n" for line in written(digest)[0].splitlines())
    mail = arrive(
        words=f"On Thu, 26 Nov 2026 at 10:00, IT desk <desk@ashgrove.example> wrote:\n{quoted}",
        sender="ben@ashgrove.example",
        answers=message_id(digest),
    )
    assert mail.state == IncomingState.SET_ASIDE
