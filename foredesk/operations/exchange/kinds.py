"""What an export of everything consists of: one file of JSON Lines for each kind of row, field by field."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Field, Model

from foredesk.activity.models import Event
from foredesk.attachments.models import Attachment
from foredesk.calendars.models import Calendar, ClosedDay, OpeningHours
from foredesk.catalogue.models import CannedReply, EscalationStep, Lane, ServiceClass
from foredesk.dispatch import models as dispatch
from foredesk.forecasts.models import Level, Milestone, Quote
from foredesk.intake.enums import IncomingState
from foredesk.intake.models import Incoming, Keeping, Mailbox
from foredesk.mail import models as mail
from foredesk.mail.enums import TO_GO, OutboxState
from foredesk.people.models import Department, Organisation, Person, Place, Site, Team
from foredesk.shield import models as shield
from foredesk.tickets import models as tickets
from foredesk.triage.models import Reason, Suggestion

FORMAT = "foredesk-export"
VERSION = 1
MANIFEST = "manifest.json"

Row = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """The rows of one table, as lines of the file `name`.jsonl in the order of their ids."""

    name: str
    model: type[Model]
    left_out: frozenset[str] = frozenset()
    mend: Callable[[Row], None] | None = None  # what is written differently from how it is stored

    @property
    def file(self) -> str:
        return f"{self.name}.jsonl"

    @cached_property
    def columns(self) -> "list[Field[Any, Any]]":
        return [field for field in self.model._meta.concrete_fields if field.name not in self.left_out]

    @cached_property
    def sets(self) -> list[Any]:
        """The many-to-many fields: each is a sorted list of ids."""
        return list(self.model._meta.many_to_many)

    @cached_property
    def fields(self) -> list[str]:
        return [field.name for field in (*self.columns, *self.sets)]


def _as_sent_by_nobody(row: Row) -> None:
    """What carries a sign-in link is emptied; what still waits for sending must not go out twice, or from here."""
    if row["is_secret"]:
        row |= {"text": "", "html": "", "headers": {}}
    if row["state"] in TO_GO:
        row |= {"state": OutboxState.FAILED.value, "error": "It was still to be sent when it was exported."}


def _as_fetched_by_nobody(mailbox: Row) -> None:
    """Its password is not here; and two installations must not fetch the same mailbox."""
    if mailbox["host"]:
        mailbox["is_active"] = False


def _as_read_by_nobody(row: Row) -> None:
    """What was just arriving is read where it arrived, and answered once."""
    if row["state"] == IncomingState.STORED:
        row |= {"state": IncomingState.QUARANTINED.value, "reason": "It was still to be read when it was exported."}


KINDS = (
    Kind("organisation", Organisation),
    Kind("sites", Site),
    Kind("departments", Department),
    Kind("places", Place),
    Kind("people", Person, left_out=frozenset({"password"})),
    Kind("teams", Team),
    Kind("calendars", Calendar),
    Kind("opening_hours", OpeningHours),
    Kind("closed_days", ClosedDay),
    Kind("lanes", Lane),
    Kind("classes", ServiceClass),
    Kind("escalation_steps", EscalationStep),
    Kind("canned_replies", CannedReply),
    Kind("mailboxes", Mailbox, left_out=frozenset({"secret", "client_secret"}), mend=_as_fetched_by_nobody),
    Kind("keeping", Keeping),
    Kind("attachments", Attachment, left_out=frozenset({"path"})),
    Kind("tickets", tickets.Ticket),
    Kind("interviews", tickets.Interview),
    Kind("messages", tickets.Message),
    Kind("incoming", Incoming, mend=_as_read_by_nobody),
    Kind("restatements", tickets.Restatement),
    Kind("solutions", tickets.Solution),
    Kind("spans", tickets.Span),
    Kind("promised_updates", tickets.PromisedUpdate),
    Kind("links", tickets.Link),
    Kind("followers", tickets.Follower),
    Kind("care", tickets.CareMoment),
    Kind("drafts", tickets.Draft),
    Kind("skills", dispatch.Skill),
    Kind("efforts", dispatch.Effort),
    Kind("skips", dispatch.Skip),
    Kind("focus_blocks", shield.FocusBlock),
    Kind("pierces", shield.Pierce),
    Kind("held_assignments", shield.HeldAssignment),
    Kind("emergency", shield.Definition),
    Kind("roster_slots", shield.Slot),
    Kind("roster_shifts", shield.Shift),
    Kind("roster_swaps", shield.Swap),
    Kind("absences", shield.Absence),
    Kind("quotes", Quote),
    Kind("milestones", Milestone),
    Kind("levels", Level),
    Kind("mails", mail.OutboxMessage, mend=_as_sent_by_nobody),
    Kind("thread_ids", mail.ThreadId),
    Kind("bad_addresses", mail.BadAddress, left_out=frozenset({"mail"})),
    Kind("notice_choices", mail.NoticeChoice),
    Kind("suggestions", Suggestion),
    Kind("reasons", Reason),
    Kind("activity", Event),
)

# Tables of ours that no export holds, and why not.
LEFT_OUT = {
    "people.personword": "worked out anew when an export is loaded",
    "people.invitation": "a secret: people are invited anew",
    "forecasts.measured": "drawn anew from the requests every hour",
    "forecasts.tally": "counted anew from the promises every hour",
    "tickets.visit": "who has a page open at the moment",
    "dispatch.place": "worked out anew from the tickets",
    "dispatch.sitting": "who has a page open at the moment",
    "dispatch.usualwork": "worked out anew from what was measured",
    "triage.learning": "numbers that are learned anew from the solved requests",
    "shield.feed": "a secret: calendars are given a new address",
    "operations.worker": "about the machine, not the desk",
    "operations.run": "about the machine, not the desk",
    "operations.cacheentry": "about the machine, not the desk",
}


def plain(value: object) -> object:
    """A value as JSON has it: times in ISO 8601 and UTC, keys of objects in order, so that both databases agree."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def line(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def file_name(sha256: str) -> str:
    """Where the content of an attachment stands."""
    return f"files/{sha256[:2]}/{sha256}"
