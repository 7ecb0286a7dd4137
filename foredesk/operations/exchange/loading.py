"""An export of everything, brought into an empty installation: all of it, or nothing."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.models import Field, ForeignKey, JSONField, Model

from foredesk.attachments.models import Attachment
from foredesk.kit.refusals import Refused
from foredesk.kit.remembered import forget_everything
from foredesk.people.actions import make_findable
from foredesk.people.models import Person
from foredesk.people.queries import forget_organisation
from foredesk.tickets.models import Ticket

from .archives import CHUNK, UNPACKING_FAILS, Source
from .kinds import FORMAT, KINDS, MANIFEST, VERSION, Kind, Row, file_name

AT_ONCE = 500  # rows in memory
LONGEST_LINE = 64 << 20  # bytes: a single row larger than this is no row of ours
LARGEST_MANIFEST = 64 << 20


def load_everything(path: Path) -> dict[str, int]:
    """Load the export at `path`; returns the number of rows of each kind.

    Everything is looked at before anything is written, and written in one transaction. Raises Refused with one
    sentence for what is wrong with the file, or when people are known here already.
    """
    if Person.objects.exists() or Ticket.objects.exists():
        raise Refused("There are people or requests here already. An export is loaded into an empty installation only.")
    source = Source(path)
    try:
        try:
            manifest = _manifest(source)
            _look_at(source, manifest)
        except UNPACKING_FAILS as wrong:
            raise Refused(f"{path} is damaged, or packed in a way that cannot be read ({wrong}).") from wrong
        return _load(source, manifest)
    finally:
        source.close()


def _manifest(source: Source) -> dict[str, Any]:
    if source.sizes.get(MANIFEST, 0) > LARGEST_MANIFEST:
        raise Refused("The manifest is too large to be one.")
    with source.open(MANIFEST) as entry:
        try:
            manifest = json.loads(entry.read(LARGEST_MANIFEST + 1))
        except (ValueError, RecursionError) as wrong:
            raise Refused(f"The manifest is not readable ({wrong}).") from wrong
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Refused("This is no export of Foredesk.")
    if manifest.get("version") != VERSION:
        raise Refused(f"The export has version {manifest.get('version')} of the format; this Foredesk reads {VERSION}.")
    described = manifest.get("files")
    wanted = {kind.file for kind in KINDS}
    if not isinstance(described, dict) or set(described) != wanted:
        raise Refused("The manifest does not name the files that an export consists of.")
    attachments = manifest.get("attachments")
    if not isinstance(attachments, dict) or not isinstance(attachments.get("missing"), list):
        raise Refused("The manifest does not say which attachments there are.")
    strangers = {name for name in source.sizes if name.endswith(".jsonl")} - wanted
    if strangers:
        raise Refused(f"The manifest does not know the file {min(strangers)}.")
    return manifest


def _look_at(source: Source, manifest: dict[str, Any]) -> None:
    """Sizes and hashes, before a single row is written. Raises Refused."""
    unpacked = sum(source.sizes.values())
    free = shutil.disk_usage(settings.HOME).free
    if unpacked > free:
        raise Refused(f"Unpacked it is {unpacked:,} bytes; there are only {free:,} free in the data folder.")
    for name, told in manifest["files"].items():
        if not isinstance(told, dict) or source.sizes.get(name) != told.get("bytes"):
            raise Refused(f"{name} has not the size that the manifest says, or is missing.")
        if source.sha256(name) != told.get("sha256"):
            raise Refused(f"{name} was changed after it was written: its hash is not the one in the manifest.")
    for name in source.sizes:
        if name.startswith("files/") and source.sha256(name) != name.rpartition("/")[2]:
            raise Refused(f"{name} was changed after it was written: its hash is not its name.")


def _load(source: Source, manifest: dict[str, Any]) -> dict[str, int]:
    loaded: dict[str, int] = {}
    stored: list[str] = []
    try:
        with transaction.atomic():
            for kind in reversed(KINDS):  # what the migrations made comes again with the export
                kind.model._base_manager.all().delete()
            for kind in KINDS:
                loaded[kind.name] = _load_kind(source, kind, manifest["files"][kind.file].get("rows"))
            _store_files(source, set(manifest["attachments"]["missing"]), stored)
            _check_that_it_fits()
            for some in _batches(Person.objects.order_by("pk").iterator(chunk_size=AT_ONCE)):
                make_findable(some)
    except BaseException as problem:
        for path in stored:
            default_storage.delete(path)
        if isinstance(problem, DatabaseError | OverflowError | UnicodeError):
            raise Refused(f"The rows do not fit together: {_first_line(problem)}") from problem
        raise
    forget_everything()
    forget_organisation()
    return loaded


def _load_kind(source: Source, kind: Kind, told: object) -> int:
    number = 0
    with source.open(kind.file) as entry:
        for batch in _batches(_lines(entry, kind)):
            things = [_thing(kind, row, number + n) for n, row in enumerate(batch, 1)]
            number += len(batch)
            kind.model._base_manager.bulk_create(things)
            for many in kind.sets:
                _load_set(kind, many, batch)
    if number != told:
        raise Refused(f"{kind.file} has {number} rows; the manifest says another number.")
    return number


def _lines(entry: IO[bytes], kind: Kind) -> Iterator[Row]:
    wanted = set(kind.fields)
    number = 0
    while line := entry.readline(LONGEST_LINE + 1):
        number += 1
        where = f"{kind.file}, line {number}"
        try:
            row = json.loads(line) if len(line) <= LONGEST_LINE else None
        except (ValueError, RecursionError) as wrong:
            raise Refused(f"{where}: not readable ({wrong}).") from wrong
        if not isinstance(row, dict):
            raise Refused(f"{where}: this is no row.")
        if set(row) != wanted:
            raise Refused(f"{where}: “{min(set(row) ^ wanted)}” is missing, or should not be there.")
        yield row


def _thing(kind: Kind, row: Row, number: int) -> Model:
    values = {}
    for column in kind.columns:
        try:
            values[column.attname] = _value(column, row[column.name])
        except (ValidationError, TypeError, ValueError) as wrong:
            words = " ".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)
            raise Refused(f"{kind.file}, line {number}: “{column.name}” {words}") from wrong
    thing = kind.model(**values)
    if isinstance(thing, Person):
        thing.set_unusable_password()
    if isinstance(thing, Attachment):
        thing.path = f"attachments/{thing.at:%Y/%m/%d}/{thing.pk}"
    return thing


def _value(column: "Field[Any, Any]", value: object) -> object:
    """A value as the model has it. Raises ValidationError or ValueError for one that its column cannot hold."""
    if value is None:
        if not column.null:
            raise ValueError("is empty.")
        return None
    if isinstance(column, JSONField):
        return value
    if isinstance(value, dict | list):
        raise TypeError("is not a single value.")
    kept = column.target_field.to_python(value) if isinstance(column, ForeignKey) else column.to_python(value)
    if isinstance(kept, str):
        if "\0" in kept:
            raise ValueError("holds a character that no database takes.")
        if column.max_length is not None and len(kept) > column.max_length:
            raise ValueError(f"is longer than {column.max_length} characters.")
    return kept


def _load_set(kind: Kind, many: Any, batch: list[Row]) -> None:
    here, there = f"{many.m2m_field_name()}_id", f"{many.m2m_reverse_field_name()}_id"
    through = many.remote_field.through
    pairs = []
    for row in batch:
        others = row[many.name]
        if not isinstance(others, list) or not all(isinstance(other, int | str) for other in others):
            raise Refused(f"{kind.file}: “{many.name}” of {row['id']} is no list of ids.")
        pairs += [through(**{here: row["id"], there: other}) for other in others]
    try:
        through._base_manager.bulk_create(pairs, batch_size=AT_ONCE)
    except (ValidationError, ValueError) as wrong:
        raise Refused(f"{kind.file}: “{many.name}” holds something that is no id.") from wrong


def _store_files(source: Source, missing: set[str], stored: list[str]) -> None:
    for attachment in Attachment.objects.order_by("pk").iterator(chunk_size=AT_ONCE):
        name = file_name(attachment.sha256)
        if name not in source.sizes:
            if attachment.sha256 in missing:
                continue
            raise Refused(f"The file of the attachment {attachment.pk} is missing.")
        with source.open(name) as entry, tempfile.TemporaryFile(dir=settings.HOME) as content:
            shutil.copyfileobj(entry, content, CHUNK)
            if content.tell() != attachment.size:
                raise Refused(f"The file of the attachment {attachment.pk} has not the size that its row says.")
            content.seek(0)
            if default_storage.exists(attachment.path):  # left by a load that was broken off
                default_storage.delete(attachment.path)
            stored.append(default_storage.save(attachment.path, File(content)))


def _check_that_it_fits() -> None:
    """Every id that a row names exists, and new rows get numbers after the loaded ones."""
    connection.check_constraints()
    models = [kind.model for kind in KINDS]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _first_line(problem: Exception) -> str:
    return str(problem).strip().splitlines()[-1 if "DETAIL" in str(problem) else 0]
