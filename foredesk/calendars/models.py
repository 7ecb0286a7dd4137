from django.db import models
from django.utils.translation import gettext_lazy as _


class Calendar(models.Model):
    """When people work at some sites: hours per weekday, public holidays by country, own closed days."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    timezone = models.CharField(_("time zone"), max_length=60, default="Europe/Amsterdam")
    country = models.CharField(_("holidays of"), max_length=2, blank=True)  # ISO 3166-1 alpha-2
    subdivision = models.CharField(_("region"), max_length=40, blank=True)  # as the holidays library names it
    is_default = models.BooleanField(_("used where no other is set"), default=False)
    sites = models.ManyToManyField("people.Site", related_name="calendars", blank=True, verbose_name=_("sites"))

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_calendar"
            )
        ]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """One interval of a weekday; one that closes at or before its opening ends on the following day."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"))  # Monday is 0
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="weekday_exists"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class ClosedDay(models.Model):
    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="closed_days")
    date = models.DateField(_("date"))
    name = models.CharField(_("occasion"), max_length=80)

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="one_entry_per_closed_day")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
