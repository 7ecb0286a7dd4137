"""Imports that somebody prepares on a page. The file waits in the storage until it is brought in, and then a while."""

import uuid
from collections.abc import Mapping as Map
from datetime import timedelta
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person

from ..effects import run_import
from ..enums import RunKind, RunState
from ..importing.background import target_of
from ..importing.fields import Target
from ..importing.mapping import BadMap, from_dict
from ..importing.proposing import MOST_WORDS, propose
from ..importing.reading import Source, Unreadable
from ..importing.writing import REASON
from ..models import Run
from ..rules import IMPORTS, source_of


def begin_import(*, by: Person, target: Target, upload: UploadedFile[bytes], encoding: str = "") -> Run:
    """Keep a file and propose a map for it. Raises Refused for a file that cannot be read, or is too large."""
    if (upload.size or 0) > settings.IMPORT_MAX_MB * 1_000_000:
        raise Refused(
            _("The file has more than %(most)d MB. Pack it with gzip, or bring it in with foredesk import.")
            % {"most": settings.IMPORT_MAX_MB},
            "file",
        )
    name = source_of(upload.name or "")
    try:
        upload.seek(0)
        source = Source(cast(BinaryIO, upload.file), encoding=encoding)
        proposal = propose(source, target, name=name)
    except Unreadable as error:
        raise Refused(str(error), "encoding" if encoding and "encoding" in str(error).lower() else "file") from error
    columns = [
        {"name": column.name, "samples": column.samples, "words": column.words[:MOST_WORDS]}
        for column in proposal.columns.values()
    ]
    kind = RunKind.IMPORT_PEOPLE if target == Target.PEOPLE else RunKind.IMPORT_TICKETS
    upload.seek(0)
    path = default_storage.save(f"imports/{uuid.uuid4()}.csv", upload)
    return Run.objects.create(
        kind=kind,
        by=by,
        state=RunState.DRAFT,
        path=path,
        total=source.size,
        options={
            "file": (upload.name or name)[:120],
            "encoding": source.encoding,
            "delimiter": source.delimiter,
            "columns": columns,
            "map": _map_of_before(kind, list(proposal.columns)) or proposal.mapping.as_json(),
        },
    )


def _map_of_before(kind: RunKind, columns: list[str]) -> Map[str, Any] | None:
    """How the last file with these columns was brought in: mended rows, or next month's, need no new decisions."""
    done = Run.objects.filter(kind=kind, state=RunState.DONE, by__isnull=False)[:20]
    for run in done:
        theirs = [column["name"] for column in run.options.get("columns", [])]
        if columns in (theirs, [REASON, *theirs]):
            return run.options["map"]  # type: ignore[no-any-return]
    return None


@transaction.atomic
def try_import(*, by: Person, run: Run, said: Map[str, Any]) -> None:
    """Keep a map and have a worker say what would come of it. Raises Refused for a map that cannot be followed."""
    one = _waiting(run)
    try:
        mapping = from_dict(said, target_of(one))
        mapping.check([column["name"] for column in one.options["columns"]])
    except BadMap as error:
        raise Refused(str(error)) from error
    one.options |= {"map": mapping.as_json(), "dry": True}
    _queue(one)


@transaction.atomic
def start_import(*, by: Person, run: Run) -> None:
    """Have a worker bring the file in, or go on where an import broke off. Raises Refused where there is no file."""
    one = _waiting(run)
    one.options["dry"] = False
    _queue(one)


def stop_import(*, by: Person, run: Run) -> None:
    """Stop an import after the rows that are under way; what is in stays. Does nothing when it has ended."""
    Run.objects.filter(pk=run.pk, kind__in=IMPORTS, state__in=[RunState.QUEUED, RunState.RUNNING]).update(
        state=RunState.FAILED, finished_at=clock.now(), error=_("You stopped it. What was read until then is here.")
    )


def forget_files() -> int:
    """Take files away that were brought here more than IMPORT_DAYS ago; returns how many. The reports stay."""
    old = Run.objects.filter(
        kind__in=IMPORTS, created_at__lt=clock.now() - timedelta(days=settings.IMPORT_DAYS)
    ).exclude(path="", refused_path="")
    gone = 0
    for one in old.exclude(state__in=[RunState.QUEUED, RunState.RUNNING])[:200]:
        for path in filter(None, [one.path, one.refused_path]):
            default_storage.delete(path)
            gone += 1
        # Samples of the file go with it.
        kept = {name: value for name, value in one.options.items() if name not in {"columns", "map"}}
        Run.objects.filter(pk=one.pk).update(path="", refused_path="", options=kept)
    return gone


def _waiting(run: Run) -> Run:
    one = Run.objects.select_for_update().get(pk=run.pk, kind__in=IMPORTS)
    if one.state not in {RunState.DRAFT, RunState.FAILED} or not one.path:
        raise Refused(_("This import is under way, or its file is gone."))
    return one


def _queue(one: Run) -> None:
    if one.refused_path:
        default_storage.delete(one.refused_path)
    one.options.pop("newest", None)
    one.state, one.report, one.refused_path, one.error = RunState.QUEUED, {}, "", ""
    one.done, one.started_at, one.finished_at = 0, None, None
    one.save()
    run_import.enqueue(one.pk)
