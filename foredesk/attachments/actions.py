import hashlib
import uuid
from collections.abc import Sequence

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from foredesk.kit import clock
from foredesk.people.models import Person

from . import rules
from .models import Attachment


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


def _sha256(upload: UploadedFile[bytes]) -> str:
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()
