from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foredesk.kit import clock

from .enums import RunKind, RunState


class Worker(models.Model):
    """A background worker that was alive at `seen_at`; it says so every few seconds and goes when it stops."""

    name = models.CharField(max_length=120, unique=True)  # host:pid:random, see processes.worker_id
    started_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["started_at", "id"]

    def __str__(self) -> str:
        return self.name


class CacheEntry(models.Model):
    """What all web processes have to remember together, such as limits on sign-in attempts: Django's database cache."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.cache_key


class Run(models.Model):
    """One import, export or backup: what was asked for, how far it has come, what it refused."""

    kind = models.CharField(_("kind"), max_length=20, choices=RunKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")  # None: a command
    state = models.CharField(_("state"), max_length=10, choices=RunState, default=RunState.QUEUED)
    created_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveBigIntegerField(default=0)  # units of `done`: rows, or bytes of the file that is read
    done = models.PositiveBigIntegerField(default=0)
    options = models.JSONField(default=dict)  # the mapping of an import, for example
    report = models.JSONField(default=dict)  # counts and the first refusals
    path = models.CharField(max_length=300, blank=True)  # in the default storage: the file that came in or went out
    refused_path = models.CharField(max_length=300, blank=True)  # the refused rows, to mend and bring again
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
