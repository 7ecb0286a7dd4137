from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foredesk.catalogue.enums import Size
from foredesk.kit import clock

from .enums import Answer

PERSON = settings.AUTH_USER_MODEL


class Learning(models.Model):
    """What was learned once from solved requests: numbers only, no words (rules.keeping)."""

    at = models.DateTimeField(_("learned"), default=clock.now)
    requests = models.PositiveIntegerField(_("from so many requests"))
    corrections = models.PositiveIntegerField(_("of them corrected by hand"))
    seconds = models.FloatField(_("in so many seconds"))
    # The latest in the record of activity by then: what came later is new to it.
    last_event = models.BigIntegerField(default=0)
    # Of class, size and lane each what it expects of itself: {"class": {"right": 0.93, "spoken": 0.7}}.
    expected = models.JSONField(default=dict)
    learned = models.BinaryField()
    format = models.PositiveSmallIntegerField()  # how `learned` is to be read

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.requests}"


class Suggestion(models.Model):
    """What a new request looks like, from its words. What was not sure enough is empty; without a class, all is."""

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="suggestion")
    at = models.DateTimeField(default=clock.now)
    service_class = models.ForeignKey("catalogue.ServiceClass", models.CASCADE, null=True, related_name="+")
    size = models.CharField(max_length=10, choices=Size, blank=True)
    lane = models.ForeignKey("catalogue.Lane", models.CASCADE, null=True, related_name="+")
    confidence = models.JSONField(default=dict)  # of class, size and lane each, said or not
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="answered_at_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["answered_at"], condition=Q(answer="refused"), name="refused_since")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.service_class_id or '-'} {self.size or '-'} {self.lane_id or '-'}"


class Reason(models.Model):
    """A solved request that a suggestion rests on: one of those most alike."""

    suggestion = models.ForeignKey(Suggestion, models.CASCADE, related_name="reasons")
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()  # 0: the most alike

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["suggestion", "ticket"], name="a_reason_once")]

    def __str__(self) -> str:
        return f"{self.suggestion_id} as {self.ticket_id}"
