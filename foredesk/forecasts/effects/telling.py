from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from foredesk.kit.queue import task
from foredesk.mail.actions import post
from foredesk.people.models import Person
from foredesk.people.queries import zone_for
from foredesk.tickets.enums import News
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import on_date
from foredesk.tickets.queries.news import load, recipients, topic_of

from ..emails import new_dates, new_promise
from ..models import Milestone, Quote
from ..queries import promise_of
from ..queries.timelines import date_words


@task()
def tell_of_promises(quotes: Sequence[int], by_id: int | None) -> None:
    """Tell everybody concerned by mail of new promises, except whoever gave them.

    What has been replaced or closed meanwhile is told no more. A mail's key makes sure that it goes out once.
    """
    for quote in Quote.objects.filter(pk__in=quotes, replaced_at=None):
        story = load(News.PROMISED, quote.ticket_id, quote.pk)
        if story is None:
            continue
        for person in recipients(News.PROMISED, story):
            if person.pk != by_id:
                with timezone.override(zone_for(person)):
                    promise = promise_of(story.ticket, person, on_date)
                    if promise is not None:
                        _send(story.ticket, person, f"{quote.pk}", new_promise(story.ticket, promise, person))


@task()
def tell_of_dates(ticket_id: int, milestones: Sequence[int], by_id: int | None) -> None:
    """Tell everybody concerned that steps of a timeline have new dates, in one mail."""
    story = load(News.PROMISED, ticket_id, 0)
    moved = list(Milestone.objects.filter(pk__in=milestones, ticket=ticket_id, done_at=None, promised_on__isnull=False))
    if story is None or not moved:
        return
    # The same step with the same date is the same news, however often this runs.
    mark = "-".join(f"{one.pk}.{one.promised_on:%m%d}" for one in moved)[:60]
    for person in recipients(News.PROMISED, story):
        if person.pk != by_id:
            with timezone.override(zone_for(person)):
                whole = promise_of(story.ticket, person, on_date)
                written = new_dates(story.ticket, [_line(one) for one in moved], whole, person)
            _send(story.ticket, person, mark, written)


def _line(step: Milestone) -> str:
    words = _("%(step)s: by %(day)s, as 85 of 100 tries say.") % {
        "step": step.title,
        "day": date_words(step.promised_on) if step.promised_on else "",
    }
    if step.first_promised_on and step.first_promised_on != step.promised_on:
        words += " " + _("First promised by %(day)s.") % {"day": date_words(step.first_promised_on)}
    return f"{words} {step.reason}".strip()


def _send(ticket: Ticket, person: Person, mark: str, written: tuple[str, str, str]) -> None:
    subject, text, html = written
    post(
        to=person,
        kind=News.PROMISED.value,
        key=f"ticket:{ticket.pk}:{News.PROMISED.value}:{mark}:{person.pk}",
        subject=subject,
        text=text,
        html=html,
        about=f"ticket:{ticket.pk}",
        scope=f"class:{ticket.service_class_id}",
        topic=topic_of(News.PROMISED, ticket, person),
    )
