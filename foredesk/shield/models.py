from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foredesk.kit import clock

PERSON = settings.AUTH_USER_MODEL


class FocusBlock(models.Model):
    """A time in which somebody works undisturbed: planned, begun, over. Blocks of one person never overlap."""

    person = models.ForeignKey(PERSON, models.PROTECT, related_name="focus_blocks")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # Who is asked meanwhile. None: whoever holds the rapid desk by the roster, or (announced) nobody.
    shielded_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    is_announced = models.BooleanField(default=False)  # project time of a team of one: customers read of it
    planned_at = models.DateTimeField(default=clock.now)
    begun_at = models.DateTimeField(null=True)  # when notices began to wait
    over_at = models.DateTimeField(null=True)  # when they stopped: at the end, or before it

    class Meta:
        ordering = ["begins_at", "id"]
        indexes = [
            models.Index(fields=["ends_at"], condition=Q(over_at=None), name="focus_not_over"),
            models.Index(fields=["begins_at"], name="focus_by_begin"),
        ]
        constraints = [models.CheckConstraint(condition=Q(begins_at__lt=F("ends_at")), name="focus_takes_time")]


class Pierce(models.Model):
    """An emergency that reached somebody in focus."""

    block = models.ForeignKey(FocusBlock, models.PROTECT, related_name="pierces")  # whose, and when
    by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="+")
    # The note that mentions them; None: they were asked to take the ticket on.
    message = models.ForeignKey("tickets.Message", models.SET_NULL, null=True, related_name="+")
    cause = models.CharField(max_length=120)  # of the definition, as it read then
    reason = models.TextField()  # let go with the words of the ticket
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["block", "message"], name="one_pierce_per_note")]


class HeldAssignment(models.Model):
    """A ticket that somebody was asked to take on while in focus: they see it when that ends."""

    block = models.ForeignKey(FocusBlock, models.CASCADE, related_name="held_assignments")
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["block", "ticket"], name="held_once")]


class Definition(models.Model):
    """What the organisation calls an emergency: one row, or none while the words we begin with are right."""

    words = models.TextField(_("what an emergency is"), max_length=600)
    causes = models.TextField(_("causes"), max_length=1200)  # one a line
    phone = models.CharField(_("phone for emergencies"), max_length=60, blank=True)


class Slot(models.Model):
    """Who holds the rapid desk each week on a day, from when to when by the organisation's clock."""

    weekday = models.PositiveSmallIntegerField(_("day"))  # 0: Monday
    begins = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=_("who"))

    class Meta:
        ordering = ["weekday", "begins", "id"]
        constraints = [
            models.UniqueConstraint(fields=["weekday", "begins", "person"], name="slot_once"),
            models.CheckConstraint(condition=Q(begins__lt=F("ends")), name="slot_takes_time"),
        ]


class Shift(models.Model):
    """A slot on one date, and who holds the desk then: by the pattern, or by a swap."""

    date = models.DateField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    person = models.ForeignKey(PERSON, models.PROTECT, related_name="shifts")
    slot = models.ForeignKey(Slot, models.SET_NULL, null=True, related_name="shifts")
    swapped = models.BooleanField(default=False)  # agreed between people: the pattern leaves it alone
    told_at = models.DateTimeField(null=True)  # when its beginning was announced to who listens

    class Meta:
        ordering = ["begins_at", "id"]
        indexes = [models.Index(fields=["begins_at"], name="shift_by_begin")]
        constraints = [
            models.UniqueConstraint(fields=["slot", "date"], name="shift_once_a_day"),
            models.CheckConstraint(condition=Q(begins_at__lt=F("ends_at")), name="shift_takes_time"),
        ]


class Swap(models.Model):
    """One asks to be relieved of a shift, in exchange for another or as a favour; the other agrees, or not."""

    shift = models.ForeignKey(Shift, models.CASCADE, related_name="swaps")
    in_return = models.ForeignKey(Shift, models.CASCADE, null=True, related_name="+")
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)  # None: open, or taken back

    class Meta:
        ordering = ["asked_at", "id"]
        indexes = [models.Index(fields=["asked_of"], condition=Q(answered_at=None), name="swap_open")]


class Absence(models.Model):
    """Days on which somebody is away, the first and the last included. Why is nobody's business."""

    person = models.ForeignKey(PERSON, models.PROTECT, related_name="absences")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))

    class Meta:
        ordering = ["first", "id"]
        indexes = [models.Index(fields=["last"], name="absence_by_last")]
        constraints = [models.CheckConstraint(condition=Q(first__lte=F("last")), name="absence_in_order")]


class Feed(models.Model):
    """An address at which calendars find busy times. Only the hash of its secret is kept."""

    owner = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    is_team = models.BooleanField(default=False)  # everybody's times, else the owner's
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256, hexadecimal
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "is_team"], name="one_feed_of_a_kind")]
