"""What only the customer's pages show: `{% load portal %}`."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from foredesk.attachments.models import Attachment
from foredesk.tickets.enums import Severity
from foredesk.tickets.models import Interview, Ticket
from foredesk.ui import wording

register = template.Library()


@register.simple_tag
def held_words(ticket: Ticket) -> str:
    """Who is held up and how badly: “3 people stopped”; nothing is put into the mouth of who did not say."""
    interview = getattr(ticket, "interview", None)
    taken_for_granted = ticket.severity == Severity.SLOWED and ticket.people_held_up == 1
    if interview and not interview.severity and taken_for_granted:
        return _("you did not say")
    return wording.held_up(ticket.severity, ticket.people_held_up)


@register.inclusion_tag("attachments/list.html")
def request_files(ticket: Ticket, files: Iterable[Attachment]) -> dict[str, Any]:
    """The files of something said on a request, under the addresses where its readers may open them."""
    return {
        "attachments": [
            {"attachment": one, "url": reverse("portal:request_file", args=[ticket.pk, one.pk])} for one in files
        ]
    }


@register.inclusion_tag("attachments/list.html")
def interview_files(interview: Interview, files: Iterable[Attachment]) -> dict[str, Any]:
    """The files of a draft, for its writer."""
    return {
        "attachments": [
            {"attachment": one, "url": reverse("portal:interview_file", args=[interview.pk, one.pk])} for one in files
        ]
    }
