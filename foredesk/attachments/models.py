import uuid

from django.conf import settings
from django.db import models

from foredesk.kit import clock

from .enums import INLINE_IMAGES, SYMBOLS


class Attachment(models.Model):
    """A file somebody gave us, stored under our own name. The room that links it decides who may see it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)  # as the sender called it; shown, never used as a path
    content_type = models.CharField(max_length=100)  # found out by us from the content, not believed
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=200)  # in the default storage
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        """True when the file may be shown in the page instead of being downloaded."""
        return self.content_type in INLINE_IMAGES

    @property
    def symbol(self) -> str:
        """The name of the icon that stands for its kind."""
        return SYMBOLS.get(self.content_type, "file")
