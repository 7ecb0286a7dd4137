"""What people of IT are told about mailboxes."""

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from foredesk.mail.actions import render_mail

from .queries import Alarm


def alarm_mail(alarm: Alarm) -> tuple[str, str, str]:
    """Subject, plain text and HTML."""
    subject = _("Mailbox %(name)s: please look") % {"name": alarm.mailbox.name}
    context = {
        "subject": subject,
        "heading": _("A mailbox needs you"),
        "intro": alarm.says,
        "body": format_html("<p>{}</p>", alarm.mend),
        "body_text": alarm.mend,
        "action_label": _("See the mailbox"),
        "action_url": f"{settings.BASE_URL}{reverse('mailboxes:mailbox', args=[alarm.mailbox.pk])}",
        "why": _("You get this because you lead the desk or look after Foredesk. You hear of this once."),
    }
    text, html = render_mail("mail/frame", context)
    return subject, text, html
