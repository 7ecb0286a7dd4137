"""The mails that remind IT of a promised update: one for each person, however many requests it is about."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foredesk.activity.models import Event
from foredesk.kit import clock
from foredesk.mail.actions import render_mail
from foredesk.people.models import Person

from .enums import News
from .models import Ticket
from .queries import on_date

MOST_NAMED = 20  # the list at the desk holds the rest


def silence_letter(news: News, tickets: Sequence[Ticket], person: Person) -> tuple[str, str, str]:
    """Subject, plain text and HTML of the reminder; `tickets` in the order in which their updates are due.

    A mail about several requests names their numbers only: it could not be emptied with the words of any one of them.
    """
    alone = tickets[0] if len(tickets) == 1 else None
    heading = _heading(news, tickets)
    context = {
        "subject": heading,
        "heading": heading,
        "intro": _intro(news, alone),
        "lines": [] if alone else [_line(news, one) for one in tickets[:MOST_NAMED]],
        "more": max(len(tickets) - MOST_NAMED, 0),
        "action_label": _("Open the request") if alone else _("Open the list"),
        "action_url": _address("desk:ticket", alone.pk) if alone else _address("desk:silent"),
        "why": _why(news, person, alone),
    }
    text, html = render_mail("tickets/mail/silence", context)
    return f"{heading} [{alone.pk}]" if alone else heading, text, html


def step_letter(event: Event, ticket: Ticket) -> tuple[str, str, str]:
    """Subject, plain text and HTML of the mail to who is next on the escalation path; `event` recorded the step."""
    told = {"after": "", "without": "", "outside": ""} | event.data
    words = {**told, "subject": ticket.subject, "customer": ticket.customer.full_name}
    intro = _("“%(subject)s” of %(customer)s has been here for %(after)s without %(without)s.") % words
    holder = ticket.assignee
    holds = _("It is with %(name)s.") % {"name": holder.full_name} if holder else _("Nobody holds it yet.")
    outside = _("Next is somebody outside: %(outside)s. Please ask them, and say so on the request.") % words
    heading = _("You are next: %(subject)s") % words
    context = {
        "subject": heading,
        "heading": _("Somebody outside is next") if told["outside"] else _("You are next on its path"),
        "intro": f"{intro} {holds}",
        "after": outside if told["outside"] else _("Please see what it needs: take it on, help, or find who can."),
        "action_label": _("Open the request"),
        "action_url": _address("desk:ticket", ticket.pk),
        "why": _("You get this because the path for “%(name)s” names you.") % {"name": ticket.service_class.name},
    }
    text, html = render_mail("tickets/mail/silence", context)
    return f"{heading} [{ticket.pk}]", text, html


def _heading(news: News, tickets: Sequence[Ticket]) -> str:
    first = tickets[0]
    if len(tickets) == 1:
        words = {"name": first.customer.first_name, "when": _due(first)}
        if news == News.SILENT_SOON:
            return _("%(name)s hears from you by %(when)s") % words
        return _("%(name)s should have heard by %(when)s") % words
    if news == News.SILENT_SOON:
        return _("%(count)d customers hear from you soon, the first by %(when)s") % {
            "count": len(tickets),
            "when": _due(first),
        }
    return _("%(count)d customers have not heard in time") % {"count": len(tickets)}


def _intro(news: News, alone: Ticket | None) -> str:
    if alone is None:
        if news == News.SILENT_SOON:
            return _("They were promised a word. A short one is enough: what you know, and when you write again.")
        return _("They were promised a word, and nobody has written. Please see that somebody does.")
    words = {"subject": alone.subject, "holder": alone.assignee.full_name if alone.assignee else ""}
    if news == News.SILENT_SOON:
        return _("It is about “%(subject)s”. A short word is enough: what you know, and when you write again.") % words
    if alone.assignee is None:
        return _("Nobody has written about “%(subject)s”, and nobody holds it yet.") % words
    return _("Nobody has written about “%(subject)s”. It is with %(holder)s.") % words


def _line(news: News, ticket: Ticket) -> dict[str, str]:
    words = {"number": ticket.pk, "when": _due(ticket)}
    said = _("Request %(number)s: by %(when)s") if news == News.SILENT_SOON else _("Request %(number)s: since %(when)s")
    return {"words": said % words, "url": _address("desk:ticket", ticket.pk)}


def _due(ticket: Ticket) -> str:
    """The hour alone on the same day, as the reader's clock shows it; else with its date."""
    due = ticket.next_update_due
    if due is None:
        return ""
    today = localtime(due).date() == localtime(clock.now()).date()
    return date_format(localtime(due), "G:i") if today else on_date(due)


def _why(news: News, person: Person, alone: Ticket | None) -> str:
    if news == News.SILENT_SOON:
        return ngettext(
            "You get this because you hold this request.", "You get this because you hold these requests.",
            1 if alone else 2,
        )  # fmt: skip
    if alone is not None and alone.assignee_id == person.pk:
        return _("You get this because you hold this request.")
    return _("You get this because you answer for the desk.")


def _address(name: str, *args: int) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=args)}"
