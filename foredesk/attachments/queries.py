from datetime import datetime

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, QuerySet
from django.http import FileResponse, Http404

from .enums import INLINE_IMAGES
from .models import Attachment


def open_file(attachment: Attachment) -> FileResponse:
    """The file as an answer to a browser: pictures in place, everything else as a download, nothing runs.

    The caller has already checked that the reader may see it. Raises Http404 when the storage has lost the file.
    """
    try:
        content = default_storage.open(attachment.path)
    except FileNotFoundError as lost:
        raise Http404 from lost
    return FileResponse(
        content,
        as_attachment=attachment.content_type not in INLINE_IMAGES,
        filename=attachment.name,
        content_type=attachment.content_type,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, max-age=300",
        },
    )


def belonging_to_nothing(*, before: datetime) -> QuerySet[Attachment]:
    """Attachments from before that moment to which no row of any room points."""
    found = Attachment.objects.filter(at__lt=before).order_by("pk")
    for relation in Attachment._meta.get_fields(include_hidden=True):
        if relation.one_to_many or relation.one_to_one:  # tables between two models are among them
            pointing = relation.related_model._base_manager.filter(**{relation.field.attname: OuterRef("pk")})  # type: ignore[union-attr]
            found = found.filter(~Exists(pointing))
    return found
