"""What a story of the demo is made of: one request from the first word to the last, as data.

Texts may hold `{slots}` (the same everywhere in one telling, see `slots.py`) and `[one|other]` choices (drawn
anew each time), so that one story told five times does not read like five copies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

# What a class is called, as the catalogue's starting set has it.
SIGN_IN = "Signing in and passwords"
PRINTING = "Printing"
MAIL = "E-mail and calendar"
COMPUTER = "Computer or screen"
ROOMS = "Rooms and projectors"
NETWORK = "Network and Wi-Fi"
BORROW = "Borrow or get something"
PROGRAMS = "Programs and licences"
# Private: only those of names.TRUSTED work on it.
CONFIDENTIAL = "Security and personal matters"

# Whose stories happen in front of a class.
TEACHING = ("Biology", "History", "Mathematics", "Languages", "Nursing")


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that happens; `after` is in working minutes since the step before it."""

    after: int = 20


@dataclass(frozen=True)
class Restate(Step):
    """IT puts the need in one sentence; an empty `correction` means that the customer says “That's it”."""

    text: str
    correction: str = ""
    answered_after: int = 15


@dataclass(frozen=True)
class SkipRestatement(Step):
    because: str


@dataclass(frozen=True)
class Judge(Step):
    """IT's word on the customer's theory."""

    stance: str  # "acknowledged", "agree", "differ"
    because: str = ""


@dataclass(frozen=True)
class Agent(Step):
    """IT writes to the customer."""

    text: str


@dataclass(frozen=True)
class Customer(Step):
    text: str


@dataclass(frozen=True)
class Note(Step):
    """Only IT reads it. `mention` names a colleague of IT by first name."""

    text: str
    mention: str = ""


@dataclass(frozen=True)
class Resize(Step):
    """IT finds that it is more (or less) than it looked."""

    size: str  # "moment", "hour", "bigger"
    reason: str
    service_class: str = ""


@dataclass(frozen=True)
class HandOff(Step):
    tried: str
    why: str
    to: str = "deep"


@dataclass(frozen=True)
class Wait(Step):
    holder: str  # "customer", "supplier", "date"
    reason: str
    days: int = 2  # working days, roughly; the next step ends the wait unless it comes later


@dataclass(frozen=True)
class Fix(Step):
    """IT offers a solution. `answer`: "yes", "partly", "no", or "" for silence."""

    text: str
    checked: str = ""
    answer: str = "yes"
    words: str = ""
    answered_after: int = 60


@dataclass(frozen=True)
class Follow(Step):
    """Somebody is kept informed: the customer's "manager" or a "colleague"."""

    who: str = "colleague"
    reason: str = "held_up"
    measure: str = "milestones"


@dataclass(frozen=True)
class Withdraw(Step):
    words: str


@dataclass(frozen=True)
class Belongs(Step):
    """An agent sees that it belongs with another story that is going on: "merge" into it, "part" of it."""

    how: str
    other: str  # the other story's key


@dataclass(frozen=True)
class SplitOff(Step):
    """The customer's latest message is another matter: it becomes a request of its own."""

    subject: str
    service_class: str


@dataclass(frozen=True, kw_only=True)
class Story:
    key: str
    service_class: str = ""  # empty: the customer was not sure
    goal: str
    happened: str = ""
    theory: str = ""
    tried: str = ""
    impact: str = ""
    needed_by: str = ""
    fixed: str = ""
    severity: str = ""  # "stopped", "slowed", "annoyed"
    people: int | None = None
    perceived: str = ""  # "moment", "hour", "bigger", "unknown"
    channel: str = "portal"  # calls carry all words in `goal` and the subject an agent typed
    subject: str = ""
    departments: tuple[str, ...] = ()  # whose story it could be; empty: anybody's
    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    times: int = 4  # how often it may be told in one history
