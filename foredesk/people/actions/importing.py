"""People in bulk, as another system knew them. Nothing here mails anybody."""

from collections.abc import Iterable, Sequence

from django.contrib.auth.hashers import make_password
from django.db import transaction

from foredesk.activity.actions import record_all
from foredesk.kit import clock

from .. import queries, rules
from ..enums import Role
from ..models import Person
from ..queries import Called
from .people import make_findable


@transaction.atomic
def make_known(*, by: Person | None, people: Iterable[Called], may_sign_in: bool = False) -> dict[Called, Person]:
    """Make people of whom history tells known, those that are not yet; returns a person for each.

    Whoever has no address never gets mail and may not sign in. Running twice makes nobody twice.
    """
    wanted = {one: one.email or rules.no_address_for(one.number or one.name) for one in people}
    present = {person.email: person for person in queries.people_by_address(wanted.values())}
    new: dict[str, Person] = {}
    for one, email in wanted.items():
        if email not in present and email not in new:
            new[email] = Person(
                email=email,
                full_name=one.name or one.number or email.partition("@")[0],
                number=one.number,
                role=Role.CUSTOMER,
                is_active=may_sign_in and bool(one.email),
                password=make_password(None),
                joined_at=clock.now(),
            )
    made = add_in_bulk(by=by, people=list(new.values()))
    present |= {person.email: person for person in made}
    return {one: present[email] for one, email in wanted.items()}


def add_in_bulk(*, by: Person | None, people: Sequence[Person]) -> list[Person]:
    """Store people who are not there yet, findable and each with the event of being added."""
    made = Person.objects.bulk_create(people)
    make_findable(made)
    record_all(
        by=by, tag="person:added", about=[(person, {"role": str(person.role), "imported": True}) for person in made]
    )
    return made
