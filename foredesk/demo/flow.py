"""The flow of work, once the stories are told: what is usual, what takes a skill, what was left to colleagues."""

from foredesk.catalogue.models import ServiceClass
from foredesk.dispatch import actions as dispatch
from foredesk.people.models import Person
from foredesk.people.rules import is_lead

SKILLS = {
    "Servers and storage": (["Ada Lindqvist", "Kofi Mensah"], ["Server or research storage"]),
    "Network": (["Ada Lindqvist", "Ruth Adeyemi"], ["Network for a room or an event"]),
}


def order_work() -> None:
    """Measure what was done, say who can do what, and put both lanes in order."""
    lead = next(person for person in Person.objects.exclude(role="customer").order_by("pk") if is_lead(person))
    for name, (people, classes) in SKILLS.items():
        dispatch.keep_skill(
            by=lead,
            skill=None,
            name=name,
            people=list(Person.objects.filter(full_name__in=people)),
            service_classes=list(ServiceClass.objects.filter(name__in=classes)),
        )
    dispatch.add_up()
    dispatch.measure_usual_work()
    dispatch.place_those_missed()
    dispatch.reorder()
