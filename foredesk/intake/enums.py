from django.db import models
from django.utils.translation import gettext_lazy as _


class Door(models.TextChoices):
    """By which way a mail came in."""

    IMAP = "imap", _("fetched from a mailbox")
    SMTP = "smtp", _("handed over by a mail server")
    PIPE = "pipe", _("handed over by a command")


class IncomingState(models.TextChoices):
    STORED = "stored", _("just arrived")
    WITHHELD = "withheld", _("not handed out by its server yet")
    FILED = "filed", _("on its request")
    SET_ASIDE = "set_aside", _("set aside")
    QUARANTINED = "quarantined", _("in quarantine")


class Became(models.TextChoices):
    """What a filed mail is on its ticket."""

    REQUEST = "request", _("a new request")
    REPLY = "reply", _("a message of a person who belongs to it")
    OUTSIDE = "outside", _("words of somebody who does not belong to it")
    MACHINE = "machine", _("a machine’s mail")
    COPY = "copy", _("the same mail once more, by another mailbox")


class Security(models.TextChoices):
    TLS = "tls", _("TLS from the first byte")
    STARTTLS = "starttls", _("STARTTLS")
    NONE = "none", _("none (on this machine only)")


class SignIn(models.TextChoices):
    PASSWORD = "password", _("user name and password")
    XOAUTH2 = "xoauth2", _("a token of Microsoft, Google or another provider (XOAUTH2)")
