from django.db import models
from django.utils.translation import gettext_lazy as _

from foredesk.kit import clock


class OutboxState(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")


class OutboxMessage(models.Model):
    """One mail to one recipient, from the moment somebody decided to send it."""

    to = models.EmailField(_("to"))
    to_name = models.CharField(max_length=120, blank=True)
    sender = models.CharField(max_length=200)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    kind = models.CharField(_("kind"), max_length=40)  # "acknowledgement", "reply", "password", ...
    about = models.CharField(max_length=60, blank=True, db_index=True)  # a token of the owning room: "ticket:4812"
    # What makes sending idempotent: an effect that runs twice finds its mail here.
    key = models.CharField(max_length=120, unique=True)
    is_secret = models.BooleanField(default=False)  # carries a sign-in link: shown to nobody, emptied once sent
    state = models.CharField(_("state"), max_length=10, choices=OutboxState, default=OutboxState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    queued_at = models.DateTimeField(_("queued"), default=clock.now)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], condition=~models.Q(state="sent"), name="outbox_unsent"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
