from django.db import models
from django.utils.translation import gettext_lazy as _


class LaneKey(models.TextChoices):
    """The two lanes. Their names and words are data; that there are two is the design."""

    RAPID = "rapid", _("Rapid response")
    DEEP = "deep", _("Deep dive")


class Size(models.TextChoices):
    """How much work a request is: as the customer perceives it, and as IT assesses it."""

    MOMENT = "moment", _("a moment")
    HOUR = "hour", _("about an hour")
    BIGGER = "bigger", _("bigger")


class Nature(models.TextChoices):
    """What brings the customer here; it decides which questions of the interview make sense."""

    TROUBLE = "trouble", _("something does not work")
    WISH = "wish", _("something is wanted")
    QUESTION = "question", _("how something is done")


class Whom(models.TextChoices):
    """Whom a step of an escalation path reaches."""

    OWNER = "owner", _("who is responsible for this kind")
    LEADS = "leads", _("the desk leads")
    PERSON = "person", _("a person of IT")
    TEAM = "team", _("a team")
    OUTSIDE = "outside", _("somebody outside")


class Without(models.TextChoices):
    """What a ticket still lacks when a step of its path comes."""

    FIRST_REPLY = "first_reply", _("a first reply")
    SOLUTION = "solution", _("a solution")
