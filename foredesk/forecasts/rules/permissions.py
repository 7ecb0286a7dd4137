from foredesk.people.models import Person
from foredesk.people.rules import heads_a_department, is_agent, is_lead


def can_read_cards(person: Person) -> bool:
    """What is possible and how long it takes: for those who plan with it, the heads of departments, and for IT."""
    return is_agent(person) or heads_a_department(person)


def heads_without_desk(person: Person) -> bool:
    """Heads who find the cards among their own pages; IT finds them at the desk."""
    return not is_agent(person) and heads_a_department(person)


def can_read_calibration(person: Person) -> bool:
    return is_lead(person)
