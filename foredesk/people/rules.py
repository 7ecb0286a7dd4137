"""Who may do what with people. Every rule takes the person who wants to."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest

from .enums import Role
from .models import Department, Person


class PersonRequest(HttpRequest):
    """The request of a view under `@allow`: whoever gets there is signed in, and a person. For type checking only."""

    user: Person


def is_customer(person: Person) -> bool:
    """Everybody who is signed in is somebody's customer, agents included."""
    return person.is_active


def is_agent(person: Person) -> bool:
    return person.is_active and person.role in {Role.AGENT, Role.LEAD, Role.ADMINISTRATOR}


def is_lead(person: Person) -> bool:
    return person.is_active and person.role in {Role.LEAD, Role.ADMINISTRATOR}


def is_administrator(person: Person) -> bool:
    return person.is_active and person.role == Role.ADMINISTRATOR


def heads_a_department(person: Person) -> bool:
    return person.is_active and person.heads.exists()


def can_read_people(person: Person) -> bool:
    """The list of people and their pages under Settings."""
    return is_lead(person)


def can_manage_people(person: Person) -> bool:
    """Add, change, invite and deactivate people; the same for departments, sites and places."""
    return is_administrator(person)


def can_manage_teams(person: Person) -> bool:
    return is_lead(person)


def can_find_people(person: Person) -> bool:
    """Find anybody by name, mail, number or phone while a request is entered."""
    return is_agent(person)


def can_decide_sharing(person: Person, department: Department) -> bool:
    """Whether colleagues see each other's requests is the head's decision; an administrator may set it too."""
    return person.is_active and (department.head_id == person.pk or is_administrator(person))


def zone_of(person: object) -> ZoneInfo | None:
    """The zone somebody chose; None for visitors, for those who chose none, and for a name that no longer exists."""
    return zone_named(person.timezone) if isinstance(person, Person) else None


def zone_named(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
