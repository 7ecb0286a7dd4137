from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .enums import LaneKey, Nature, Size, Whom, Without


class Lane(models.Model):
    """One of the two queues; exactly one row for each `LaneKey`, made by a migration."""

    key = models.CharField(max_length=10, choices=LaneKey, unique=True)
    name = models.CharField(_("name"), max_length=60, help_text=_("As customers read it: “the rapid desk”."))
    explanation = models.CharField(
        _("in one sentence"),
        max_length=200,
        help_text=_("Ends the sentence “Your request goes to the rapid desk, …”: “which takes quick things first”."),
    )
    time_box_minutes = models.PositiveIntegerField(
        _("time box"),
        null=True,
        blank=True,
        help_text=_("Minutes of work after which the ticket suggests handing it to the other lane."),
    )
    spill_over_minutes = models.PositiveIntegerField(
        _("help comes after"),
        null=True,
        blank=True,
        default=60,
        help_text=_("When somebody would wait longer than this, the other lane is asked to help. Empty: never."),
    )
    teams = models.ManyToManyField("people.Team", related_name="lanes", blank=True, verbose_name=_("teams"))

    class Meta:
        ordering = ["-key"]  # rapid before deep

    def __str__(self) -> str:
        return self.name


class ServiceClass(models.Model):
    """A kind of request, named in customers' words, with what IT promises for it. Times in working minutes."""

    name = models.CharField(_("name"), max_length=80, unique=True, help_text=_("In customers' words: “Signing in”."))
    description = models.CharField(
        _("description"), max_length=200, blank=True, help_text=_("Examples that help a customer to choose.")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    nature = models.CharField(_("nature"), max_length=10, choices=Nature, default=Nature.TROUBLE)
    offered = models.BooleanField(
        _("offered to customers"), default=False, help_text=_("At most eight are, besides “not sure”.")
    )
    is_default = models.BooleanField(
        _("takes “not sure”"), default=False, help_text=_("Where a request goes when nobody knows yet.")
    )
    usual_size = models.CharField(_("usual size"), max_length=10, choices=Size, default=Size.MOMENT)
    size_reason = models.CharField(
        _("why it takes that long"),
        max_length=200,
        blank=True,
        help_text=_("Ends a sentence for customers: “because we set up and test the device first”."),
    )
    lane = models.ForeignKey(Lane, models.PROTECT, related_name="service_classes", verbose_name=_("lane"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_classes",
        verbose_name=_("owner"),
        help_text=_("Follows every request of this class at its milestones."),
    )
    first_reply_minutes = models.PositiveIntegerField(_("first reply within"), default=60)
    solution_minutes = models.PositiveIntegerField(_("solution within"), default=480)
    silence_minutes = models.PositiveIntegerField(
        _("never silent for longer than"), default=480, help_text=_("Sets when the next update is due.")
    )
    closing_minutes = models.PositiveIntegerField(
        _("closes without an answer after"),
        default=2400,
        help_text=_("Counted from the offered solution; the customer is reminded once, halfway."),
    )
    reopens_days = models.PositiveIntegerField(
        _("a mail opens it again for"),
        null=True,
        blank=True,
        default=30,
        help_text=_("Days after closing; an answer by mail later than that becomes a new request. Empty: for ever."),
    )
    keywords = models.CharField(
        _("words that point here"), max_length=1000, blank=True, help_text=_("Separated by commas.")
    )
    icon = models.CharField(_("icon"), max_length=40, default="circle-question-mark")
    position = models.PositiveIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)
    is_private = models.BooleanField(
        _("private"),
        default=False,
        help_text=_("Only the customer, whom they name, and the teams below know that such a request exists."),
    )
    teams = models.ManyToManyField(
        "people.Team",
        related_name="private_classes",
        blank=True,
        verbose_name=_("teams that see it"),
        help_text=_("Of a private kind only."),
    )
    retention_months = models.PositiveIntegerField(
        _("words are kept for"),
        null=True,
        blank=True,
        help_text=_("Months after closing; then words and files go, the figures stay. Empty: for ever."),
    )

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("service class")
        verbose_name_plural = _("service classes")
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_class"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EscalationStep(models.Model):
    """Who is next when a request of a class stalls, and after how long. Classes without steps have their parent's."""

    service_class = models.ForeignKey(ServiceClass, models.CASCADE, related_name="escalation_steps")
    position = models.PositiveSmallIntegerField()
    whom = models.CharField(max_length=10, choices=Whom)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey("people.Team", models.SET_NULL, null=True, related_name="+")
    contact = models.CharField(max_length=200, blank=True)  # outside: in words, with phone or mail
    after_minutes = models.PositiveIntegerField()  # of working time; by the clock where `out_of_hours`
    without = models.CharField(max_length=12, choices=Without, default=Without.SOLUTION)
    out_of_hours = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["service_class", "position"], name="one_step_at_a_position"),
            models.CheckConstraint(condition=~models.Q(whom="outside", contact=""), name="outside_is_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.service_class_id} {self.position} {self.whom}"


class CannedReply(models.Model):
    """A reply written once with care. `{customer}`, `{agent}`, `{number}`, `{next_update}` are filled in."""

    title = models.CharField(_("title"), max_length=80, unique=True)
    body = models.TextField(_("text"))
    service_class = models.ForeignKey(
        ServiceClass,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="canned_replies",
        verbose_name=_("for"),
        help_text=_("Shown first on requests of this class; empty: on all."),
    )

    class Meta:
        ordering = ["title"]
        verbose_name_plural = _("canned replies")

    def __str__(self) -> str:
        return self.title
