"""What only the customer's pages show: `{% load portal %}`."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse

from foredesk.attachments.models import Attachment
from foredesk.tickets.models import Interview, Ticket
from foredesk.ui import wording

register = template.Library()


@register.simple_tag
def held_words(ticket: Ticket) -> str:
    """Who is held up and how badly: “3 people stopped”."""
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
