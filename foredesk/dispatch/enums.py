from django.db import models
from django.utils.translation import gettext_lazy as _


class SkipReason(models.TextChoices):
    """Why somebody left a request that they were served to a colleague."""

    SKILL = "skill", _("I lack the skill or the rights for it")
    COLLEAGUE = "colleague", _("a colleague is on something like it")
    TIME = "time", _("not enough time before my shift ends")
    UNCLEAR = "unclear", _("it is in the wrong lane or unclear")


class Basis(models.TextChoices):
    """Where the usual work on a class of requests comes from."""

    MEASURED = "measured", _("measured")
    PARENT = "parent", _("measured on what it is part of")
    SIZE = "size", _("assumed from its usual size, until enough has been measured")
