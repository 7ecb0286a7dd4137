from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """Where a promise comes from, from the best to the least that can be known."""

    HISTORY = "history", _("requests like it")
    PARENT = "parent", _("requests of the wider kind")
    TARGET = "target", _("our target")
    TIMELINE = "timeline", _("the steps of its timeline")
    PERSON = "person", _("somebody’s word")


class Cause(models.TextChoices):
    """Why a promise was given: the first one, or what made a new one necessary."""

    ASKED = "asked", _("it was asked")
    FOUND = "found", _("it had no promise yet")
    WAITS = "waits", _("it waits")
    BUSY = "busy", _("more came in than usual")
    LONGER = "longer", _("it takes longer than most")
    LATE = "late", _("the time had passed")
    CLASS = "class", _("it is another kind of request")
    SIZE = "size", _("it is more or less work")
    LANE = "lane", _("it is in other hands")
    REOPENED = "reopened", _("it was opened again")
    STEPS = "steps", _("its steps take that long")
    PERSON = "person", _("somebody of IT said so")


class Outcome(models.TextChoices):
    """What became of a promise; empty while nobody knows."""

    KEPT = "kept", _("kept")
    MISSED = "missed", _("missed")
    VOID = "void", _("neither")  # withdrawn or joined with another request before its time had come
