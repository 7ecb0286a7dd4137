from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foredesk.catalogue.enums import Size
from foredesk.kit import clock

from .enums import Cause, Outcome, Source

PERSON = settings.AUTH_USER_MODEL


class Measured(models.Model):
    """How long the requests of a class and its parts took: a curve, drawn anew every hour. Working minutes."""

    service_class = models.OneToOneField("catalogue.ServiceClass", models.CASCADE, related_name="measured")
    times = models.JSONField(default=list)
    shares = models.JSONField(default=list)  # still open from each time on
    longest = models.FloatField(default=0)
    cases = models.PositiveIntegerField(default=0)
    level = models.FloatField(default=0.85)  # at which the end of an interval is read now
    # The closest class above with enough cases, for as long as this one has too few.
    wider = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    drawn_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.service_class_id}: {self.cases}"


class Level(models.Model):
    """The level that outcomes have taught: for each class, and in one row without a class for all of them."""

    service_class = models.OneToOneField("catalogue.ServiceClass", models.CASCADE, null=True, related_name="+")
    is_for_all = models.BooleanField(default=False)
    level = models.FloatField(default=0.85)
    outcomes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_for_all"], condition=Q(is_for_all=True), name="one_level_for_all_classes"
            ),
            models.CheckConstraint(
                condition=Q(is_for_all=True, service_class=None) | Q(is_for_all=False, service_class__isnull=False),
                name="level_of_a_class_or_of_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_class_id}: {self.level}"


class Quote(models.Model):
    """When a request will be done, as its customer was told. Never changed: a new promise is a new row.

    Minutes are working time at the customer's site, counted from the request.
    """

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="quotes")
    given_at = models.DateTimeField(_("given"), default=clock.now)
    earliest = models.DateTimeField(_("from"), null=True)  # None: only an end is promised
    until = models.DateTimeField(_("until"))
    earliest_minutes = models.PositiveIntegerField(null=True)
    minutes = models.PositiveIntegerField()
    source = models.CharField(max_length=10, choices=Source)
    cases = models.PositiveIntegerField(default=0)
    level = models.FloatField(default=0.85)
    history_of = models.ForeignKey("catalogue.ServiceClass", models.SET_NULL, null=True, related_name="+")
    cause = models.CharField(max_length=10, choices=Cause)
    reason = models.CharField(max_length=300, blank=True)  # of a new promise, in words for the customer
    by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    # What the request was when this was promised: where one of them changes, so does the promise, aloud.
    service_class = models.ForeignKey("catalogue.ServiceClass", models.PROTECT, related_name="+")
    size = models.CharField(max_length=10, choices=Size)
    lane = models.ForeignKey("catalogue.Lane", models.PROTECT, related_name="+")
    times_reopened = models.PositiveSmallIntegerField(default=0)

    is_first = models.BooleanField(default=False)
    replaced_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    known_at = models.DateTimeField(null=True)
    took_minutes = models.PositiveIntegerField(null=True)
    has_taught = models.BooleanField(default=False)  # its outcome has moved the level

    class Meta:
        ordering = ["given_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(replaced_at=None), name="one_present_quote"),
            models.CheckConstraint(
                condition=Q(outcome="", known_at=None) | ~Q(outcome="") & Q(known_at__isnull=False),
                name="outcome_with_time",
            ),
        ]
        indexes = [
            models.Index(fields=["until"], condition=Q(outcome=""), name="quotes_undecided"),
            models.Index(fields=["given_at"], condition=Q(is_first=True), name="first_quotes"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} until {self.until}"


class Tally(models.Model):
    """What became of the first promises of a class given in a month: the narrow table behind the calibration page."""

    service_class = models.ForeignKey("catalogue.ServiceClass", models.CASCADE, related_name="+")
    month = models.DateField()
    kept = models.PositiveIntegerField()
    missed = models.PositiveIntegerField()
    width = models.PositiveIntegerField()  # mean minutes between the ends of the interval
    padding = models.IntegerField()  # mean minutes promised beyond what it took; negative: too little
    renewed = models.PositiveIntegerField()  # of them, replaced by a new promise before they ended

    class Meta:
        ordering = ["-month"]
        constraints = [models.UniqueConstraint(fields=["service_class", "month"], name="one_tally_a_month")]

    def __str__(self) -> str:
        return f"{self.service_class_id} {self.month}"


class Milestone(models.Model):
    """A step of a significant request, with who sees to it and when it is planned; forecast from its lane's pace."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="milestones")
    title = models.CharField(_("what"), max_length=120)
    owner = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who"))
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    added_at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True)
    likely_on = models.DateField(null=True)  # half of the runs are done by then
    promised_on = models.DateField(null=True)  # 85 of 100 runs were done by then when it was promised
    first_promised_on = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was promised anew
    cases = models.PositiveIntegerField(default=0)  # finished things that the forecast rests on

    class Meta:
        ordering = ["position", "id"]
        indexes = [
            models.Index(fields=["ticket"], condition=Q(done_at=None), name="milestones_to_come"),
            models.Index(fields=["done_at"], name="milestones_done"),
        ]

    def __str__(self) -> str:
        return self.title
