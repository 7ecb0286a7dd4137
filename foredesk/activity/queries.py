import json
from collections.abc import Sequence

from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from foredesk.kit.built_once import BuiltOnce

from .models import Event


def events_about(thing: Model) -> QuerySet[Event]:
    """Everything done to one object, oldest first, with the people who did it."""
    return _about(thing._meta.label_lower, thing.pk)


def read_events_about(thing: Model) -> list[Event]:
    """The same, read: for pages that are opened all day."""
    return _ABOUT(thing._meta.label_lower, thing.pk)


def _about(kind: str, key: int) -> QuerySet[Event]:
    return Event.objects.filter(about_type=kind, about_id=key).select_related("by")


_ABOUT = BuiltOnce(_about)


def events_naming(words: Sequence[str]) -> list[int]:
    """Keys of the events in whose data one of these words stands. Reads the whole record: seconds, not milliseconds."""
    named = Q()
    for word in words:
        # One database keeps letters beyond ASCII as they are, the other as escapes.
        for written in {word, json.dumps(word)[1:-1]}:
            named |= Q(text__contains=written)
    return list(Event.objects.annotate(text=Cast("data", TextField())).filter(named).values_list("pk", flat=True))
