from django.db.models import Model, QuerySet

from .models import Event


def events_about(thing: Model) -> QuerySet[Event]:
    """Everything done to one object, oldest first, with the people who did it."""
    return Event.objects.filter(about_type=thing._meta.label_lower, about_id=thing.pk).select_related("by")
