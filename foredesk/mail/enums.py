from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxState(models.TextChoices):
    """What became of a mail; what may follow what stands beside it."""

    QUEUED = "queued", _("queued")  # > sent, deferred, failed, not sent
    DEFERRED = "deferred", _("trying again")  # a try failed, another one comes > sent, deferred, failed, not sent
    SENT = "sent", _("sent")  # > came back
    FAILED = "failed", _("failed")  # > queued, when somebody wants it
    BOUNCED = "bounced", _("came back")  # > queued, when the address was mended
    DROPPED = "dropped", _("not sent")  # > queued, when what stood against it is gone


TO_GO = (OutboxState.QUEUED, OutboxState.DEFERRED)
UNDELIVERED = (OutboxState.FAILED, OutboxState.BOUNCED)  # somebody should have a look


class NotSent(models.TextChoices):
    """Why a mail is not sent although somebody is concerned."""

    NO_ADDRESS = "no_address", _("Not sent: there is no address to send it to.")
    REFUSES = "refuses", _("Not sent: this address refuses mail.")
    PAGE_ONLY = "page_only", _("Not sent: they chose to read such news on their page.")
    CAP = "cap", _("Not sent: the cap on automatic answers is reached.")
    MACHINE = "machine", _("Not sent: it would have answered a machine or a list.")
    NOT_THEIRS = "not_theirs", _("Not sent: what it is about is not for them any more.")
    LET_GO = "let_go", _("Not sent: it was let go before it could be.")


class Way(models.TextChoices):
    """How somebody hears of something."""

    MAIL = "mail", _("By mail, at once")
    DIGEST = "digest", _("In one mail a day")
    PAGE = "page", _("Only on the page")


class Topic(models.TextChoices):
    """What people choose a way for: the many kinds of news in a few plain groups."""

    ANSWERS = "answers", _("Answers and questions about my requests")
    PROGRESS = "progress", _("Where my requests stand")
    FOLLOWED = "followed", _("Requests I follow")
    WORK = "work", _("Work given to me, and mentions")
    REMINDERS = "reminders", _("Reminders of promised updates")
    RUNNING = "running", _("Roster, teams, and how IT is run")


# Questions that wait for an answer would wait too long for the mail of the day.
ANSWERED_SOON = frozenset({Topic.ANSWERS, Topic.REMINDERS})
FOR_IT = frozenset({Topic.WORK, Topic.REMINDERS, Topic.RUNNING})
# News that waits for an answer, or that somebody waits for: never put off to go with others.
AT_ONCE_KINDS = frozenset(
    {
        "acknowledged",
        "restated",
        "solution",
        "reminder",
        "silent_soon",
        "silent",
        "escalated",
        "bounced",
        "kept_as_note",
    }
)
# One mail that holds several others: written from them at the moment of sending.
TOGETHER, AFTERWARDS, DIGEST = "together", "afterwards", "digest"
BUNDLES = frozenset({TOGETHER, AFTERWARDS, DIGEST})


# How the kinds are called in the outbox; a kind that is not here is shown by its own name.
KIND_WORDS = {
    TOGETHER: _("Several news about one thing"),
    AFTERWARDS: _("News about several things"),
    DIGEST: _("Mail of the day"),
    "acknowledged": _("Acknowledgement"),
    "follows": _("You follow a request"),
    "reply": _("Reply"),
    "restated": _("Restatement"),
    "size_changed": _("Another size"),
    "handed_over": _("In other hands"),
    "waiting": _("It waits"),
    "wait_ended": _("The wait is over"),
    "solution": _("Offered fix"),
    "reminder": _("Reminder of an offered fix"),
    "reopened": _("Open again"),
    "closed": _("Closing"),
    "customer_wrote": _("Words of the customer"),
    "corrected": _("Correction"),
    "answered": _("Word on the fix"),
    "answered_qs": _("Answers to questions"),
    "bounced": _("A mail came back"),
    "kept_as_note": _("Kept as a note"),
    "mentioned": _("Mention"),
    "assigned": _("Work to take on"),
    "merged": _("Goes on elsewhere"),
    "unmerged": _("By itself again"),
    "split": _("A request of its own"),
    "parts_done": _("All parts done"),
    "silent_soon": _("A word is due soon"),
    "silent": _("A word is overdue"),
    "escalated": _("Next on the path"),
    "promised": _("A new time"),
    "password": _("Signing in"),
    "notice": _("Notice"),
    "self_test": _("Self-test"),
}

# Mails that carry a person's own words. All others are automatic and say so (RFC 3834), which keeps
# out-of-office replies and mail loops away from the desk.
PERSONAL_KINDS = frozenset({"reply", "mentioned", "customer_wrote", "restated", "corrected", "solution", "answered"})
