"""Everything, or what one reader may see of it, written down row by row as it stood at one moment."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

import foredesk
from foredesk.activity.models import Event
from foredesk.attachments.models import Attachment
from foredesk.catalogue.models import CannedReply
from foredesk.catalogue.queries import classes_hidden_from
from foredesk.intake.models import Incoming
from foredesk.kit import clock
from foredesk.kit.snapshot import consistent_read
from foredesk.mail.models import OutboxMessage
from foredesk.people.models import Organisation, Person
from foredesk.tickets.enums import CloseReason
from foredesk.tickets.models import Interview, Message, Solution, Ticket
from foredesk.tickets.queries import tickets_served_by

from .archives import CHUNK, Counted, Target
from .kinds import FORMAT, KINDS, MANIFEST, VERSION, Kind, Row, file_name, line, plain

logger = logging.getLogger("foredesk.export")

AT_ONCE = 1000  # rows in memory
Tell = Callable[[int], object]


def _to_nobody(rows: int) -> None:
    """Nobody waits for news of the export."""


@dataclass
class Written:
    """What came of an export: rows of each file, and the hashes of attachments whose file the storage has lost."""

    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    bytes: int = 0
    missing: list[str] = field(default_factory=list)


def write_everything(target: Target, *, reader: Person | None = None, tell: Tell = _to_nobody) -> Written:
    """Write an export, in constant memory and without holding anybody up; `tell` hears how many rows are done.

    `reader` None: everything, as the keeper of the machine may have it. Else what that administrator may see: no
    private requests, none of their own (whose notes they must not read), nothing unsent.
    """
    written = Written()
    manifest: dict[str, Any] = {"format": FORMAT, "version": VERSION, "foredesk": foredesk.__version__}
    with consistent_read():
        organisation = Organisation.objects.first()
        manifest |= {
            "organisation": organisation.name if organisation else "",
            "written_at": plain(clock.now()),
            "complete": reader is None,
            "files": {kind.file: _write_kind(target, kind, reader, written, tell) for kind in KINDS},
        }
        _write_files(target, reader, written)
    manifest["attachments"] = {"files": written.files, "bytes": written.bytes, "missing": written.missing}
    with target.entry(MANIFEST) as entry:
        entry.write(json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n")
    return written


def everything_counted() -> int:
    """About how many rows `write_everything` will tell of."""
    return sum(kind.model._base_manager.count() for kind in KINDS)


def _write_kind(target: Target, kind: Kind, reader: Person | None, written: Written, tell: Tell) -> dict[str, Any]:
    rows = 0
    before = sum(written.rows.values())
    with target.entry(kind.file) as entry:
        counted = Counted(entry)
        for row in _rows(kind, reader):
            counted.write(line(row))
            rows += 1
            if rows % AT_ONCE == 0:
                tell(before + rows)
    written.rows[kind.name] = rows
    return {"rows": rows, "bytes": counted.size, "sha256": counted.sha256}


def _rows(kind: Kind, reader: Person | None) -> Iterator[Row]:
    found = kind.model._base_manager.order_by("pk")
    visible = None
    if reader is not None:
        visible = _visible_to(reader)
        found = found.filter(_seen(kind, visible.values("pk"), classes_hidden_from(reader)))
    names = [column.attname for column in kind.columns]
    batch: list[Row] = []
    for values in found.values_list(*names).iterator(chunk_size=AT_ONCE):
        batch.append({column.name: plain(value) for column, value in zip(kind.columns, values, strict=True)})
        if len(batch) == AT_ONCE:
            yield from _finished(kind, batch, visible)
            batch = []
    yield from _finished(kind, batch, visible)


def _visible_to(reader: Person) -> QuerySet[Ticket]:
    """What they serve, but not their own requests: they may not read what IT noted about these."""
    return Ticket.objects.order_by().filter(
        pk__in=tickets_served_by(reader).exclude(customer=reader).order_by().values("pk")
    )


def _finished(kind: Kind, batch: list[Row], visible: QuerySet[Ticket] | None) -> list[Row]:
    ids = [row["id"] for row in batch]
    for many in kind.sets:
        of_row: dict[object, list[object]] = {}
        here, there = many.m2m_field_name(), many.m2m_reverse_field_name()
        pairs = many.remote_field.through._base_manager.filter(**{f"{here}__in": ids})
        for one, other in pairs.order_by(f"{there}_id").values_list(f"{here}_id", f"{there}_id"):
            of_row.setdefault(plain(one), []).append(plain(other))
        for row in batch:
            row[many.name] = of_row.get(row["id"], [])
    if kind.mend:
        for row in batch:
            kind.mend(row)
    if visible is not None and kind.model is Ticket:
        _cut_loose(batch, visible)
    if visible is not None and kind.model is Event:
        return _without_others(batch, visible)
    return batch


def _cut_loose(batch: list[Row], visible: QuerySet[Ticket]) -> None:
    """Take out what points to requests that the reader may not know of."""
    pointed_at = {row[name] for row in batch for name in ("merged_into", "parent")} - {None}
    seen = set(visible.filter(pk__in=pointed_at).values_list("pk", flat=True))
    for row in batch:
        if row["parent"] not in seen:
            row["parent"] = None
        if row["merged_into"] not in seen:
            row["merged_into"] = None
            if row["close_reason"] == CloseReason.MERGED:
                row["close_reason"] = CloseReason.IMPORTED.value


def _without_others(batch: list[Row], visible: QuerySet[Ticket]) -> list[Row]:
    """Leave out what was done with a request that the reader may not know of, told on one that they may."""
    numbers = {number for row in batch for number in _named_in(row)}
    seen = set(visible.filter(pk__in=numbers).values_list("pk", flat=True))
    return [row for row in batch if seen.issuperset(_named_in(row))]


def _named_in(row: dict[str, Any]) -> list[int]:
    """The other requests that an event names."""
    return [row["data"]["number"]] if row["data"].get("number") is not None else row["data"].get("numbers", [])


def _seen(kind: Kind, visible: QuerySet[Any, Any], hidden: frozenset[int] = frozenset()) -> Q:
    """The rows of a kind that belong to visible tickets, or to none."""
    if kind.model is Ticket:
        return Q(pk__in=visible)
    if kind.name == "drafts":
        return Q(pk__in=[])
    if kind.name == "canned_replies":
        return ~Q(service_class__in=hidden)
    if kind.name == "attachments":
        return Q(pk__in=_attached(visible))
    if kind.name == "links":
        return Q(ticket__in=visible, other__in=visible)
    if kind.name == "suggestions":
        return Q(ticket__in=visible) & ~Q(service_class__in=hidden)
    if kind.name == "reasons":
        return Q(ticket__in=visible, suggestion__ticket__in=visible) & ~Q(suggestion__service_class__in=hidden)
    if kind.name == "mails":
        return Q(pk__in=_mails(visible)) & ~Q(scope__in=[f"class:{key}" for key in hidden])
    if kind.name == "thread_ids":
        return Q(about__in=_tokens(visible))
    if kind.name == "activity":
        return _told(visible) & _of_known_replies(hidden)
    return Q(ticket__in=visible) if _belongs_to_ticket(kind.model) else Q()


def _belongs_to_ticket(model: type[Model]) -> bool:
    return any(column.name == "ticket" for column in model._meta.concrete_fields)


def _mails(visible: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    about_none = ~Q(about__startswith="ticket:") & Q(scope="")
    return OutboxMessage.objects.filter(Q(about__in=_tokens(visible)) | about_none).order_by().values("pk")


def _tokens(visible: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return Ticket.objects.filter(pk__in=visible).values_list(Concat(Value("ticket:"), Cast("pk", CharField())))


def _told(visible: QuerySet[Any, Any]) -> Q:
    told = ~Q(about_type__in=[Ticket._meta.label_lower, OutboxMessage._meta.label_lower])
    told |= Q(about_type=Ticket._meta.label_lower, about_id__in=visible)
    return told | Q(about_type=OutboxMessage._meta.label_lower, about_id__in=_mails(visible))


def _of_known_replies(hidden: frozenset[int]) -> Q:
    """Events about canned replies name their titles; of one that is gone nobody can tell whose it was."""
    known = CannedReply.objects.exclude(service_class__in=hidden).order_by().values("pk")
    return ~Q(about_type=CannedReply._meta.label_lower) | Q(about_id__in=known)


def _attached(visible: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The attachments of visible tickets, and the mails that came for them."""
    linked = Q()
    for model in (Interview, Message, Solution):
        links = model.attachments.through._base_manager
        name = f"{model._meta.model_name}__ticket__in"
        linked |= Q(pk__in=links.filter(**{name: visible}).values("attachment"))
    linked |= Q(pk__in=Incoming.objects.filter(ticket__in=visible).order_by().values("raw"))
    return Attachment.objects.filter(linked).order_by().values("pk")


def _write_files(target: Target, reader: Person | None, written: Written) -> None:
    """Each content once, however many attachments have it; one that the storage has lost or changed is named."""
    kind = next(kind for kind in KINDS if kind.model is Attachment)
    found = Attachment.objects.all()
    if reader is not None:
        found = found.filter(_seen(kind, _visible_to(reader).values("pk")))
    last = ""
    for sha256, path in found.order_by("sha256", "pk").values_list("sha256", "path").iterator(chunk_size=AT_ONCE):
        if sha256 == last:
            continue
        if _is_sound(path, sha256):
            last = sha256
            with default_storage.open(path) as content, target.entry(file_name(sha256)) as entry:
                while some := content.read(CHUNK):
                    entry.write(some)
                    written.bytes += len(some)
            written.files += 1
            if written.missing[-1:] == [sha256]:
                written.missing.pop()  # an attachment with the same content still has it
        elif written.missing[-1:] != [sha256]:
            logger.warning("The file of an attachment is lost or damaged: %s", path)
            written.missing.append(sha256)


def _is_sound(path: str, sha256: str) -> bool:
    digest = hashlib.sha256()
    try:
        with default_storage.open(path) as content:
            while some := content.read(CHUNK):
                digest.update(some)
    except OSError:
        return False
    return digest.hexdigest() == sha256
