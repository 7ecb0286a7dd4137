"""Copies that somebody asked for, as their pages show them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foredesk.people.models import Person

from ..enums import RunKind, RunState
from ..models import Run
from ..rules import COPIES_KEPT


@dataclass(frozen=True)
class Copy:
    about: str  # the person's name, or "everything"
    file_name: str
    is_under_way: bool
    is_there: bool
    until: datetime | None  # when the file is deleted
    needs_administrator: bool


def copies_of(person: Person) -> QuerySet[Run]:
    """What somebody asked for, newest first."""
    return Run.objects.filter(kind=RunKind.EXPORT, by=person)


def copy_of(run: Run) -> Copy:
    everything = run.options["what"] == "everything"
    about, number = _("everything"), ""
    if not everything:
        person = Person.objects.only("full_name").filter(pk=run.options["person"]).first()
        about, number = person.full_name if person else _("somebody"), f"-{run.options['person']}"
    return Copy(
        about=about,
        file_name="everything.zip" if everything else f"person{number}.zip",
        is_under_way=run.state in {RunState.QUEUED, RunState.RUNNING},
        is_there=run.state == RunState.DONE and bool(run.path),
        until=run.finished_at + COPIES_KEPT if run.finished_at else None,
        needs_administrator=everything or run.options["person"] != run.by_id,
    )
