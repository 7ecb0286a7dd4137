"""What the dry run of an escalation path says of people who would not answer now."""

from datetime import timedelta

from foredesk.catalogue.actions import set_path
from foredesk.catalogue.enums import Whom, Without
from foredesk.catalogue.queries import dry_run, path_of
from foredesk.catalogue.rules import Step
from foredesk.shield.actions import add_absence, start_focus
from tests.factories import ServiceClassFactory

from .conftest import MONDAY, after


def test_a_dry_run_says_who_is_away_or_in_focus(maria, jan, ada, lead):
    printing = ServiceClassFactory()
    steps = [
        Step(whom=Whom.PERSON, person=person, after_minutes=60 * number, without=Without.SOLUTION)
        for number, person in enumerate((maria, jan, ada), start=1)
    ]
    set_path(by=lead, service_class=printing, steps=steps)
    start_focus(by=maria, until=after(50), shield=ada)
    add_absence(by=jan, person=jan, first=MONDAY.date(), last=(MONDAY + timedelta(days=2)).date())
    reached = dry_run(printing, path_of(printing))
    words = {person.pk: presence for reach in reached for person, presence in reach.people}
    assert words == {maria.pk: "in focus until today 10:50", jan.pk: "away until 18 November", ada.pk: ""}
