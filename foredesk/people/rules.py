from .enums import Role
from .models import Person


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
