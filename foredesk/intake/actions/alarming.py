from django.db import transaction

from foredesk.mail.actions import post
from foredesk.people.queries import leads_and_administrators

from ..emails import alarm_mail
from ..queries import alarms


def raise_alarms() -> None:
    """Tell leads and administrators of each alarm by mail, once for each episode, however often this runs."""
    for alarm in alarms():
        subject, text, html = alarm_mail(alarm)
        about = f"mailbox:{alarm.mailbox.pk}"
        with transaction.atomic():
            for person in leads_and_administrators():
                key = f"{about}:{alarm.kind}:{alarm.episode}:{person.pk}"
                post(to=person, kind="notice", key=key, subject=subject, text=text, html=html, about=about)
