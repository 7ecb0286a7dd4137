from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit import clock
from foredesk.people.models import Person

from .. import rules
from ..effects import deliver
from ..emails import letter
from ..enums import TO_GO, OutboxState
from ..models import OutboxMessage
from ..queries import SELF_TEST, refusal_of, retriable
from ..self_test import Step, converse


@transaction.atomic
def retry_mail(*, by: Person, message: OutboxMessage) -> bool:
    """Queue a mail once more that failed, came back or met a refusing address, with all its attempts before it.

    False when there is nothing to try again (any more), or its address still refuses mail.
    """
    now = clock.now()
    if not message.is_secret and refusal_of(message.to):
        return False
    again = retriable().filter(pk=message.pk)
    if not again.update(
        state=OutboxState.QUEUED, attempts=0, not_before=now, error="", not_sent_because="", joins=False
    ):
        return False
    message.parts.exclude(state__in=TO_GO).update(state=OutboxState.QUEUED, error="", not_sent_because="")
    record(by=by, tag="mail:retry", about=message, to=message.to, kind=message.kind)
    deliver.enqueue(message.pk)
    return True


@transaction.atomic
def retry_failed(*, by: Person) -> None:
    """Queue everything that has failed once more, also what `by` may not read: mail must not depend on who looks."""
    for message in retriable().filter(state=OutboxState.FAILED).order_by("pk"):
        retry_mail(by=by, message=message)


def run_self_test(*, by: Person) -> list[Step]:
    """Send `by` a real mail past the outbox, tell each step of it, and leave the mail in the outbox with its outcome.

    Takes as long as the server does, at most ten seconds a step. Not in a transaction: nothing is locked meanwhile.
    """
    message = OutboxMessage(
        to=by.email,
        to_name=rules.one_line(by.full_name, 120),
        sender=rules.one_line(settings.DEFAULT_FROM_EMAIL, 200),
        subject=_("Foredesk can send mail"),
        text=_("This mail was sent by the self-test of Foredesk. It arrived, so customers will hear from you.") + "\n",
        kind="self_test",
        key=SELF_TEST,
        attempts=1,
    )
    message.html = letter(message.subject, message.text)
    steps = converse(message)
    failed = next((step for step in steps if step.state == "failed"), None)
    if failed is None:
        message.state, message.sent_at, message.carrier = OutboxState.SENT, clock.now(), "smtp"
    else:
        message.state, message.error = OutboxState.FAILED, f"{failed.name}: {failed.said}"
    with transaction.atomic():
        OutboxMessage.objects.filter(key=SELF_TEST).delete()
        message.save()
        record(by=by, tag="mail:tested", about=message, worked=failed is None)
    return steps
