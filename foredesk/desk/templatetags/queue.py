"""The row of a list, written in Python: fifty of them, as a template, took half of the time of every list."""

from collections.abc import Container, Iterable, Iterator
from functools import lru_cache

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from foredesk.catalogue.enums import Size
from foredesk.tickets.enums import Ahead, State
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries import QueueRow
from foredesk.ui import wording
from foredesk.ui.templatetags.ui import ago, chip, face, held, icon, timebar, when

register = template.Library()


@register.simple_tag(takes_context=True)
def queue_row(context: Context, row: QueueRow, takes: bool = False) -> SafeString:
    """A ticket in a list; `takes`: with a button to take it on. From the context: `gone`, `whys`, `show_lane`,
    `csrf_token`."""
    ticket, customer = row.ticket, row.ticket.customer
    gone: Container[int] = context.get("gone") or ()
    department = f", {customer.department.name}" if customer.department else ""
    lane = format_html("<span>{}</span>", ticket.lane.name) if context.get("show_lane") else ""
    return format_html(
        '<li id="row-{number}" class="{is_gone}">'
        '<span class="queue-held">{held}</span>'
        '<div class="queue-main">'
        '<p><a class="queue-subject" id="open-{number}" href="{address}" data-open>{subject}</a> '
        '<span class="queue-number">{number}</span></p>'
        '<p class="queue-facts"><span>{customer}{department}</span> <span>{kind}, {size}</span> {lane}</p>'
        "{why}"
        '<div class="chips queue-marks">{marks}</div>'
        "</div>"
        '<div class="queue-time">{time}</div>'
        '<div class="queue-word">{word}</div>'
        "</li>",
        number=ticket.pk,
        is_gone="queue-gone" if ticket.pk in gone else "",
        held=held(ticket.severity, ticket.people_held_up),
        address=_address("desk:ticket", ticket.pk),
        subject=ticket.subject,
        customer=customer.full_name,
        department=department,
        kind=ticket.service_class.name,
        size=Size(ticket.size).label,
        lane=lane,
        why=_why(context, ticket.pk),
        marks=_beside(_marks(context, row, takes=takes, is_gone=ticket.pk in gone)),
        time=_time(row),
        word=_beside(_word(row)),
    )


def _why(context: Context, number: int) -> SafeString | str:
    why = (context.get("whys") or {}).get(number)
    return format_html('<p class="queue-why">{}</p>', why) if why else ""


@lru_cache(maxsize=4096)
def _address(name: str, number: int) -> str:
    return reverse(name, args=[number])


def _beside(parts: Iterable[SafeString | str]) -> SafeString:
    return format_html_join(" ", "{}", ((part,) for part in parts))


def _marks(context: Context, row: QueueRow, *, takes: bool, is_gone: bool) -> Iterator[SafeString]:
    ticket = row.ticket
    if is_gone:
        yield chip(_("no longer in this list"), "plain", "check")
    yield from _standing_out(ticket)
    if row.customer_wrote and ticket.is_open:
        yield chip(_("customer wrote"), "good", "message-circle")
    if row.asked_before:
        yield chip(_("asked before"), "plain", "history")
    if ticket.state == State.WAITING and row.span:
        waits = _("waits for %(whom)s: %(reason)s") % {
            "whom": row.span.get_holder_display(),
            "reason": row.span.reason,
        }
        yield format_html('<span class="chip chip-plain queue-wait">{}<span>{}</span></span>', icon("hourglass"), waits)
    if ticket.state == State.OFFERED:
        yield chip(_("fix offered"), "plain", "badge-check")
    if ticket.assignee:
        name = ticket.assignee.first_name
        yield format_html('<span class="queue-who">{}{}</span>', face(ticket.assignee, "small"), name)
    elif ticket.is_open:
        yield format_html('<span class="queue-who free">{}</span>', _("free"))
        if takes and ticket.customer_id != context["user"].pk:
            yield _take(context, ticket)


def _standing_out(ticket: Ticket) -> Iterator[SafeString]:
    """What sets a ticket apart from the others of its lane."""
    if ticket.service_class.is_private:
        yield _private(ticket)
    if ticket.is_outage and ticket.is_open:
        yield chip(_("outage"), "bad", "siren")
    if ticket.ahead == Ahead.REOPENED:
        yield chip(_("came back"), "bad", "rotate-ccw")
    elif ticket.ahead == Ahead.HANDED_OVER:
        yield chip(_("handed over"), "warn", "arrow-right-left")


def _private(ticket: Ticket) -> SafeString:
    teams = ", ".join(map(str, ticket.service_class.teams.all()))
    return format_html(
        '<span class="chip chip-plain" title="{}: {}">{}<span>{}<span class="unseen">: {}</span></span></span>',
        _("Seen by"), teams, icon("lock"), _("private"), teams,
    )  # fmt: skip


def _take(context: Context, ticket: Ticket) -> SafeString:
    return format_html(
        '<form method="post" action="{}" class="queue-take">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<button class="as-link" type="submit" data-row-key="t">{}<span class="unseen"> {}</span></button></form>',
        _address("desk:taken", ticket.pk), context["csrf_token"], _("take"), ticket.pk,
    )  # fmt: skip


def _time(row: QueueRow) -> SafeString:
    if row.ticket.is_open:
        return timebar(row.age, row.target)
    closed = _("closed: %(state)s") % {"state": row.ticket.get_close_reason_display()}
    return format_html('<span class="queue-word">{}</span>', closed)


def _word(row: QueueRow) -> Iterator[SafeString | str]:
    """When the customer hears again, and when a pause ends."""
    ticket = row.ticket
    if not ticket.is_open:
        yield when(ticket.closed_at)
        return
    silent_in = row.silent_in
    if ticket.state == State.OFFERED:
        yield format_html("<span>{}</span>", _("%(name)s decides") % {"name": ticket.customer.first_name})
    elif silent_in is not None and silent_in.days < 0:
        yield format_html(
            '<span class="chip chip-bad">{}<span><span class="unseen">{} </span>{} {}</span></span>',
            icon("bell-ring"), _("word"), _("due"), ago(ticket.next_update_due),
        )  # fmt: skip
    elif silent_in is not None and row.silent_soon:
        words = _("silent in %(span)s") % {"span": wording.duration(silent_in)}
        yield format_html('<span class="chip chip-warn">{}<span>{}</span></span>', icon("bell"), words)
    elif ticket.next_update_due:
        yield format_html("<span>{} {}</span>", _("word due"), when(ticket.next_update_due))
    if ticket.state == State.WAITING and row.span and row.span.until:
        yield format_html('<span class="queue-until">{} {}</span>', _("back"), when(row.span.until))
