"""What a file may tell about a request or a person, and by which names other systems call it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from foredesk.tickets.enums import Severity, State


class Target(StrEnum):
    """What the rows of a file become."""

    TICKETS = "tickets"
    PEOPLE = "people"


class Look(StrEnum):
    """What the values of a field look like; a proposal asks the samples."""

    ANY = "any"
    ID = "id"  # different on every line
    TIME = "time"
    EMAIL = "email"
    NAME = "name"  # of a person
    TEXT = "text"  # long
    WORD = "word"  # one of a few
    FLAG = "flag"


@dataclass(frozen=True, kw_only=True)
class Field:
    """`synonyms` are header names, in small letters without signs; `words` what values mean when no map says it."""

    key: str
    label: Any
    help: Any = ""
    synonyms: Sequence[str] = ()
    look: Look = Look.ANY
    needed: bool = False
    words: dict[str, str] = field(default_factory=dict)
    choices: Sequence[tuple[str, Any]] = ()


def _meanings(**lists: str) -> dict[str, str]:
    """Their words, separated by |, each with what it means here."""
    return {word: meaning for meaning, words in lists.items() for word in words.split("|")}


_STATES = _meanings(
    asked="asked|new|open|opened|reopened|assigned|unassigned|submitted|logged|registered|to do|todo|backlog|"
    "offen|nieuw",
    working="working|in progress|work in progress|wip|active|started|in behandeling|in bearbeitung",
    waiting="waiting|pending|on hold|hold|suspended|stalled|waiting for customer|waiting for supplier|"
    "awaiting user info|awaiting vendor|awaiting problem|awaiting evidence|wachten|wartend",
    closed="closed|resolved|done|solved|complete|completed|cancelled|canceled|fixed|rejected|withdrawn|duplicate|"
    "gesloten|afgesloten|geschlossen|erledigt",
)
_SEVERITIES = _meanings(
    stopped="stopped|critical|blocker|urgent|highest|emergency|very high|p1|1|1 - critical|1 critical",
    slowed="slowed|high|medium|normal|moderate|major|average|p2|p3|2|3|2 - high|3 - moderate|hoch|mittel|hoog",
    annoyed="annoyed|low|lowest|minor|trivial|planning|none|p4|p5|4|5|4 - low|5 - planning|niedrig|laag",
)
FLAGS = _meanings(
    yes="yes|true|1|y|active|activated|enabled|ja|on|x",
    no="no|false|0|n|inactive|deactivated|disabled|nein|nee|off|left",
)

TICKET_FIELDS = (
    Field(
        key="id",
        label=_("Its number there"),
        help=_("Stays with the request; by it a second run knows what is here already."),
        synonyms=("id", "number", "ticket", "ticket id", "ticket number", "ticket no", "incident", "incident id",
                  "incident number", "case", "case id", "key", "issue key", "issue id", "reference", "ref", "row no"),
        look=Look.ID,
        needed=True,
    ),
    Field(
        key="subject",
        label=_("In short"),
        help=_("Without one, the first words of what was asked."),
        synonyms=("subject", "title", "summary", "short description", "betreff", "onderwerp", "titel", "headline"),
    ),
    Field(
        key="description",
        label=_("What the customer asked"),
        synonyms=("description", "body", "details", "text", "message", "request", "problem", "issue", "thread text",
                  "beschreibung", "omschrijving", "content"),
        look=Look.TEXT,
    ),
    Field(
        key="conversation",
        label=_("What was said since"),
        help=_("Kept as one message of the old desk’s, which the customer may read."),
        synonyms=("conversation", "thread", "comments", "replies", "correspondence", "history", "updates"),
        look=Look.TEXT,
    ),
    Field(
        key="solution",
        label=_("How it was solved"),
        synonyms=("solution", "resolution", "resolution notes", "close notes", "closing notes", "answer", "loesung",
                  "oplossing", "resolution description", "fix"),
    ),
    Field(
        key="notes",
        label=_("Notes"),
        help=_("Only IT reads them."),
        synonyms=("notes", "work notes", "internal notes", "private notes", "internal comments"),
        look=Look.TEXT,
    ),
    Field(
        key="created",
        label=_("Asked"),
        synonyms=("created", "created at", "created on", "opened", "opened at", "open time", "date", "submitted",
                  "reported", "logged", "erstellt", "aangemaakt", "approx time", "creation date", "timestamp",
                  "sys created on", "request date", "open date"),
        look=Look.TIME,
        needed=True,
    ),
    Field(
        key="closed",
        label=_("Closed"),
        synonyms=("closed", "closed at", "closed on", "resolved", "resolved at", "resolved on", "close time", "solved",
                  "solved at", "completed", "completed at", "finished", "resolution date", "close date", "geschlossen",
                  "gesloten"),
        look=Look.TIME,
    ),
    Field(
        key="state",
        label=_("State"),
        help=_("Without one, a request with a closing time is closed and any other open."),
        synonyms=("state", "status", "incident state", "ticket state", "ticket status", "stage", "zustand"),
        look=Look.WORD,
        words=_STATES,
        choices=[(one.value, one.label) for one in State if one != State.OFFERED],
    ),
    Field(
        key="kind",
        label=_("Kind of request"),
        help=_("By its name here; what has no name here goes where “not sure” goes."),
        synonyms=("category", "type", "class", "kind", "case type", "ticket type", "request type", "service",
                  "subcategory", "topic", "kategorie", "categorie", "issue type", "catalog item"),
        look=Look.WORD,
    ),
    Field(
        key="group",
        label=_("Team"),
        help=_("The name of a team or lane here; else the kind decides the lane."),
        synonyms=("group", "assignment group", "assigned group", "team", "queue", "support group", "lane", "gruppe",
                  "support team", "department assigned"),
        look=Look.WORD,
    ),
    Field(
        key="assignee",
        label=_("Who has it"),
        help=_("An agent here, by e-mail, number or name."),
        synonyms=("assignee", "assigned to", "agent", "owner", "technician", "handler", "resolved by", "bearbeiter"),
        look=Look.NAME,
    ),
    Field(
        key="customer_email",
        label=_("Customer’s e-mail"),
        synonyms=("customer email", "email", "e mail", "requester email", "caller email", "mail", "from",
                  "contact email", "reporter email", "user email"),
        look=Look.EMAIL,
    ),
    Field(
        key="customer_number",
        label=_("Customer’s number"),
        synonyms=("customer number", "employee number", "staff number", "student number", "personnel number",
                  "caller number", "employee id", "user id", "caller id", "customer id"),
    ),
    Field(
        key="customer_name",
        label=_("Customer’s name"),
        help=_("Whoever has only a name becomes somebody without an address, who gets no mail."),
        synonyms=("customer", "customer name", "caller", "caller name", "requester", "requested by", "requestor",
                  "reported by", "reporter", "user", "user name", "contact", "opened by", "name", "raised by"),
        look=Look.NAME,
    ),
    Field(
        key="severity",
        label=_("How badly held up"),
        synonyms=("severity", "priority", "urgency", "impact", "prio", "priorität", "prioriteit"),
        look=Look.WORD,
        words=_SEVERITIES,
        choices=[(one.value, one.label) for one in Severity],
    ),
)  # fmt: skip

PEOPLE_FIELDS = (
    Field(
        key="email",
        label=_("E-mail"),
        synonyms=("email", "e mail", "mail", "email address", "mail address", "work email", "primary email",
                  "userprincipalname", "upn"),
        look=Look.EMAIL,
        needed=True,
    ),
    Field(
        key="number",
        label=_("Staff or student number"),
        synonyms=("number", "employee number", "staff number", "student number", "personnel number", "employee id",
                  "staff id", "student id", "personalnummer", "employeeid", "employee no"),
    ),
    Field(
        key="name",
        label=_("Name"),
        help=_("Or the two parts of it below."),
        synonyms=("name", "full name", "display name", "displayname", "employee name", "person"),
        look=Look.NAME,
    ),
    Field(
        key="first_name",
        label=_("First name"),
        synonyms=("first name", "firstname", "given name", "givenname", "forename", "vorname", "voornaam"),
    ),
    Field(
        key="last_name",
        label=_("Last name"),
        synonyms=("last name", "lastname", "surname", "family name", "sn", "nachname", "achternaam"),
    ),
    Field(
        key="phone",
        label=_("Phone"),
        synonyms=("phone", "telephone", "phone number", "telephone number", "mobile", "work phone", "extension", "tel",
                  "telefon", "telefoon"),
    ),
    Field(
        key="department",
        label=_("Department"),
        synonyms=("department", "dept", "division", "unit", "faculty", "school", "abteilung", "afdeling", "company",
                  "business unit", "org unit"),
        look=Look.WORD,
    ),
    Field(
        key="site",
        label=_("Site"),
        synonyms=("site", "location", "campus", "office", "building", "branch", "standort", "locatie"),
        look=Look.WORD,
    ),
    Field(
        key="place",
        label=_("Place"),
        help=_("Room or counter, at the site."),
        synonyms=("place", "room", "room number", "desk", "seat", "raum", "kamer", "office number"),
    ),
    Field(
        key="manager",
        label=_("Manager"),
        help=_("By e-mail, number or name; may stand further down in the file."),
        synonyms=("manager", "manager email", "manager name", "supervisor", "line manager", "reports to", "boss",
                  "vorgesetzter", "leidinggevende"),
        look=Look.NAME,
    ),
    Field(
        key="active",
        label=_("May sign in"),
        help=_("A “no” ends somebody’s access; a “yes” never gives it back."),
        synonyms=("active", "activated", "enabled", "account enabled", "status", "is active", "employed", "aktiv",
                  "actief"),
        look=Look.FLAG,
        words=FLAGS,
        choices=[("yes", _("yes")), ("no", _("no"))],
    ),
)  # fmt: skip

FIELDS = {Target.TICKETS: TICKET_FIELDS, Target.PEOPLE: PEOPLE_FIELDS}


def fields_of(target: Target) -> dict[str, Field]:
    return {one.key: one for one in FIELDS[target]}
