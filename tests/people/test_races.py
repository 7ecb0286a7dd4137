"""Two administrators at once, for real."""

import threading

import pytest
from django.db import connection

from foredesk.kit.refusals import Refused
from foredesk.people.actions import change_role
from foredesk.people.enums import Role
from foredesk.people.models import Person
from tests.factories import PersonFactory


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_demote_each_other_leave_one() -> None:
    pair = [PersonFactory(administrator=True).pk, PersonFactory(administrator=True).pk]
    start = threading.Barrier(2)
    outcomes: list[object] = [None, None]

    def demote(place: int) -> None:
        by, other = Person.objects.get(pk=pair[place]), Person.objects.get(pk=pair[1 - place])
        start.wait()
        try:
            change_role(by=by, person=other, role=Role.CUSTOMER)
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=demote, args=(place,)) for place in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert [type(outcome) for outcome in outcomes if outcome] == [Refused]
    assert Person.objects.filter(role=Role.ADMINISTRATOR).count() == 1
