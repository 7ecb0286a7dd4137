"""What happens at Ashgrove College when a request stalls, and its one outage of the moment."""

from foredesk.catalogue.actions import set_path
from foredesk.catalogue.enums import Whom, Without
from foredesk.catalogue.rules import Step
from foredesk.people.models import Team
from foredesk.tickets.actions import mark_outage, take

from .organisation import College
from .stories.story import NETWORK, PRINTING
from .telling import Telling

OUTAGE = "print-queue-stuck"


def lay_paths(college: College) -> None:
    """Two kinds of request get an escalation path; the others show that they have none."""
    systems = Team.objects.get(name="Systems and projects")
    paths = {
        NETWORK: [
            Step(whom=Whom.TEAM, team=systems, after_minutes=120, without=Without.FIRST_REPLY),
            Step(whom=Whom.LEADS, after_minutes=480),
            Step(
                whom=Whom.OUTSIDE,
                contact="Carrier’s fault desk, 0800 555 0142",
                after_minutes=72 * 60,
                out_of_hours=True,
            ),
        ],
        PRINTING: [
            Step(whom=Whom.PERSON, person=college.agent("Ruth"), after_minutes=480),
            Step(whom=Whom.LEADS, after_minutes=960),
        ],
    }
    for name, steps in paths.items():
        set_path(by=college.administrator, service_class=college.classes[name], steps=steps)


def begin_outage(college: College, told: Telling) -> None:
    """Somebody sees that it holds up more than the one who called."""
    if told.ticket is not None:
        tomas = college.agent("Tomás")
        take(by=tomas, ticket=told.ticket)
        mark_outage(
            by=tomas,
            ticket=told.ticket,
            reason="nothing prints in the whole building, and we are at the print server",
        )
