"""Copies of what is known about a person, and of everything: asked for, made in the worker, gone after a week."""

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.people.rules import is_administrator

from ..effects import build_export
from ..enums import RunKind, RunState
from ..models import Run
from ..rules import COPIES_KEPT, COPY_OVERDUE


@transaction.atomic
def ask_for_copy_of_person(*, by: Person, person: Person, with_notes: bool = False) -> Run:
    """Have everything put together that is known about somebody; one that is being made already is given instead.

    Raises Refused for other people's copies unless `by` is an administrator, who also decides on the notes of IT.
    """
    if by.pk != person.pk and not is_administrator(by):
        raise Refused(_("Everybody may ask for a copy about themselves; administrators for one about others."))
    if with_notes and not (is_administrator(by) and by.pk != person.pk):
        raise Refused(_("An administrator decides for others whether the notes of IT come along."))
    return _ask(by, person, {"what": "person", "person": person.pk, "with_notes": with_notes}, "person:copied")


@transaction.atomic
def ask_for_copy_of_everything(*, by: Person) -> Run:
    """Have an export made of everything that this administrator may see. Raises Refused for anybody else."""
    if not is_administrator(by):
        raise Refused(_("Only administrators make a copy of everything."))
    return _ask(by, by, {"what": "everything"}, "everything:copied")


def _ask(by: Person, about: Person, options: dict[str, object], tag: str) -> Run:
    under_way = Run.objects.filter(kind=RunKind.EXPORT, by=by, state__in=[RunState.QUEUED, RunState.RUNNING])
    for run in under_way.filter(created_at__gt=clock.now() - COPY_OVERDUE):
        if run.options == options:
            return run
    run = Run.objects.create(kind=RunKind.EXPORT, by=by, options=options)
    record(by=by, tag=tag, about=about, with_notes=bool(options.get("with_notes")))
    build_export.enqueue(run.pk)
    return run


def forget_copies() -> int:
    """Delete the files of exports that are older than a week; returns their number. May be called at any time.

    The file goes first: after a crash in between, the row says that it is there and the page that it is not.
    """
    old = Run.objects.filter(kind=RunKind.EXPORT, finished_at__lt=clock.now() - COPIES_KEPT).exclude(path="")
    forgotten = 0
    for run in old:
        default_storage.delete(run.path)
        forgotten += Run.objects.filter(pk=run.pk, path=run.path).update(path="")
    return forgotten
