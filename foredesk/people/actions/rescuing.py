"""The emergency door: a link from the command line, for an administrator when provider and mail are down."""

from datetime import datetime

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit import clock
from foredesk.kit.refusals import Refused

from .. import emails, queries
from ..models import Person

RESCUE_SECONDS = 10 * 60
_SALT = "foredesk.people.rescue"


@transaction.atomic
def make_rescue_token(*, email: str) -> str:
    """A token that signs an administrator in, once and within ten minutes; nothing else is asked of them.

    Whoever can run commands on the server could do anything to the database anyway. Raises Refused for anybody who is
    no administrator or may not sign in.
    """
    person = queries.administrators().filter(email=email.strip().lower()).first()
    if person is None:
        raise Refused(_("No administrator who may sign in has the address %(email)s.") % {"email": email})
    record(by=None, tag="person:rescue:made", about=person)
    # It ends with the next time that they sign in, by it or otherwise.
    return signing.dumps([person.pk, person.last_login and person.last_login.isoformat()], salt=_SALT)


def rescued_by(token: str) -> Person:
    """Whom the token would sign in. Raises Refused when it is used up, too old or made up."""
    try:
        pk, seen = signing.loads(token, salt=_SALT, max_age=RESCUE_SECONDS)
    except signing.BadSignature as error:
        raise Refused(_("This link has been used or is too old.")) from error
    last_login = datetime.fromisoformat(seen) if seen else None
    person = queries.administrators().filter(pk=pk, last_login=last_login).first()
    if person is None:
        raise Refused(_("This link has been used or is too old."))
    return person


@transaction.atomic
def use_rescue_token(*, token: str) -> Person:
    """Use the token up; the caller signs the person in. Raises Refused as above, and for the second of two at once."""
    person = rescued_by(token)
    if not Person.objects.filter(pk=person.pk, last_login=person.last_login).update(last_login=clock.now()):
        raise Refused(_("This link has been used or is too old."))
    record(by=person, tag="person:rescued", about=person)
    emails.send_change(person, "rescued")
    return Person.objects.get(pk=person.pk)
