"""What becomes of the words of somebody who answered a request that they do not belong to."""

from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.tickets.actions import let_in
from foredesk.tickets.rules import can_work_on

from ..enums import Became
from ..models import Incoming


@transaction.atomic
def admit(*, by: Person, mail: Incoming) -> None:
    """Let the outsider follow the request, and everybody on it read what they wrote.

    Raises Refused for anybody but IT, when it was decided already, and where a private request is hidden from them.
    """
    _settle(by, mail)
    if mail.message is None:
        raise Refused(_("Their words are not here any more."))
    let_in(by=by, message=mail.message)


@transaction.atomic
def leave_with_it(*, by: Person, mail: Incoming) -> None:
    """Their words stay with IT. Raises Refused for anybody else, and when it was decided already."""
    _settle(by, mail)
    record(by=by, tag="intake:left_with_it", about=mail)


def _settle(by: Person, mail: Incoming) -> None:
    if mail.ticket is None or not can_work_on(by, mail.ticket):
        raise Refused(_("Only IT decides this."))
    undecided = Incoming.objects.filter(pk=mail.pk, became=Became.OUTSIDE, settled_at=None)
    if not undecided.update(settled_at=clock.now()):
        raise Refused(_("Somebody has decided this already."))
