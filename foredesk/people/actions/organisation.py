"""Whom this installation serves, and how far its set-up has come. `by` None: a command in a terminal."""

from django.db import transaction

from foredesk.activity.actions import record
from foredesk.kit import clock

from .. import queries
from ..models import Organisation, Person


@transaction.atomic
def describe_organisation(*, by: Person | None, name: str, kind: str, timezone: str = "") -> None:
    """Say whom this installation serves; the first time makes the one row there is."""
    facts = {"name": name.strip(), "kind": kind, "timezone": timezone}
    organisation = Organisation.objects.select_for_update().first()
    if organisation is None:
        organisation = Organisation.objects.create(**facts)
        record(by=by, tag="organisation:founded", about=organisation, name=organisation.name)
    elif changed := [field for field, value in facts.items() if getattr(organisation, field) != value]:
        Organisation.objects.filter(pk=organisation.pk).update(**facts)
        record(by=by, tag="organisation:described", about=organisation, fields=changed)
    _forget_organisation()


@transaction.atomic
def mark_step_done(*, by: Person | None, step: str) -> None:
    """Note that a step of the set-up was answered or put off, so that it can go on from there."""
    organisation = _organisation_to_change()
    if step not in organisation.steps_done:
        organisation.steps_done.append(step)
        organisation.save(update_fields=["steps_done"])
        _forget_organisation()


@transaction.atomic
def open_doors(*, by: Person | None) -> None:
    """The set-up is done: from now on everybody may come in. Does nothing the second time."""
    organisation = _organisation_to_change()
    if organisation.set_up_at is None:
        organisation.set_up_at = clock.now()
        organisation.save(update_fields=["set_up_at"])
        record(by=by, tag="organisation:opened", about=organisation)
        _forget_organisation()


def _organisation_to_change() -> Organisation:
    """The row itself, locked: never the one that is remembered. Raises DoesNotExist before it is founded."""
    return Organisation.objects.select_for_update().get()


def _forget_organisation() -> None:
    """Now for the rest of this request, and again once others can see the change."""
    queries.forget_organisation()
    transaction.on_commit(queries.forget_organisation)
