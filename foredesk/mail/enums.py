from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxState(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENT = "sent", _("sent")
    FAILED = "failed", _("failed")


# How the kinds are called in the outbox; a kind that is not here is shown by its own name.
KIND_WORDS = {
    "acknowledgement": _("Acknowledgement"),
    "reply": _("Reply"),
    "restatement": _("Restatement"),
    "solution": _("Solution"),
    "reminder": _("Reminder"),
    "closing": _("Closing"),
    "mention": _("Mention"),
    "update": _("Update"),
    "password": _("Signing in"),
    "notice": _("Notice"),
    "self_test": _("Self-test"),
}

# Mails that carry a person's own words. All others are automatic and say so (RFC 3834), which keeps
# out-of-office replies and mail loops away from the desk.
PERSONAL_KINDS = frozenset({"reply", "note", "mention", "restatement", "solution"})
