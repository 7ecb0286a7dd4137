"""What a mail says, once it has been read: plain values, without a database."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from .html_text import as_text


class Unreadable(Exception):
    """The mail breaks a limit or cannot be understood. Its text is the reason, a sentence for people."""


class MachineKind(StrEnum):
    """Which kind of machine wrote a mail; NONE: a person did, perhaps over a list."""

    NONE = ""
    BOUNCE = "bounce"  # a report that a mail of ours did not arrive, or will be late
    AUTO_REPLY = "auto_reply"  # an out-of-office note and the like: an answer that nobody wrote
    NOTICE = "notice"  # Auto-Submitted: auto-generated, a monitoring system, a supplier's receipt
    FEEDBACK = "feedback"  # an abuse report (RFC 5965)


@dataclass(frozen=True)
class Address:
    name: str  # as displayed, decoded; "" where there is none
    address: str  # in small letters, "" where it cannot be one


@dataclass(frozen=True)
class File:
    """Something that came with the mail, with its name as the sender gave it (not yet safe to store under)."""

    name: str
    content_type: str  # as the mail says, in small letters
    content: bytes = field(repr=False)
    content_id: str = ""  # without angle brackets; what `cid:` in the HTML points at
    is_inline: bool = False
    is_named: bool = True  # False: the sender gave it no name, so this one is ours


@dataclass(frozen=True)
class Invitation:
    """An appointment that came with the mail (text/calendar, RFC 5545)."""

    method: str  # REQUEST, CANCEL, REPLY, PUBLISH, ...
    summary: str
    starts_at: datetime | None
    ends_at: datetime | None
    is_all_day: bool = False
    location: str = ""
    organizer: str = ""


@dataclass(frozen=True)
class Bounce:
    """One address that a mail did not reach (RFC 3464), as far as the report says."""

    address: str  # in small letters; "" where the report names none
    is_permanent: bool  # it will not get better by itself (5.x.x)
    is_address_at_fault: bool  # user or host unknown, moved, accepts no mail: not a full box, not what we wrote
    status: str = ""  # enhanced status code (RFC 3463), "5.1.1"
    reason: str = ""  # the server's words, on one line


@dataclass(frozen=True)
class Machine:
    kind: MachineKind = MachineKind.NONE
    because: str = ""  # the sign it was told by, for people of IT: "Auto-Submitted: auto-replied"
    may_be_answered: bool = True  # False: no automatic answer (also for list mail that people wrote)


@dataclass(frozen=True)
class Reading:
    """A mail, read."""

    subject: str
    sender: Address | None
    form: Address | None = None  # the web form that sent it in the name of `sender` (see `web_forms.filled_in`)
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    original_from: tuple[Address, ...] = ()  # whom a list or group replaced in From by itself
    message_ids: tuple[str, ...] = ()  # each with its angle brackets; usually one
    answers: tuple[str, ...] = ()  # ids of In-Reply-To, then of References from the last to the first
    sent_at: datetime | None = None
    text: str = ""  # what a reader sees, as plain text: the plain part, else the HTML as text
    has_html: bool = False
    plain: str = field(default="", repr=False)  # the plain part alone; "" where there is none
    html: str = field(default="", repr=False)  # the HTML as it came: not safe to show, see `pages.safe_html`
    is_encrypted: bool = False  # what it says is for somebody else's key; `text` says so where nothing else can be read
    files: tuple[File, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    machine: Machine = Machine()
    bounces: tuple[Bounce, ...] = ()
    returned_ids: tuple[str, ...] = ()  # Message-IDs of the mail that a bounce or feedback report returns
    was_ours: bool = False  # it carries our own loop header (X-Foredesk-Loop with this installation's mark)

    @cached_property
    def html_text(self) -> str:
        """The words of the HTML alone, without what stands for its looks: to compare, not to show."""
        return as_text(self.html, with_marks=False)


@dataclass(frozen=True)
class Trimmed:
    """A mail's text in two parts: what is new in it, and the quoted text and signature below. Nothing is discarded."""

    answer: str
    rest: str = ""
