import hashlib
import os
import uuid
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from foredesk.kit import clock
from foredesk.people.models import Person

from . import queries, rules
from .models import Attachment

NOT_SWEPT_BEFORE = timedelta(days=1)  # a file may be on its way to its row, a row to what it belongs to
AT_ONCE = 500


def store_file(*, by: Person, upload: UploadedFile[bytes]) -> Attachment:
    """Keep a file under our own name; the caller links the attachment to what it belongs to.

    Raises Refused (readable by customers) for a file that is empty or larger than rules.MAX_BYTES.
    """
    rules.check_size(upload)
    upload.seek(0)
    content_type = rules.sniff(upload.read(rules.SNIFFED_BYTES))
    now, key = clock.now(), uuid.uuid4()
    # The file first: a crash after it leaves a file that nobody points to, never a row without its file.
    path = default_storage.save(f"attachments/{now:%Y/%m/%d}/{key}", upload)
    try:
        with transaction.atomic():
            return Attachment.objects.create(
                id=key,
                name=rules.clean_name(upload.name or ""),
                content_type=content_type,
                size=upload.size or 0,
                sha256=_sha256(upload),
                path=path,
                by=by,
                at=now,
            )
    except BaseException:
        default_storage.delete(path)
        raise


def store_files(*, by: Person, uploads: Sequence[UploadedFile[bytes]]) -> list[Attachment]:
    """Keep all the files of one message, or none of them.

    Raises Refused (readable by customers) for too many files, and as `store_file` does.
    """
    rules.check_number(len(uploads))
    for upload in uploads:
        rules.check_size(upload)
    stored: list[Attachment] = []
    try:
        with transaction.atomic():
            for upload in uploads:
                stored.append(store_file(by=by, upload=upload))  # noqa: PERF401 (the list is needed on failure)
    except BaseException:
        for attachment in stored:
            default_storage.delete(attachment.path)
        raise
    return stored


def store_bytes(*, by: Person | None, name: str, content: bytes, durably: bool = False) -> Attachment:
    """Keep a file that came in another way than by a form, whatever its size; the caller has limits of its own.

    `durably`: it is on the disk, not only on its way there, when this returns (where the storage is a folder).
    """
    now, key = clock.now(), uuid.uuid4()
    path = default_storage.save(f"attachments/{now:%Y/%m/%d}/{key}", ContentFile(content))
    try:
        if durably:
            _onto_the_disk(path)
        with transaction.atomic():
            return Attachment.objects.create(
                id=key,
                name=rules.clean_name(name),
                content_type=rules.sniff(content[: rules.SNIFFED_BYTES]),
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
                path=path,
                by=by,
                at=now,
            )
    except BaseException:
        default_storage.delete(path)
        raise


def _onto_the_disk(path: str) -> None:
    try:
        place, root = Path(default_storage.path(path)), Path(default_storage.path(""))
    except NotImplementedError:  # no folder: it answers only once it holds the file
        return
    # The folders of a new day are new as well: each is written down in the one above it.
    for name in (place, *(folder for folder in place.parents if folder.is_relative_to(root))):
        handle = os.open(name, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sha256(upload: UploadedFile[bytes]) -> str:
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def forget_files(attachments: QuerySet[Attachment]) -> int:
    """Delete attachments with their files; returns their number.

    The rows go in the caller's transaction, the files once it has happened: a crash in between leaves files that
    nobody points to, and these are swept (`sweep_files`).
    """
    found = list(attachments.values_list("pk", "path"))
    for start in range(0, len(found), AT_ONCE):
        Attachment.objects.filter(pk__in=[pk for pk, _path in found[start : start + AT_ONCE]]).delete()
    for _pk, path in found:
        transaction.on_commit(partial(default_storage.delete, path))
    return len(found)


def sweep_attachments() -> int:
    """Let go of attachments that belong to nothing, a day after they came, with their files; returns their number.

    A page that is sent again brings its files again, and a draft is thrown away or loses a file.
    """
    swept = 0
    while True:
        with transaction.atomic():
            found = queries.belonging_to_nothing(before=clock.now() - NOT_SWEPT_BEFORE)
            # Held, and looked at once more: what is linked at this very moment stays.
            held = list(found.select_for_update(of=("self",)).values_list("pk", flat=True)[:AT_ONCE])
            swept += forget_files(found.filter(pk__in=held))
        if len(held) < AT_ONCE:
            return swept


def sweep_files() -> int:
    """Delete stored files to which no attachment points, a day after they were written; returns their number."""
    swept = 0
    for folder in _folders("attachments", depth=3):
        names = default_storage.listdir(folder)[1]
        for start in range(0, len(names), AT_ONCE):
            paths = {f"{folder}/{name}" for name in names[start : start + AT_ONCE]}
            pointed_at = set(Attachment.objects.filter(path__in=paths).values_list("path", flat=True))
            for path in paths - pointed_at:
                if default_storage.get_modified_time(path) < clock.now() - NOT_SWEPT_BEFORE:
                    default_storage.delete(path)
                    swept += 1
    return swept


def _folders(folder: str, depth: int) -> Iterator[str]:
    """The folders of days: attachments/2026/11/16."""
    if depth == 0:
        yield folder
        return
    try:
        below = default_storage.listdir(folder)[0]
    except FileNotFoundError:
        return
    for name in below:
        yield from _folders(f"{folder}/{name}", depth - 1)
