from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from foredesk.activity.models import Event
from foredesk.kit.queue import task
from foredesk.mail.actions import post
from foredesk.mail.enums import NotSent, Topic
from foredesk.people.models import Person
from foredesk.people.queries import agents, zone_for

from .emails import letter
from .enums import News
from .models import Ticket
from .queries import where_it_goes_on, with_people
from .queries.news import load, recipients, topic_of
from .queries.silence import still_promised
from .reminders import silence_letter, step_letter
from .rules import can_answer_as_customer, can_work_on
from .rules.telling import key_of_news


@task()
def tell(
    news: str,
    ticket_id: int,
    item_id: int,
    by_id: int | None,
    pierces: str = "",
    not_sent: str = "",
    heard: Sequence[int] = (),
) -> None:
    """Tell everybody concerned by mail what happened on a ticket, except whoever did it.

    `item_id` names the message, restatement, solution, follower or span it is about (else the ticket's version):
    together with the recipient it makes the mail's key, so that running twice sends once.
    `pierces`: why it is an emergency, which reaches people in focus too.
    `not_sent`: why it is not (`mail.enums.NotSent`); it stands in the outbox all the same.
    `heard`: who has it already. Whoever works on the ticket hears it from us all the same, as an answer to our mail
    comes back to it.
    """
    kind = News(news)
    found = load(kind, ticket_id, item_id)
    if found is None:
        return
    for person in recipients(kind, found):
        has_it = person.pk in heard and not can_work_on(person, found.ticket)
        if person.pk != by_id and not has_it:
            with timezone.override(zone_for(person)):  # a mail tells times as its reader's clock does
                written = letter(kind, found, person, pierces)
            more = {"pierces": bool(pierces), "not_sent": NotSent(not_sent) if not_sent else None}
            _send(kind, found.ticket, item_id, person, written, _scope(kind, found.ticket), **more)


@task()
def tell_of_silence(news: str, person_id: int, promises: list[list[Any]]) -> None:
    """Remind one person of the updates that customers were promised: `promises` are tickets and moments (ISO 8601).

    One mail however many there are, without those that were kept meanwhile. The promises make its key.
    """
    person = Person.objects.get(pk=person_id)
    tickets = still_promised(person, [(number, due) for number, due in promises])
    if not tickets:
        return
    with timezone.override(zone_for(person)):
        subject, text, html = silence_letter(News(news), tickets, person)
    classes = {one.service_class_id for one in tickets if one.service_class.is_private}
    post(
        to=person,
        kind=news,
        key=f"{news}:{person_id}:" + ",".join(f"{number}@{due}" for number, due in promises),
        subject=subject,
        text=text,
        html=html,
        about=f"ticket:{tickets[0].pk}" if len(tickets) == 1 else "",
        scope=f"class:{classes.pop()}" if classes else _scope(News(news), tickets[0]) if len(tickets) == 1 else "",
        topic=Topic.REMINDERS,
    )


@task()
def tell_of_step(ticket_id: int, event_id: int) -> None:
    """Tell those whom a step of the escalation path reached, as far as they may still see the ticket.

    The event that recorded the step makes the mail's key.
    """
    event = Event.objects.filter(pk=event_id).first()
    ticket = with_people(Ticket.objects.filter(pk=ticket_id)).first()
    if event is None or ticket is None or not ticket.is_open:
        return
    for person in agents().filter(pk__in=event.data.get("people", [])):
        if can_work_on(person, ticket):
            with timezone.override(zone_for(person)):
                written = step_letter(event, ticket)
            _send(News.ESCALATED, ticket, event_id, person, written, _scope(News.ESCALATED, ticket))


def _scope(news: News, ticket: Ticket) -> str:
    """Who of IT may find the mail again: with a merge it tells of the other ticket too, which may be private."""
    told_of = where_it_goes_on(ticket) if news == News.MERGED else ticket
    return f"class:{told_of.service_class_id}"


def _send(
    news: News,
    ticket: Ticket,
    item_id: int,
    person: Person,
    written: tuple[str, str, str],
    scope: str,
    **more: Any,
) -> None:
    subject, text, html = written
    post(
        to=person,
        kind=news.value,
        key=key_of_news(news, ticket.pk, item_id, person.pk),
        subject=subject,
        text=text,
        html=html,
        about=f"ticket:{ticket.pk}",
        scope=scope,
        topic=topic_of(news, ticket, person),
        # What people hear as customers, or of what they just did, interrupts nobody: they wait for it themselves.
        at_once=can_answer_as_customer(person, ticket) or news == News.KEPT_AS_NOTE,
        **more,
    )
