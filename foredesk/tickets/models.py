from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foredesk.catalogue.enums import Size
from foredesk.kit import clock
from foredesk.people.models import Person

from .enums import (
    HELD,
    OPEN_STATES,
    TO_DO,
    Ahead,
    Answer,
    Audience,
    CareStep,
    Channel,
    CloseReason,
    FollowerReason,
    Holder,
    Kind,
    LinkKind,
    Measure,
    PerceivedSize,
    PromiseOutcome,
    Severity,
    Stance,
    State,
)

PERSON = settings.AUTH_USER_MODEL
OPEN = Q(state__in=OPEN_STATES)


class Ticket(models.Model):
    """One request of one customer, from the first word until the customer says that it is solved."""

    subject = models.CharField(_("in short"), max_length=120)
    customer = models.ForeignKey(PERSON, models.PROTECT, related_name="requests", verbose_name=_("customer"))
    opened_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("opened by"))
    channel = models.CharField(_("came"), max_length=10, choices=Channel, default=Channel.PORTAL)
    created_at = models.DateTimeField(_("asked"), default=clock.now)

    service_class = models.ForeignKey(
        "catalogue.ServiceClass", models.PROTECT, related_name="+", verbose_name=_("class")
    )
    size = models.CharField(_("size"), max_length=10, choices=Size)
    lane = models.ForeignKey("catalogue.Lane", models.PROTECT, related_name="+", verbose_name=_("lane"))
    severity = models.CharField(_("held up"), max_length=10, choices=Severity, default=Severity.SLOWED)
    people_held_up = models.PositiveIntegerField(_("people held up"), default=1)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    assignee = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="assigned")
    ahead = models.CharField(max_length=12, choices=Ahead, blank=True)
    ahead_since = models.DateTimeField(null=True)
    times_reopened = models.PositiveSmallIntegerField(default=0)
    is_outage = models.BooleanField(_("outage"), default=False)

    next_update_due = models.DateTimeField(_("next update due"), null=True)
    # When whoever holds it is reminded of the next update; empty once they were, or when none is due.
    nudge_at = models.DateTimeField(null=True)
    # IT's last word to the customer, or since when it owes one; empty on tickets from before it was kept.
    silent_since = models.DateTimeField(null=True)
    # The escalation path: from when its clock counts, how many steps were taken, when it is looked at next.
    escalates_from = models.DateTimeField(default=clock.now)
    steps_taken = models.PositiveSmallIntegerField(default=0)
    escalates_at = models.DateTimeField(null=True, default=clock.now)
    first_reply_target = models.DateTimeField(_("first reply target"))
    solution_target = models.DateTimeField(_("solution target"))
    first_reply_at = models.DateTimeField(null=True)

    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=10, choices=CloseReason, blank=True)

    # What followers may read beside the state and the promises: the customer decides.
    shares_conversation = models.BooleanField(_("followers may read the conversation"), default=True)
    restatement_skipped_because = models.CharField(max_length=300, blank=True)
    # A closed ticket that goes on in another one; replies to it belong there.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    # Where it was imported from: a second run of the same import finds it here.
    source = models.CharField(max_length=40, blank=True)
    source_id = models.CharField(max_length=120, blank=True)
    # When its words and files were let go by the class's retention rule; figures stay.
    forgotten_at = models.DateTimeField(null=True)
    # Counts every write that another writer must know of before overwriting it.
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        indexes = [
            # A lane's list in its three stretches (queries.queues), counted with what is hidden by class.
            models.Index(fields=["lane", "ahead_since"], condition=~Q(ahead=""), name="ahead_by_lane"),
            models.Index(
                fields=["lane", "solution_target"],
                condition=Q(state__in=TO_DO),
                include=["service_class"],
                name="to_do_by_lane",
            ),
            models.Index(fields=["lane", "solution_target"], condition=Q(state__in=HELD), name="held_by_lane"),
            models.Index(fields=["service_class"], condition=Q(state="waiting"), name="waiting_by_class"),
            models.Index(fields=["assignee", "solution_target"], condition=OPEN, name="open_by_assignee"),
            models.Index(fields=["next_update_due"], condition=OPEN, name="open_by_next_update"),
            models.Index(fields=["nudge_at"], condition=OPEN & Q(nudge_at__isnull=False), name="open_by_nudge"),
            models.Index(
                fields=["escalates_at"],
                condition=Q(state__in=TO_DO, escalates_at__isnull=False),
                name="to_do_by_escalation",
            ),
            models.Index(fields=["customer", "-id"], name="by_customer"),
            models.Index(fields=["source_id"], name="by_number_elsewhere"),
            models.Index(fields=["customer", "service_class", "created_at"], name="asked_before"),
            models.Index(fields=["closed_at"], condition=Q(forgotten_at=None, state="closed"), name="closed_and_kept"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(close_reason="")
                | ~Q(state="closed") & Q(closed_at__isnull=True, close_reason=""),
                name="closed_with_time_and_reason",
            ),
            models.CheckConstraint(condition=Q(people_held_up__gte=1), name="somebody_is_held_up"),
            models.CheckConstraint(
                condition=Q(close_reason="merged", merged_into__isnull=False)
                | ~Q(close_reason="merged") & Q(merged_into__isnull=True),
                name="merged_into_another",
            ),
            models.UniqueConstraint(fields=["source", "source_id"], condition=~Q(source_id=""), name="imported_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.subject}"

    @property
    def is_open(self) -> bool:
        return self.state != State.CLOSED


class Interview(models.Model):
    """The technology interview: the customer's words, verbatim. A draft until it is sent as a ticket."""

    person = models.ForeignKey(PERSON, models.PROTECT, related_name="interviews")  # who answers
    customer = models.ForeignKey(PERSON, models.PROTECT, related_name="+")  # whom it is for
    started_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(default=clock.now)
    ticket = models.OneToOneField(Ticket, models.CASCADE, null=True, related_name="interview")
    # Of the page that a call was logged on, so that a page sent again is not logged again ("": not from such a page).
    key = models.CharField(max_length=32, blank=True, default="")

    service_class = models.ForeignKey("catalogue.ServiceClass", models.SET_NULL, null=True, related_name="+")
    kind_chosen = models.BooleanField(default=False)  # by the customer; "not sure" is a choice too
    perceived_size = models.CharField(max_length=10, choices=PerceivedSize, blank=True)
    goal = models.TextField(blank=True)
    happened = models.TextField(blank=True)
    theory = models.TextField(blank=True)
    tried = models.TextField(blank=True)
    impact = models.TextField(blank=True)
    needed_by = models.CharField(max_length=120, blank=True)  # as the customer says it: "before the 11:00 exam"
    severity = models.CharField(max_length=10, choices=Severity, blank=True)
    people_held_up = models.PositiveIntegerField(null=True)
    fixed = models.TextField(blank=True)
    skipped = models.JSONField(default=list)  # prompts shown and left out
    shares_conversation = models.BooleanField(default=True)
    also_held_up: "models.ManyToManyField[Person, models.Model]" = models.ManyToManyField(
        PERSON, related_name="+", blank=True
    )
    attachments = models.ManyToManyField("attachments.Attachment", related_name="+", blank=True)

    stance = models.CharField(max_length=12, choices=Stance, blank=True)  # IT's word on the theory
    stance_because = models.CharField(max_length=300, blank=True)
    stance_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["person", "-saved_at"], condition=Q(ticket=None), name="interview_drafts")]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], condition=~Q(key=""), name="logged_once"),
        ]

    def __str__(self) -> str:
        return self.goal[:60] or f"interview {self.pk}"


class Message(models.Model):
    """One thing said on a ticket. Never changed once sent."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    author = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    by_it = models.BooleanField()  # said as IT; an agent may be a customer on their own request
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.REPLY)
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.EVERYONE)
    body = models.TextField()  # Markdown
    at = models.DateTimeField(default=clock.now)
    # Of the page that it was written on, so that a page sent again is not said again ("": not from a page).
    key = models.CharField(max_length=32, blank=True, default="")
    attachments = models.ManyToManyField("attachments.Attachment", related_name="+", blank=True)
    mentions: "models.ManyToManyField[Person, models.Model]" = models.ManyToManyField(
        PERSON, related_name="mentioned_in", blank=True
    )

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["note", "hand_off"]) | Q(audience="it", by_it=True),
                name="notes_stay_in_it",
            ),
            models.UniqueConstraint(fields=["author", "key"], condition=~Q(key=""), name="said_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.ticket_id}"


class Restatement(models.Model):
    """The need in one sentence of IT's, put before the customer: “Did we understand you?”"""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="restatements")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    text = models.CharField(max_length=400)
    at = models.DateTimeField(default=clock.now)
    is_right = models.BooleanField(null=True)  # None: no answer yet
    correction = models.TextField(blank=True)  # what is different, in the customer's words
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class Solution(models.Model):
    """A fix that IT offers and the customer judges."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="solutions")
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    text = models.TextField()  # Markdown
    checked_how = models.CharField(max_length=200, blank=True)  # how IT tried it before offering it
    at = models.DateTimeField(default=clock.now)
    attachments = models.ManyToManyField("attachments.Attachment", related_name="+", blank=True)
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answer_words = models.TextField(blank=True)  # what is still missing
    answered_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField()
    close_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text[:60]


class Span(models.Model):
    """A stretch of a ticket's life in one state with one holder: what the two clocks are counted from."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="spans")
    state = models.CharField(max_length=10, choices=State)
    holder = models.CharField(max_length=10, choices=Holder, default=Holder.IT)
    reason = models.CharField(max_length=200, blank=True)  # of waiting, in words the customer may read
    until = models.DateTimeField(null=True)  # when waiting ends by itself
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["began_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at=None), name="one_present_span"),
        ]
        indexes = [models.Index(fields=["until"], condition=Q(ended_at=None), name="waiting_until")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.state}"


class PromisedUpdate(models.Model):
    """A next update that was promised, and how it ended. Only ever added to: updates on time are counted from here."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="promised_updates")
    due = models.DateTimeField()
    ended_at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=10, choices=PromiseOutcome)
    silence_seconds = models.PositiveIntegerField()  # working time without a word until `ended_at`

    class Meta:
        ordering = ["ended_at", "id"]
        indexes = [models.Index(fields=["ended_at"], name="promises_by_end")]
        constraints = [
            # Two workers may see the same moment pass.
            models.UniqueConstraint(fields=["ticket", "due"], condition=Q(outcome="missed"), name="missed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.due:%Y-%m-%d %H:%M} {self.outcome}"


class Link(models.Model):
    """Two tickets that belong together. Shown on both, to whoever may see the other one."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="links")
    other = models.ForeignKey(Ticket, models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=LinkKind, default=LinkKind.RELATED)
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "other", "kind"], name="linked_once"),
            models.CheckConstraint(condition=~Q(ticket=models.F("other")), name="linked_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.other_id}"


class Follower(models.Model):
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="followers")
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="following")
    reason = models.CharField(max_length=12, choices=FollowerReason)
    measure = models.CharField(max_length=12, choices=Measure, default=Measure.EVERYTHING)
    # Named by the customer or who asked for them: of a private request nobody else hears as a follower.
    by_customer = models.BooleanField(default=False)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["since", "id"]
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="follows_once")]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.ticket_id}"


class CareMoment(models.Model):
    """When a step of customer care first happened on a ticket."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="care")
    step = models.PositiveSmallIntegerField(choices=CareStep)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["step"]
        constraints = [models.UniqueConstraint(fields=["ticket", "step"], name="a_step_happens_first_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.step}"


class Draft(models.Model):
    """What somebody is writing on a ticket, kept on the server until it is sent."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts")
    author = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=12)  # which form: "reply", "note", "solution", "restatement", "hand_off"
    body = models.TextField()
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "author", "purpose"], name="one_draft_per_form")]

    def __str__(self) -> str:
        return f"{self.purpose} on {self.ticket_id}"


class Visit(models.Model):
    """Somebody of IT has the ticket open now: refreshed by the page, stale after half a minute."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="visits")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=clock.now)
    wrote_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="one_visit_per_person")]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.ticket_id}"
