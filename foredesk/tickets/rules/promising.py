"""What a room above knows of when a request will be done, for the mails that are written here."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from foredesk.people.models import Person

from ..models import Ticket

Tell = Callable[[datetime], str]
Promise = Callable[[Ticket, Tell, Person], str]

_promises: list[Promise] = []


def promise_by(words: Promise) -> None:
    """A room above puts a request's promise into a sentence for a reader; called once, in its `AppConfig.ready`."""
    if words not in _promises:
        _promises.append(words)


def promise_words(ticket: Ticket, tell: Tell, reader: Person) -> str:
    """When the request will be done, as its reader was promised; nothing where nobody promises."""
    return next((said for words in _promises if (said := words(ticket, tell, reader))), "")


def promise_or_target(ticket: Ticket, tell: Tell, reader: Person) -> str:
    """The same, or the class's target where nobody promises."""
    target = _("Our target for requests like this: solved by %(when)s. It is a target, not yet a promise.")
    return promise_words(ticket, tell, reader) or target % {"when": tell(ticket.solution_target)}
