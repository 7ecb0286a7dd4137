from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foredesk.kit import clock

from .enums import Became, Door, IncomingState, Security, SignIn


class Mailbox(models.Model):
    """An address to which people write to IT, and how its mail is fetched, if it is (others hand it over)."""

    name = models.CharField(_("name"), max_length=60, unique=True, help_text=_("As IT calls it: “Helpdesk”."))
    address = models.EmailField(_("address"), unique=True)  # in small letters
    other_addresses = models.JSONField(default=list)  # further addresses that lead here, in small letters
    # Addresses from which web forms write, in small letters: Reply-To says who filled one in (rules.web_forms).
    form_senders = models.JSONField(default=list)
    service_class = models.ForeignKey(
        "catalogue.ServiceClass",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kind of its requests"),
        help_text=_("Empty: found out from the words."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    # IMAP; an empty host: nothing is fetched, mail comes by the listener or the command.
    host = models.CharField(_("server"), max_length=200, blank=True)
    port = models.PositiveIntegerField(_("port"), default=993)
    security = models.CharField(_("connection"), max_length=10, choices=Security, default=Security.TLS)
    username = models.CharField(_("user name"), max_length=200, blank=True)
    sign_in = models.CharField(_("signs in with"), max_length=10, choices=SignIn, default=SignIn.PASSWORD)
    secret = models.TextField(blank=True)  # password, or XOAUTH2's refresh token or client secret: sealed (kit.sealing)
    token_url = models.URLField(_("token address"), blank=True)
    client_id = models.CharField(_("client id"), max_length=200, blank=True)
    client_secret = models.TextField(blank=True)  # sealed
    scope = models.CharField(_("scope"), max_length=300, blank=True)
    secret_expires_on = models.DateField(_("the password or secret expires on"), null=True, blank=True)
    folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    takes_old = models.BooleanField(_("take in what is there already"), default=False)

    # Where fetching stands (RFC 3501, 2.3.1.1): messages of this validity up to this UID are stored.
    uid_validity = models.PositiveBigIntegerField(null=True)
    last_uid = models.PositiveBigIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True)  # the last time that it went well
    next_fetch_at = models.DateTimeField(default=clock.now)  # also the lease of who fetches now
    failing_since = models.DateTimeField(null=True)
    refusals = models.PositiveSmallIntegerField(default=0)  # of our sign-in, in a row; counts while it fails
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = _("mailboxes")

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"

    @property
    def addresses(self) -> list[str]:
        return [self.address, *self.other_addresses]


class Incoming(models.Model):
    """A mail as it came, stored before anything in it was understood, and what became of it."""

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True, related_name="incoming")
    door = models.CharField(max_length=10, choices=Door)
    # The bytes as they came, byte for byte; None once they were let go (retention, erasure). With `uid` the head only,
    # or None: the rest is still at the IMAP server, under that number (RFC 3501, 2.3.1.1), withheld or too large.
    raw = models.ForeignKey("attachments.Attachment", models.SET_NULL, null=True, related_name="+")
    uid_validity = models.PositiveBigIntegerField(null=True)
    uid = models.PositiveBigIntegerField(null=True)
    size = models.PositiveBigIntegerField()  # bytes
    # What makes taking it in idempotent: rules.fingerprint of Message-IDs and content.
    fingerprint = models.CharField(max_length=64)
    # Its first Message-ID (RFC 5322, 3.6.4) with brackets; "" where it has none. Known before the rest is read.
    mail_id = models.CharField(max_length=255, blank=True, db_index=True)
    envelope_from = models.CharField(max_length=320, blank=True)  # SMTP's MAIL FROM; "<>": the null return path
    envelope_to = models.JSONField(default=list)
    came_at = models.DateTimeField(default=clock.now)

    state = models.CharField(max_length=12, choices=IncomingState, default=IncomingState.STORED)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(
        default=clock.now
    )  # a pause after a failure, or the lease of the worker that reads it now; withheld: when it is asked for again
    reason = models.CharField(max_length=500, blank=True)  # why it is in quarantine or set aside, for people

    # What it says, as far as it was read, for lists.
    subject = models.CharField(max_length=250, blank=True)
    sender = models.CharField(max_length=254, blank=True)  # address in small letters
    sender_name = models.CharField(max_length=120, blank=True)
    machine = models.CharField(max_length=12, blank=True)  # MachineKind
    text = models.TextField(blank=True)  # what a reader sees
    has_html = models.BooleanField(default=False)
    details = models.JSONField(default=dict)  # what pages show beside its text: see rules.details
    handled_at = models.DateTimeField(null=True)

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, null=True, related_name="incoming")
    # The message it became; None for a new request (its words are the interview) and for machines' mail.
    message = models.OneToOneField("tickets.Message", models.SET_NULL, null=True, related_name="incoming")
    became = models.CharField(max_length=10, choices=Became, blank=True)
    # When what it said was let go, long after it was set aside; the row stays, so that the same mail is known again.
    let_go_at = models.DateTimeField(null=True)
    # When somebody of IT decided what becomes of an outsider's words; None: nobody has yet.
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "fingerprint"], name="taken_in_once"),
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(mailbox=None), name="taken_in_once_from_nowhere"
            ),
        ]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state="stored"), name="incoming_due"),
            models.Index(fields=["state", "-id"], name="incoming_by_state"),
            models.Index(fields=["fingerprint"], name="incoming_by_print"),
            models.Index(fields=["sender", "-came_at"], name="incoming_by_sender"),
            models.Index(fields=["mailbox", "-came_at"], name="incoming_by_mailbox"),
            models.Index(fields=["mailbox", "uid"], condition=Q(uid__isnull=False), name="incoming_left_behind"),
            models.Index(
                fields=["handled_at"], condition=Q(state="set_aside", let_go_at=None), name="incoming_set_aside"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject or self.pk} from {self.sender or '?'}"


class Keeping(models.Model):
    """For how long mail that belongs to no request is kept: one row, or none while what we begin with is right."""

    BEGIN_WITH = 90

    set_aside_days = models.PositiveIntegerField(null=True, default=BEGIN_WITH)  # None: for ever

    def __str__(self) -> str:
        return f"{self.set_aside_days}"
