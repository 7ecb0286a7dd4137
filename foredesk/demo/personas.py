"""The people a visitor of the demo may be."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import names

# Good for every invented person, and for nothing else: demo mode runs on this machine only.
PASSWORD = "ashgrove-college-demo"  # noqa: S105


@dataclass(frozen=True)
class Persona:
    key: str
    name: str
    role: Promise | str
    line: Promise | str  # who this is
    first: Promise | str  # what to try first
    home: str  # URL name

    @property
    def email(self) -> str:
        return names.address_of(self.name)


PERSONAS = (
    Persona(
        "maya",
        names.CUSTOMER,
        _("Customer"),
        _("Teaches biology. The printer in room 118 eats her exam sheets."),
        _("Answer “Did we understand you?” on her newest request, then ask for something new."),
        "portal:home",
    ),
    Persona(
        "tomas",
        "Tomás Reyes",
        _("Agent, rapid desk"),
        _("Takes the quick requests first and keeps the others undisturbed."),
        _("Open the first request of the day; press c to log a call, ? for all keys."),
        "desk:today",
    ),
    Persona(
        "ada",
        "Ada Lindqvist",
        _("Agent, deep dive"),
        _("Works on the things that take days, and likes to finish them."),
        _("See what was just handed over to her team, and where a colleague mentions her."),
        "desk:deep",
    ),
    Persona(
        "ines",
        names.LEAD,
        _("Desk lead"),
        _("Looks after both lanes and the promises made."),
        _("Look who goes silent soon, then change what a kind of request promises."),
        "desk:today",
    ),
    Persona(
        "harriet",
        names.DEPARTMENTS[0][2],
        _("Head of Biology"),
        _("Wants to know what holds her department up, not how a printer works."),
        _("See the department’s requests and decide whether colleagues see each other’s."),
        "portal:home",
    ),
    Persona(
        "hanneke",
        names.ADMINISTRATOR,
        _("Administrator"),
        _("Keeps people, calendars and kinds of requests in order."),
        _("Give somebody a role, or close the desk on a day of your choice."),
        "desk:today",
    ),
)
BY_KEY = {persona.key: persona for persona in PERSONAS}
