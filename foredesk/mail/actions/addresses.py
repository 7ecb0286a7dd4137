"""Addresses from which mail comes back: what servers tell, and when they are tried again."""

from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person

from .. import refusing, rules
from ..models import BadAddress, OutboxMessage


@transaction.atomic
def mark_bounce(*, address: str, permanent: bool, reason: str, mail: OutboxMessage | None = None) -> None:
    """Note that a mail server sent a mail back, and which one if that is known.

    `address` as the report names it, "" where it names none: then that of `mail`. Permanent: no mail goes there any
    more, and `mail` is shown as come back. Else it is noted only, for people to see. `reason`: the server's words.
    """
    address = address or (mail.to if mail else "")
    if address:
        refusing.mark(address, permanent=permanent, reason=reason, mail=mail)
    if mail is not None:
        refusing.mark_mail(mail, permanent=permanent, reason=reason)


def heard_from(address: str) -> None:
    """A mail came from there, so mail arrives there too, for all we know."""
    BadAddress.objects.filter(address=address.strip().lower()).delete()


@transaction.atomic
def forget_bounce(*, by: Person, address: str) -> bool:
    """Write to an address again from which mail came back. False when nothing is known against it (any more).

    Raises Refused for people who do not work here as IT.
    """
    if not rules.can_clear_address(by):
        raise Refused(_("Only people of IT decide that."))
    bad = BadAddress.objects.filter(address=address.strip().lower()).first()
    if bad is None or not BadAddress.objects.filter(pk=bad.pk).delete()[0]:
        return False
    record(by=by, tag="mail:address:cleared", about=bad, to=bad.address)
    return True
