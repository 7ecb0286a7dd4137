from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foredesk.kit import clock


class Event(models.Model):
    """One thing somebody (or Foredesk itself) did to one object. Only ever added, never changed."""

    at = models.DateTimeField(_("when"), default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    tag = models.CharField(_("what"), max_length=60)  # from the general to the particular: "ticket:reply:sent"
    about_type = models.CharField(max_length=60)  # a model's label, "tickets.ticket"
    about_id = models.BigIntegerField()
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["about_type", "about_id", "at"])]

    def __str__(self) -> str:
        return f"{self.tag} {self.about_type}#{self.about_id}"
