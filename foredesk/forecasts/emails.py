"""The mail that tells of a new promise: what was promised before, what is promised now, and why."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from foredesk.mail.actions import render_mail
from foredesk.people.models import Person
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import on_date, what_next
from foredesk.tickets.queries.news import why_told
from foredesk.tickets.rules import can_answer_as_customer, can_work_on

from .queries import Promise


def new_promise(ticket: Ticket, promise: Promise, person: Person) -> tuple[str, str, str]:
    """Subject, plain text and HTML for one person."""
    mine = can_answer_as_customer(person, ticket)
    heading = _("A new time for your request") if mine else _("A new time for a request")
    before = " ".join(dict.fromkeys(one.words for one in promise.before))
    subject = _("A new time: %(subject)s") % {"subject": ticket.subject}
    context = {
        "subject": subject,
        "heading": heading,
        "ticket": ticket,
        "intro": " ".join(filter(None, [promise.reason, with_source(promise)])),
        "quote": "",
        "after": before,
        "next": what_next(ticket, person, on_date),
        "action_label": _("See your request") if mine else _("See the request"),
        "action_url": f"{settings.BASE_URL}{_path(person, ticket)}",
        "why": _because(person, ticket),
    }
    text, html = render_mail("tickets/mail/news", context)
    return f"{subject} [{ticket.pk}]", text, html


def new_dates(ticket: Ticket, lines: list[str], whole: Promise | None, person: Person) -> tuple[str, str, str]:
    """The same for milestones: a line for each that has a new date."""
    subject = _("New dates: %(subject)s") % {"subject": ticket.subject}
    context = {
        "subject": subject,
        "heading": _("New dates for some steps"),
        "ticket": ticket,
        "intro": " ".join(lines),
        "quote": "",
        "after": _("The whole: %(promise)s") % {"promise": with_source(whole)} if whole else "",
        "next": what_next(ticket, person, on_date),
        "action_label": _("See the timeline"),
        "action_url": f"{settings.BASE_URL}{_path(person, ticket)}",
        "why": _because(person, ticket),
    }
    text, html = render_mail("tickets/mail/news", context)
    return f"{subject} [{ticket.pk}]", text, html


def with_source(promise: Promise) -> str:
    """“Usually done by Friday (from 64 requests like this one …).”"""
    return f"{promise.words[:-1]} ({promise.source})."


def _path(person: Person, ticket: Ticket) -> str:
    for_it = can_work_on(person, ticket) and why_told(person, ticket) is None
    return reverse("desk:ticket" if for_it else "portal:request", args=[ticket.pk])


def _because(person: Person, ticket: Ticket) -> str:
    reason = why_told(person, ticket)
    if reason is not None:
        return _("You get this because you follow this request (%(reason)s).") % {"reason": reason.label}
    if can_answer_as_customer(person, ticket):
        return _("You get this because we promised you a time, and no promise changes silently.")
    return _("You get this because you asked for it for somebody else.")
