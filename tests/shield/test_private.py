"""What became private while somebody was in focus is told only to who serves it, on pages and by mail."""

import pytest
from django.urls import reverse

from foredesk.catalogue.actions import make_private
from foredesk.kit import clock
from foredesk.mail.enums import OutboxState
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Person
from foredesk.shield import queries
from foredesk.shield.actions import add_note, assign, keep_time
from foredesk.tickets.actions import follow
from foredesk.tickets.enums import FollowerReason
from foredesk.tickets.models import Ticket
from tests.factories import TeamFactory

from .conftest import after, signed_in


@pytest.fixture
def held(focus, ticket, ada, maria) -> Ticket:
    """Maria follows a request, is mentioned on it and asked to take it on, all of it while she is in focus."""
    follow(by=ada, ticket=ticket, person=maria, reason=FollowerReason.OWNER)
    add_note(by=ada, ticket=ticket, body="Look at the drum", mentions=[maria])
    assign(by=ada, ticket=ticket, assignee=maria)
    return ticket


def close_off(ticket: Ticket, *people: Person) -> None:
    team = TeamFactory(name="Staff matters")
    team.members.add(*people)
    make_private(by=None, service_class=ticket.service_class, teams=[team])


def after_the_focus(person: Person) -> dict[str, tuple[str, bool]]:
    """What became of each kind of mail to somebody: its state, and whether it still has words."""
    with clock.at(after(51)):
        keep_time()
    mails = OutboxMessage.objects.filter(to=person.email)
    return {mail.kind: (mail.state, bool(mail.text or mail.html)) for mail in mails}


def test_afterwards_nothing_of_it_is_told_to_who_must_not_know(held, maria, ada):
    close_off(held, ada)
    gone = (OutboxState.DROPPED, False)
    assert after_the_focus(maria) == {"follows": gone, "mentioned": gone, "assigned": gone}


def test_who_serves_it_hears_of_it_afterwards(held, maria, ada):
    close_off(held, ada, maria)
    told = after_the_focus(maria)
    assert told["mentioned"] == told["assigned"] == (OutboxState.SENT, True)


def test_meanwhile_it_waits_for_nobody_who_must_not_know(held, maria, ada):
    before = queries.waiting_for(Person.objects.get(pk=maria.pk))
    assert before is not None
    assert (len(before.mentions), before.tickets) == (1, {held.pk})
    close_off(held, ada)
    Ticket.objects.filter(pk=held.pk).update(assignee=maria)  # as if she had kept it
    said = signed_in(maria).get(reverse("desk:mine") + "?look=now").content.decode()
    assert "Nothing waits for you" in said
    assert "drum" not in said


def test_the_outbox_of_others_does_not_show_that_it_waits(held, maria, ada, lead):
    outbox = reverse("mail:outbox")
    assert "Held while Maria" in signed_in(lead).get(outbox).content.decode()
    close_off(held, ada)
    assert "Held while Maria" not in signed_in(lead).get(outbox).content.decode()
