from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from foredesk.ui.wording import formatted

from ..rules.letters import Invitation

register = template.Library()


@register.simple_tag
def span_of(invitation: Invitation) -> str:
    """When an appointment is, in the reader's zone: “Friday 4 December 2026, 14:00 to 15:30”."""
    begins, ends = invitation.starts_at, invitation.ends_at
    if begins is None:
        return _("no time is named")
    if invitation.is_all_day:  # its end is the first day after it (RFC 5545, 3.6.1)
        first, last = formatted(begins, "l j F Y"), (ends or begins) - timedelta(days=1)
        return (
            _("%(begins)s to %(ends)s") % {"begins": first, "ends": formatted(last, "l j F Y")}
            if last > begins
            else first
        )
    begins = timezone.localtime(begins)
    words = formatted(begins, "l j F Y, G:i")
    if ends is None or timezone.localtime(ends) <= begins:
        return words
    ends = timezone.localtime(ends)
    until = formatted(ends, "G:i" if ends.date() == begins.date() else "l j F Y, G:i")
    return _("%(begins)s to %(ends)s") % {"begins": words, "ends": until}
