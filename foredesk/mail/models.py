from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foredesk.kit import clock
from foredesk.people.rules import is_undisturbed

from .enums import BUNDLES, KIND_WORDS, TO_GO, UNDELIVERED, NotSent, OutboxState, Way


class OutboxMessage(models.Model):
    """One mail to one recipient, from the moment somebody decided to send it, or would have."""

    to = models.EmailField(_("to"), blank=True)  # "": there is none
    to_name = models.CharField(max_length=120, blank=True)
    # Whom it tells something, if they are known here: they find it among their news.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    sender = models.CharField(max_length=200)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    kind = models.CharField(_("kind"), max_length=40)  # "acknowledgement", "reply", "password", ...
    about = models.CharField(max_length=60, blank=True, db_index=True)  # a token of the owning room: "ticket:4812"
    # What it belongs to, as a token of the owning room ("class:7", the ticket's class): rooms say which scopes a
    # person must not know of (rules.hide_scopes). "": everybody who may open the outbox reads it.
    scope = models.CharField(max_length=60, blank=True, default="")
    # What makes sending idempotent: an effect that runs twice finds its mail here.
    key = models.CharField(max_length=120, unique=True)
    is_secret = models.BooleanField(default=False)  # carries a sign-in link: shown to nobody, emptied once sent
    way = models.CharField(max_length=8, choices=Way, default=Way.MAIL)
    # Whether it may leave in one mail with others to the same person about the same thing.
    joins = models.BooleanField(default=False)
    # The mail that carries it together with others; what becomes of that one becomes of it.
    sent_in = models.ForeignKey("self", models.SET_NULL, null=True, related_name="parts", db_index=False)
    state = models.CharField(_("state"), max_length=10, choices=OutboxState, default=OutboxState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    # While it is queued no worker touches it before this moment: the back-off after a failure, and the
    # lease of the worker that is sending it right now.
    not_before = models.DateTimeField(default=clock.now)
    # Whom it would interrupt in their focus: it waits until `not_before`, when that ends. None: it waits for nobody.
    held_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    error = models.TextField(blank=True)  # the server's words, or ours where it never came to that
    not_sent_because = models.CharField(max_length=12, choices=NotSent, blank=True)
    carrier = models.CharField(max_length=10, blank=True)  # the transport that took it: "smtp", or "kept" here
    queued_at = models.DateTimeField(_("queued"), default=clock.now)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "id"], name="outbox_by_state"),
            models.Index(
                fields=["not_before"], condition=models.Q(state__in=TO_GO, sent_in__isnull=True), name="outbox_to_go"
            ),
            models.Index(fields=["sent_in"], condition=models.Q(sent_in__isnull=False), name="outbox_parts"),
            models.Index(fields=["person", "-id"], name="outbox_of_person"),
            models.Index(fields=["to", "-id"], name="outbox_to_address"),
            models.Index(fields=["held_for"], condition=models.Q(held_for__isnull=False), name="outbox_held"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    @property
    def kind_words(self) -> str:
        return str(KIND_WORDS.get(self.kind) or self.kind.replace("_", " ").capitalize())

    @property
    def is_held(self) -> bool:
        """Whether it waits for the end of its reader's focus."""
        return (
            self.held_for is not None
            and self.way == Way.MAIL
            and self.sent_in_id is None
            and self.state == OutboxState.QUEUED
            and not self.attempts
            and is_undisturbed(self.held_for)
        )

    @property
    def waits(self) -> bool:
        """Whether it is to go out at a later moment."""
        return self.not_before > clock.now()

    @property
    def is_trouble(self) -> bool:
        return self.state in {*UNDELIVERED, OutboxState.DEFERRED} or self.not_sent_because == NotSent.REFUSES

    @property
    def has_reason(self) -> bool:
        """Whether there is more to say of its state than the word for it (mail/reason.html)."""
        waits = self.state == OutboxState.QUEUED and self.sent_in_id is None and self.waits
        return bool(
            self.error or self.not_sent_because or (waits and (self.is_held or self.joins or self.way == Way.DIGEST))
        )

    @property
    def is_bundle(self) -> bool:
        return self.kind in BUNDLES

    @property
    def ticket_number(self) -> int | None:
        """The number of the ticket that this mail is about, from the token "ticket:4812"."""
        room, _colon, number = self.about.partition(":")
        return int(number) if room == "ticket" and number.isdecimal() else None


class ThreadId(models.Model):
    """A Message-ID that came from outside in the talk about one thing, so that what answers it finds that thing."""

    about = models.CharField(max_length=60)  # a token of the owning room: "ticket:4812"
    value = models.TextField()  # with its angle brackets
    hash = models.CharField(max_length=64, db_index=True)  # SHA-256 of the value, which may be long

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["about", "hash"], name="thread_id_once")]

    def __str__(self) -> str:
        return f"{self.value} → {self.about}"


class BadAddress(models.Model):
    """An address from which mail comes back, as mail servers told us."""

    address = models.EmailField(unique=True)  # in small letters
    # It refuses all mail, and gets none until somebody clears it or a mail comes from it; else only noted.
    is_permanent = models.BooleanField()
    since = models.DateTimeField(default=clock.now)  # of its being permanent, where it is
    last_at = models.DateTimeField(default=clock.now)
    times = models.PositiveIntegerField(default=1)
    reason = models.CharField(max_length=500)  # the last server's words, on one line
    mail = models.ForeignKey(OutboxMessage, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["address"]
        verbose_name_plural = _("bad addresses")

    def __str__(self) -> str:
        return self.address


class NoticeChoice(models.Model):
    """How somebody wants to hear of things; who has chosen nothing has no row."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    ways = models.JSONField(default=dict)  # Topic to Way, where it is not the usual one: mail
    seen = models.PositiveBigIntegerField(default=0)  # the newest piece of news that they have seen on their page

    def __str__(self) -> str:
        return str(self.person)
