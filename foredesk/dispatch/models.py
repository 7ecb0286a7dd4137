from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foredesk.kit import clock
from foredesk.people.models import Person

from .enums import Basis, SkipReason

PERSON = settings.AUTH_USER_MODEL


class Place(models.Model):
    """Where a ticket that IT can act on stands in its lane. Worked out from the ticket, and anew as time passes.

    Lists are read from here in the order of an index: tier, weight (smaller first), number.
    """

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, primary_key=True, related_name="place")
    lane = models.ForeignKey("catalogue.Lane", models.CASCADE, related_name="+", db_index=False)
    service_class = models.ForeignKey("catalogue.ServiceClass", models.CASCADE, related_name="+", db_index=False)
    tier = models.PositiveSmallIntegerField()  # rules.order.Tier
    weight = models.FloatField()
    # What it was worked out from. Times in minutes of working time at the customer's site.
    site = models.IntegerField(null=True)  # key of the site whose hours count; None: the default calendar's
    asked_at = models.DateTimeField()
    held_up = models.FloatField()  # rules.order.held_up
    target = models.FloatField()
    touch = models.FloatField()
    is_outage = models.BooleanField(default=False)
    came_back = models.BooleanField(default=False)
    is_free = models.BooleanField(default=True)  # nobody holds it

    class Meta:
        indexes = [
            models.Index(fields=["lane", "tier", "weight", "ticket"], name="lane_in_order"),
            models.Index(
                fields=["lane", "tier", "weight", "ticket"],
                condition=models.Q(is_free=True),
                include=["service_class", "touch"],
                name="free_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.tier}, {self.weight:g}"


class Sitting(models.Model):
    """Somebody of IT at a ticket: what they have spent on it since they last acted. Gone a day later.

    How long whom takes is kept nowhere: what was spent goes to the ticket's `Effort`, which knows no person.
    """

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    seen = models.FloatField()  # seconds since 1970
    seconds = models.FloatField(default=0)
    acted = models.FloatField(default=0)  # seconds that were work, until the worker adds them to the ticket's effort

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="one_sitting_per_person")]
        indexes = [
            models.Index(fields=["seen"], name="sittings_by_age"),
            models.Index(fields=["id"], condition=models.Q(acted__gt=0), name="sittings_acted"),
        ]

    def __str__(self) -> str:
        return f"{self.seconds:.0f} s at {self.ticket_id}"


class Effort(models.Model):
    """The work that a ticket took: measured from opening to acting, idle cut off; or as somebody of IT corrected it."""

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="effort")
    seconds = models.FloatField(default=0)
    corrected_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.seconds:.0f} s of work on {self.ticket_id}"


class UsualWork(models.Model):
    """How much work a request of a class usually is: the mean of what was measured, worked out once an hour."""

    service_class = models.OneToOneField(
        "catalogue.ServiceClass", models.CASCADE, primary_key=True, related_name="usual_work"
    )
    minutes = models.FloatField()
    cases = models.PositiveIntegerField()  # that were measured of the class itself
    basis = models.CharField(max_length=10, choices=Basis)
    measured_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.service_class_id}: {self.minutes:.0f} min"


class Skip(models.Model):
    """Somebody was served a ticket and left it to a colleague, for a reason that the lead sees as a sum."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="skips")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    reason = models.CharField(_("why"), max_length=10, choices=SkipReason)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [
            models.Index(fields=["person", "at"], name="skips_by_person"),
            models.Index(fields=["at"], name="skips_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.reason}"


class Skill(models.Model):
    """Something not everybody of IT can do. Requests of its classes are served to those who have it."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    people: "models.ManyToManyField[Person, models.Model]" = models.ManyToManyField(
        PERSON, related_name="skills", blank=True, verbose_name=_("who has it")
    )
    service_classes = models.ManyToManyField(
        "catalogue.ServiceClass", related_name="skills", blank=True, verbose_name=_("needed for")
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
