from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a ticket is. `TRANSITIONS` says what may follow what."""

    ASKED = "asked", _("Asked")
    WORKING = "working", _("Being worked on")
    WAITING = "waiting", _("Waiting")
    OFFERED = "offered", _("Fix offered")
    CLOSED = "closed", _("Closed")


# Drawn in docs/architecture.md; the actions check it.
TRANSITIONS: dict[State, frozenset[State]] = {
    State.ASKED: frozenset({State.WORKING, State.WAITING, State.OFFERED, State.CLOSED}),
    State.WORKING: frozenset({State.ASKED, State.WAITING, State.OFFERED, State.CLOSED}),
    State.WAITING: frozenset({State.ASKED, State.WORKING, State.OFFERED, State.CLOSED}),
    State.OFFERED: frozenset({State.ASKED, State.WORKING, State.CLOSED}),
    State.CLOSED: frozenset({State.ASKED, State.WORKING, State.WAITING, State.OFFERED}),
}

OPEN_STATES = (State.ASKED, State.WORKING, State.WAITING, State.OFFERED)
TO_DO = (State.ASKED, State.WORKING)  # IT has the next move
HELD = (State.WAITING, State.OFFERED)  # somebody or something else has


class Holder(models.TextChoices):
    """Who has the next move; the second clock runs only while it is IT."""

    IT = "it", _("IT")
    CUSTOMER = "customer", _("the customer")
    SUPPLIER = "supplier", _("a supplier")
    DATE = "date", _("a date")


class CloseReason(models.TextChoices):
    CONFIRMED = "confirmed", _("the customer said it is solved")
    SILENT = "silent", _("no answer to the offered fix")
    WITHDRAWN = "withdrawn", _("the customer no longer needs it")
    MERGED = "merged", _("it goes on in another request")
    IMPORTED = "imported", _("it was closed before it came here")


class Severity(models.TextChoices):
    """How badly work is held up; the weights are those of the order of work (practices, van Mieghem 1995)."""

    STOPPED = "stopped", _("stopped")
    SLOWED = "slowed", _("slowed")
    ANNOYED = "annoyed", _("annoyed")


class PerceivedSize(models.TextChoices):
    MOMENT = "moment", _("a moment")
    HOUR = "hour", _("about an hour")
    BIGGER = "bigger", _("bigger than that")
    UNKNOWN = "unknown", _("I don’t know")


class Channel(models.TextChoices):
    PORTAL = "portal", _("in the portal")
    PHONE = "phone", _("by phone")
    WALK_UP = "walk_up", _("at the desk")
    EMAIL = "email", _("by e-mail")
    IMPORT = "import", _("from the desk you had before")


# Noted by an agent for the customer, who did the asking.
CALLS = (Channel.PHONE, Channel.WALK_UP)


class PromiseOutcome(models.TextChoices):
    """How a promised next update ended."""

    KEPT = "kept", _("kept")
    MISSED = "missed", _("missed")
    LATE = "late", _("the word that came after a missed one")
    MOVED = "moved", _("moved to a later moment before it passed")


class Ahead(models.TextChoices):
    """Why a ticket stands before its lane's others until IT has acted on it."""

    REOPENED = "reopened", _("came back")
    HANDED_OVER = "handed_over", _("handed over")


class Kind(models.TextChoices):
    """What a message is."""

    REPLY = "reply", _("reply")
    NOTE = "note", _("note for IT")
    HAND_OFF = "hand_off", _("hand-off")


class Audience(models.TextChoices):
    """Who may read a message, from the widest circle to the narrowest."""

    EVERYONE = "everyone", _("the customer, followers and IT")
    CUSTOMER = "customer", _("the customer and IT")
    IT = "it", _("only IT")


class LinkKind(models.TextChoices):
    """How two tickets belong together, read from the first to the second."""

    RELATED = "related", _("has to do with")
    SPLIT = "split", _("was split off from")


class Answer(models.TextChoices):
    """The customer's word on an offered solution: “Does this completely solve it?”"""

    YES = "yes", _("Yes, completely")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")


class Stance(models.TextChoices):
    """What IT makes of the customer's own theory."""

    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    AGREE = "agree", _("agree")
    DIFFER = "differ", _("differ because …")


class FollowerReason(models.TextChoices):
    HELD_UP = "held_up", _("also held up")
    MANAGER = "manager", _("the customer’s manager")
    OWNER = "owner", _("responsible for this kind of request")
    INTERESTED = "interested", _("kept informed")
    MERGED = "merged", _("asked the same")
    COPIED = "copied", _("on copy of the e-mail")


class Measure(models.TextChoices):
    """How much a follower hears."""

    EVERYTHING = "everything", _("every update")
    MILESTONES = "milestones", _("when something changes")
    END = "end", _("only when it is solved")


class CareStep(models.IntegerChoices):
    """The nine steps of customer care (Limoncelli, LISA 1999)."""

    GREETING = 1, _("greeting")
    CLASSIFICATION = 2, _("classification")
    STATEMENT = 3, _("problem statement")
    VERIFICATION = 4, _("problem verification")
    PROPOSALS = 5, _("solution proposals")
    SELECTION = 6, _("solution selection")
    EXECUTION = 7, _("execution")
    CRAFT_VERIFICATION = 8, _("checked by IT")
    CUSTOMER_VERIFICATION = 9, _("confirmed by the customer")


class Prompt(models.TextChoices):
    """The six prompts of the technology interview, in their order."""

    GOAL = "goal", _("What were you trying to get done?")
    HAPPENED = "happened", _("What happened instead?")
    THEORY = "theory", _("What do you think is going on?")
    TRIED = "tried", _("What have you already tried?")
    IMPACT = "impact", _("What can’t you do until this works?")
    FIXED = "fixed", _("What would “fixed” look like?")


class News(models.TextChoices):
    """What people are told about by mail."""

    ACKNOWLEDGED = "acknowledged", _("your request has arrived")
    FOLLOWS = "follows", _("you follow a request")
    REPLY = "reply", _("a reply")
    RESTATED = "restated", _("did we understand you?")
    SIZE_CHANGED = "size_changed", _("we see it as more, or less, work")
    HANDED_OVER = "handed_over", _("it is in other hands")
    WAITING = "waiting", _("it waits")
    WAIT_ENDED = "wait_ended", _("the wait is over")
    SOLUTION = "solution", _("does this solve it?")
    REMINDER = "reminder", _("does this solve it? We ask once more")
    REOPENED = "reopened", _("it is open again")
    CLOSED = "closed", _("it is closed")
    CUSTOMER_WROTE = "customer_wrote", _("the customer wrote")
    CORRECTED = "corrected", _("the customer corrected the restatement")
    ANSWERED = "answered", _("the customer’s word on the fix")
    MENTIONED = "mentioned", _("you are mentioned")
    ASSIGNED = "assigned", _("you are asked to take it on")
    MERGED = "merged", _("it goes on in another request")
    UNMERGED = "unmerged", _("it goes on by itself again")
    SPLIT = "split", _("a part of it is a request of its own")
    PARTS_DONE = "parts_done", _("all its parts are done")
    SILENT_SOON = "silent_soon", _("the customer is to hear soon")
    SILENT = "silent", _("the customer has not heard in time")
    ESCALATED = "escalated", _("you are next on its escalation path")
    PROMISED = "promised", _("a new time for it")
    BOUNCED = "bounced", _("a mail about it came back")
    ANSWERED_QUESTIONS = "answered_qs", _("the customer answered open questions")
    KEPT_AS_NOTE = "kept_as_note", _("your answer by mail was kept as a note")
