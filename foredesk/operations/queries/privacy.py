"""What the page about privacy tells."""

from django.db.models import QuerySet

from foredesk.catalogue.models import ServiceClass
from foredesk.people.models import Person


def classes_with_retention() -> QuerySet[ServiceClass]:
    """All kinds of requests, also the retired ones: their requests still hold words."""
    return ServiceClass.objects.order_by("-is_active", "position", "name")


def erased_people() -> list[Person]:
    """Who was taken out last, by the pseudonym."""
    return list(Person.objects.filter(erased_at__isnull=False).order_by("-erased_at")[:10])
