import pytest

from foredesk.people import rules
from foredesk.people.models import Person
from tests.factories import DepartmentFactory, PersonFactory

pytestmark = pytest.mark.django_db

RULES = {
    # rule: customer, agent, lead, administrator
    rules.is_customer: (True, True, True, True),
    rules.is_agent: (False, True, True, True),
    rules.can_find_people: (False, True, True, True),
    rules.is_lead: (False, False, True, True),
    rules.can_read_people: (False, False, True, True),
    rules.can_manage_teams: (False, False, True, True),
    rules.is_administrator: (False, False, False, True),
    rules.can_manage_people: (False, False, False, True),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_who_may_what(rule) -> None:  # type: ignore[no-untyped-def]
    people: list[Person] = [
        PersonFactory(),
        PersonFactory(agent=True),
        PersonFactory(lead=True),
        PersonFactory(administrator=True),
    ]
    assert tuple(rule(person) for person in people) == RULES[rule]
    for person in people:
        person.is_active = False
    assert not any(rule(person) for person in people)


def test_heading_a_department_follows_from_the_department() -> None:
    head, other = PersonFactory(), PersonFactory()
    department = DepartmentFactory(head=head)
    assert rules.heads_a_department(head) and not rules.heads_a_department(other)
    assert rules.can_decide_sharing(head, department)
    assert rules.can_decide_sharing(PersonFactory(administrator=True), department)
    assert not rules.can_decide_sharing(PersonFactory(lead=True), department)
