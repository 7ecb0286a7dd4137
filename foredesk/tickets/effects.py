from django.utils import timezone

from foredesk.kit.queue import task
from foredesk.mail.actions import post
from foredesk.people.models import Person
from foredesk.people.queries import zone_for

from .emails import letter
from .enums import News
from .models import Ticket
from .queries import where_it_goes_on
from .queries.news import load, recipients
from .rules import can_answer_as_customer


@task()
def tell(news: str, ticket_id: int, item_id: int, by_id: int | None, pierces: str = "") -> None:
    """Tell everybody concerned by mail what happened on a ticket, except whoever did it.

    `item_id` names the message, restatement, solution, follower or span it is about (else the ticket's version):
    together with the recipient it makes the mail's key, so that running twice sends once.
    `pierces`: why it is an emergency, which reaches people in focus too.
    """
    kind = News(news)
    found = load(kind, ticket_id, item_id)
    if found is None:
        return
    for person in recipients(kind, found):
        if person.pk != by_id:
            with timezone.override(zone_for(person)):  # a mail tells times as its reader's clock does
                written = letter(kind, found, person, pierces)
            # What people hear as customers interrupts nobody: they asked, and wait for it themselves.
            at_once = bool(pierces) or can_answer_as_customer(person, found.ticket)
            _send(kind, found.ticket, item_id, person, written, _scope(kind, found.ticket), at_once)


def _scope(news: News, ticket: Ticket) -> str:
    """Who of IT may find the mail again: with a merge it tells of the other ticket too, which may be private."""
    told_of = where_it_goes_on(ticket) if news == News.MERGED else ticket
    return f"class:{told_of.service_class_id}"


def _send(
    news: News, ticket: Ticket, item_id: int, person: Person, written: tuple[str, str, str], scope: str, at_once: bool
) -> None:
    subject, text, html = written
    post(
        to=person,
        kind=news.value,
        key=f"ticket:{ticket.pk}:{news.value}:{item_id}:{person.pk}",
        subject=subject,
        text=text,
        html=html,
        about=f"ticket:{ticket.pk}",
        scope=scope,
        at_once=at_once,
    )
