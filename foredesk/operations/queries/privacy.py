"""What the page about privacy tells."""

from django.db.models import QuerySet

from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import classes_hidden_from
from foredesk.people.models import Person
from foredesk.tickets.queries import past_retention


def classes_with_retention() -> QuerySet[ServiceClass]:
    """All kinds of requests, also the retired ones: their requests still hold words."""
    return ServiceClass.objects.order_by("-is_active", "position", "name")


def erased_people() -> list[Person]:
    """Who was taken out last, by the pseudonym."""
    return list(Person.objects.filter(erased_at__isnull=False).order_by("-erased_at")[:10])


def would_be_let_go(service_class: ServiceClass, months: int, *, reader: Person) -> int | None:
    """How many requests would lose their words tonight; None where the reader may not know that there are any."""
    if service_class.pk in classes_hidden_from(reader):
        return None
    return past_retention(service_class.pk, months).count()
