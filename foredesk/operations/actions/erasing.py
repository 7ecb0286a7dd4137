"""Somebody wants to be forgotten (GDPR Art. 17)."""

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from foredesk.activity.actions import record, replace_in_record
from foredesk.activity.queries import events_naming
from foredesk.catalogue.models import ServiceClass
from foredesk.dispatch import actions as dispatch
from foredesk.intake import actions as intake
from foredesk.kit.refusals import Refused
from foredesk.mail.actions import forget_mails_to
from foredesk.people import actions as people
from foredesk.people.models import Person
from foredesk.people.queries import administrators
from foredesk.people.rules import pseudonym_of
from foredesk.shield import actions as shield
from foredesk.tickets import actions as tickets

from ..enums import RunKind
from ..models import Run
from ..queries.erasure import why_not_erased


def erase_person(*, by: Person | None, person: Person, words: bool = False, files: bool = False) -> None:
    """Make a pseudonym of somebody, everywhere and for good. `by` None: the keeper of the machine, by a command.

    `words`: what they wrote as a customer goes too. `files`: and the files they gave. Raises Refused when it may not
    be, or not yet (open requests).
    """
    names = [name for name in (person.full_name, person.email) if name]
    naming = events_naming(names)  # reads long, so it does not keep others from writing
    with transaction.atomic():
        # All administrators in one order, so that two who take each other out neither both go nor wait for ever.
        list(administrators().select_for_update().order_by("pk"))
        person = Person.objects.select_for_update().get(pk=person.pk)
        if why := why_not_erased(by, person):
            raise Refused(why)
        pseudonym = pseudonym_of(person)
        intake.forget_person(person=person)
        tickets.forget_person(person=person, pseudonym=pseudonym.name, words=words, files=files)
        dispatch.forget_person(person=person)
        shield.forget_person(person=person, pseudonym=pseudonym.name)
        forget_mails_to(person=person, pseudonym=pseudonym.email)
        replace_in_record(events=naming, words=names, by=pseudonym.name)
        ServiceClass.objects.filter(owner=person).update(owner=None)
        _forget_copies_about(person)
        people.forget_person(person=person)
        record(by=by, tag="person:erased", about=person, words=words, files=files)


def _forget_copies_about(person: Person) -> None:
    runs = Run.objects.filter(Q(options__person=person.pk) | Q(by=person), kind=RunKind.EXPORT)
    for run in runs.exclude(path=""):
        transaction.on_commit(lambda path=run.path: default_storage.delete(path))  # type: ignore[misc]
    runs.update(path="")
