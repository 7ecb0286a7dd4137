"""The first run, one action a step. Each may be done again: what is there already is changed, never doubled."""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.calendars import actions as calendars
from foredesk.calendars import queries as calendar_queries
from foredesk.catalogue import actions as catalogue
from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.models import Lane
from foredesk.kit.refusals import Refused
from foredesk.kit.working_time import Week
from foredesk.people import actions as people
from foredesk.people import queries as people_queries
from foredesk.people.enums import Role
from foredesk.people.models import Person, Team

from .. import first_key
from ..enums import SetUpStep
from ..queries import setup

__all__ = [
    "be_first_administrator",
    "finish_step",
    "name_organisation",
    "open_doors",
    "set_up_hours",
    "set_up_kinds",
    "set_up_team",
]


@transaction.atomic
def be_first_administrator(*, full_name: str, email: str, password: str, organisation: str) -> Person:
    """Make the administrator of an empty installation; the password has passed the validators.

    Raises Refused when there is one: of two who hold the link, one is first.
    """
    list(Lane.objects.select_for_update().order_by("pk"))  # rows that are always there: one at a time
    if setup.has_administrator():
        raise Refused(_("There is an administrator already. Sign in to go on."))
    person = people.add_person(by=None, email=email, full_name=full_name, role=Role.ADMINISTRATOR, password=password)
    if people_queries.organisation() is None:
        people.describe_organisation(by=person, name=organisation, kind="company")
    people.mark_step_done(by=person, step=SetUpStep.ADMINISTRATOR)
    transaction.on_commit(first_key.throw_away)
    return person


@transaction.atomic
def name_organisation(*, by: Person, name: str, kind: str, timezone: str) -> None:
    people.describe_organisation(by=by, name=name, kind=kind, timezone=timezone)
    people.mark_step_done(by=by, step=SetUpStep.ORGANISATION)


@transaction.atomic
def set_up_hours(*, by: Person, site: str, address: str, country: str, subdivision: str, week: Week) -> None:
    """The first site, and the default calendar with its hours. Raises Refused for hours that cannot be."""
    first = people_queries.sites().order_by("pk").first()
    if first is None:
        people.add_site(by=by, name=site, address=address)
    else:
        people.change_site(by=by, site=first, name=site, address=address)
    organisation = people_queries.organisation()
    place = {
        "timezone": organisation.timezone if organisation is not None else "",
        "country": country,
        "subdivision": subdivision,
    }
    default = calendar_queries.calendars().filter(is_default=True).first()
    if default is None:
        calendars.create_calendar(by=by, name=site, hours=week, **place)
    else:
        calendars.describe_calendar(by=by, calendar=default, name=default.name, **place)
        calendars.change_hours(by=by, calendar=default, hours=week)
    people.mark_step_done(by=by, step=SetUpStep.HOURS)


@transaction.atomic
def set_up_kinds(*, by: Person, kind: str, without: Collection[str]) -> None:
    """Put the starting set of a kind of organisation in place, but for the classes named in `without`."""
    catalogue.install_starting_classes(by=by, kind=kind, without=without)
    people.mark_step_done(by=by, step=SetUpStep.KINDS)


@transaction.atomic
def set_up_team(*, by: Person, lane: str, name: str, addresses: Iterable[str], joins: bool) -> list[Person]:
    """The team of a lane and who is in it; those not known yet become agents and are invited. Returns the new ones."""
    row = Lane.objects.get(key=LaneKey(lane))
    team = row.teams.order_by("pk").first()
    if team is None:
        team = Team.objects.filter(name=name.strip()).first() or people.add_team(by=by, name=name)
        catalogue.set_lane_teams(by=by, lane=row, teams=[team])
    elif team.name != name.strip():
        people.rename_team(by=by, team=team, name=name)
    if joins:
        people.add_member(by=by, team=team, person=by)
    invited = []
    for address in addresses:
        person = Person.objects.filter(email=address.lower()).first()
        if person is None:
            person = people.add_person(by=by, email=address, full_name=_name_in(address), role=Role.AGENT)
            people.invite(by=by, person=person)
            invited.append(person)
        elif person.role == Role.CUSTOMER:
            people.change_role(by=by, person=person, role=Role.AGENT)
        people.add_member(by=by, team=team, person=person)
    return invited


def finish_step(*, by: Person, step: str) -> None:
    """A step is answered, or put off: then the checklist keeps asking."""
    people.mark_step_done(by=by, step=step)


def open_doors(*, by: Person) -> None:
    """From now on everybody may come in."""
    people.open_doors(by=by)


def _name_in(address: str) -> str:
    """“ada.byron@example.org” is “Ada Byron” until she says otherwise in her profile."""
    words = address.partition("@")[0].replace("_", ".").replace("-", ".").split(".")
    return " ".join(word.capitalize() for word in words if word and not word.isdigit()) or address
