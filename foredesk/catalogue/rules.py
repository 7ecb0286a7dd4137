import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from foredesk.kit.durations import promise_words
from foredesk.kit.refusals import Refused
from foredesk.kit.working_time import ALWAYS, WorkingTime
from foredesk.people.models import Person, Team
from foredesk.people.rules import is_administrator, is_agent, is_lead
from foredesk.ui.wording import duration

from .enums import Nature, Size, Whom, Without
from .models import EscalationStep, Lane, ServiceClass

MOST_OFFERED = 8  # more choices than this and people stop reading them
MOST_STEPS = 5  # of an escalation path

# What a canned reply may say in braces, and what stands for it in a preview.
VARIABLES = {
    "customer": _("the customer’s first name"),
    "agent": _("your name"),
    "number": _("the number of the request"),
    "subject": _("what the request is about"),
    "next_update": _("when the next word comes"),
}

_VARIABLE = re.compile(r"\{([^{}\n]*)\}")


# Pictures for kinds of requests: names of Lucide icons, and what they show.
ICONS = {
    "key-round": _("key"),
    "lock": _("lock"),
    "shield-check": _("shield"),
    "printer": _("printer"),
    "mail": _("letter"),
    "calendar-days": _("calendar"),
    "monitor": _("screen"),
    "laptop": _("laptop"),
    "keyboard": _("keyboard"),
    "smartphone": _("phone"),
    "projector": _("projector"),
    "presentation": _("presentation"),
    "wifi": _("wireless"),
    "network": _("network"),
    "plug": _("plug"),
    "hand-helping": _("hand"),
    "package-plus": _("parcel"),
    "app-window": _("window"),
    "book-open": _("book"),
    "graduation-cap": _("cap"),
    "user-plus": _("new person"),
    "folder-open": _("folder"),
    "server": _("server"),
    "hard-drive": _("disk"),
    "wrench": _("wrench"),
    "life-buoy": _("life buoy"),
    "circle-question-mark": _("question mark"),
}


@dataclass(frozen=True, kw_only=True)
class Words:
    """How customers meet a class."""

    name: str
    description: str = ""
    icon: str = "circle-question-mark"
    keywords: str = ""
    parent: ServiceClass | None = None
    offered: bool = False
    position: int = 100


@dataclass(frozen=True, kw_only=True)
class Course:
    """Where the requests of a class go, and how large they usually are."""

    lane: Lane
    usual_size: str = Size.MOMENT
    size_reason: str = ""
    nature: str = Nature.TROUBLE
    owner: Person | None = None
    reopens_days: int | None = 30


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What IT aims for, in minutes of working time."""

    first_reply_minutes: int
    solution_minutes: int
    silence_minutes: int
    closing_minutes: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of an escalation path as somebody describes it; `after_minutes` by the clock where `out_of_hours`."""

    whom: Whom
    after_minutes: int
    person: Person | None = None
    team: Team | None = None
    contact: str = ""
    without: Without = Without.SOLUTION
    out_of_hours: bool = False


def can_manage_catalogue(person: Person) -> bool:
    return is_lead(person)


def can_decide_privacy(person: Person, service_class: ServiceClass) -> bool:
    """Who sees requests of a class is up to administrators and, among desk leads, to those who see them."""
    if is_administrator(person) or not service_class.is_private:
        return is_lead(person)
    return is_lead(person) and service_class.teams.filter(members=person).exists()


def privacy_is_open(service_class: ServiceClass, person: Person | None) -> bool:
    """Whether the form of a class asks about privacy: not for “not sure”, nor where the class above decides it."""
    if service_class.is_default or (service_class.parent is not None and service_class.parent.is_private):
        return False
    return person is None or can_decide_privacy(person, service_class)


def fill_in(body: str, variables: Mapping[str, object]) -> str:
    """`body` with each `{name}` replaced by its variable; names that are not given stay as they stand."""
    return _VARIABLE.sub(lambda match: str(variables.get(match[1].strip(), match[0])), body)


def unknown_variables(body: str) -> list[str]:
    """Names in braces that no reply can fill in, in order and once each."""
    return list(dict.fromkeys(name for name in _VARIABLE.findall(body) if name.strip() not in VARIABLES))


def keywords_of(words: str) -> list[str]:
    """The entries of a comma-separated list, without empty and repeated ones (case does not count)."""
    entries = (" ".join(entry.split()) for entry in words.replace("\n", ",").replace(";", ",").split(","))
    return list({normalised(entry): entry for entry in reversed(list(entries)) if normalised(entry)}.values())[::-1]


def normalised(words: str) -> str:
    """Words as they are compared: case folded, without accents, only letters and digits, one space between."""
    # Signs such as ℠ fall apart into capitals, so the case is folded once more after that.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", words.casefold()).casefold())
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", kept))


def best_match(words: str, classes: Sequence[ServiceClass]) -> ServiceClass | None:
    """The class of which most keywords occur in `words` as whole words; None for no hit or a tie.

    A class inherits the hits of the classes it is part of once it has one of its own, so the particular wins over
    the general; when parts of one class tie, that class is the answer.
    """
    text = f" {normalised(words)} "
    by_key = {service_class.pk: service_class for service_class in classes}
    own = {
        key: sum(f" {normalised(keyword)} " in text for keyword in keywords_of(service_class.keywords))
        for key, service_class in by_key.items()
    }
    hits = {key: sum(own[step] for step in _line(key, by_key)) for key, count in own.items() if count}
    if not hits:
        return None
    most = max(hits.values())
    lines = [_line(key, by_key) for key, count in hits.items() if count == most]
    shared = [key for key in lines[0] if all(key in line for line in lines)]
    return by_key[shared[0]] if shared else None


def _line(key: int, by_key: Mapping[int, ServiceClass]) -> list[int]:
    """A class and what it is part of, from the particular to the general."""
    line: list[int] = []
    step: int | None = key
    while step is not None and step in by_key and step not in line:
        line.append(step)
        step = by_key[step].parent_id
    return line


def refuse_bad_promise(promise: Promise) -> None:
    """Raise `Refused` for targets that no desk could mean."""
    if promise.first_reply_minutes > promise.solution_minutes:
        raise Refused(
            gettext("The first reply cannot be due after the solution. Make it shorter, or give the solution longer."),
            "first_reply_minutes",
        )
    for field in ("first_reply_minutes", "solution_minutes", "silence_minutes", "closing_minutes"):
        if getattr(promise, field) < 1:
            raise Refused(gettext("Please give at least one minute."), field)


def sentence_for_class(service_class: ServiceClass) -> str:
    """What a customer reads about the requests of a class: how large, where they go and why, until when."""
    return sentence_for_customers(
        name=service_class.name,
        size=service_class.usual_size,
        reason=service_class.size_reason,
        lane=service_class.lane.name,
        solution_minutes=service_class.solution_minutes,
    )


def sentence_for_customers(*, name: str, size: str, reason: str, lane: str, solution_minutes: int) -> str:
    """The same for a class that is still being described; `solution_minutes` of working time."""
    takes = {
        Size.MOMENT: gettext("usually take a moment"),
        Size.HOUR: gettext("usually take about an hour"),
        Size.BIGGER: gettext("are usually bigger"),
    }[Size(size)]
    parts = {"name": name, "takes": takes, "reason": tidy_ending(reason), "lane": lane}
    if reason:
        sentence = gettext("Requests about “%(name)s” %(takes)s, %(reason)s, and go to %(lane)s.") % parts
    else:
        sentence = gettext("Requests about “%(name)s” %(takes)s, so they go to %(lane)s.") % parts
    return f"{sentence} {target_sentence(solution_minutes)}"


def target_sentence(minutes: int) -> str:
    """The target in a sentence; `minutes` of working time."""
    return gettext("We aim to solve them within %(span)s.") % {"span": promise_words(minutes)}


def tidy_ending(words: str) -> str:
    """The end of a sentence as it goes into one: without a full stop, beginning small."""
    words = words.strip().rstrip(".,;")
    return words[:1].lower() + words[1:] if words[1:2].islower() else words


def refuse_unknown_variables(body: str) -> None:
    """Raise `Refused` when a canned reply names something in braces that no request can fill in."""
    if unknown := unknown_variables(body):
        known = ", ".join(f"{{{name}}}" for name in VARIABLES)
        names = ", ".join(f"{{{name}}}" for name in unknown)
        raise Refused(
            ngettext(
                "%(names)s is not something we can fill in. You can use %(known)s.",
                "%(names)s are not something we can fill in. You can use %(known)s.",
                len(unknown),
            )
            % {"names": names, "known": known},
            "body",
        )


# --- Escalation paths --------------------------------------------------------------------------------
# The stretches in which IT has the next move, oldest first; the last one may go on (None).
Held = Sequence[tuple[datetime, datetime | None]]


def moment_of(step: EscalationStep, working_time: WorkingTime, held: Held) -> datetime | None:
    """When a step comes: after its time within `held`. None while the clock stands still before that.

    Counted in working time; by the clock for a step that comes out of hours too.
    """
    hours = ALWAYS if step.out_of_hours else working_time
    left = timedelta(minutes=step.after_minutes)
    for began, ended in held:
        spent = None
        if ended is not None:
            spent = hours.between(began, ended)
        if spent is None or spent >= left:
            return hours.add(began, left)
        left -= spent
    return None


def whom_words(step: EscalationStep, owner: Person | None = None, *, for_customers: bool = False) -> str:
    """Whom a step reaches, in the middle of a sentence; `owner` is responsible for the class."""
    if step.whom == Whom.PERSON and step.person is not None:
        return step.person.full_name
    if step.whom == Whom.TEAM and step.team is not None:
        return gettext("the team “%(name)s”") % {"name": step.team.name}
    if step.whom == Whom.OWNER and owner is not None:
        return owner.full_name
    if step.whom == Whom.OUTSIDE:
        return gettext("a partner outside") if for_customers else step.contact
    return gettext("the leads of the desk")


def after_words(step: EscalationStep) -> str:
    """After how long a step comes: “4 working hours”, “2 h by the clock”."""
    if step.out_of_hours:
        return gettext("%(span)s by the clock") % {"span": duration(step.after_minutes)}
    return promise_words(step.after_minutes)


def path_sentence(steps: Sequence[EscalationStep], owner: Person | None) -> str:
    """What a customer reads about what happens to their request if it stalls; "" where there is no path."""
    parts: list[str] = []
    without = ""
    for step in steps:
        words = {"whom": whom_words(step, owner, for_customers=True), "after": after_words(step)}
        if step.without != without:
            words["without"] = step.get_without_display()
            part = gettext("after %(after)s without %(without)s it goes to %(whom)s")
        else:
            part = gettext("after %(after)s to %(whom)s")
        without = step.without
        parts.append(part % words)
    sentence = ", ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""


def refuse_bad_path(service_class: ServiceClass, steps: Sequence[Step]) -> None:
    """Raise `Refused` for a path that reaches nobody or runs backwards; its field is that of a step: “0.whom”."""
    if len(steps) > MOST_STEPS:
        raise Refused(gettext("A path has at most %(most)d steps.") % {"most": MOST_STEPS})
    longest: dict[tuple[str, bool], int] = {}
    for number, step in enumerate(steps):
        if wrong := _wrong_with(step, service_class):
            field, sentence = wrong
            raise Refused(sentence, f"{number}.{field}")
        kind = (step.without, step.out_of_hours)
        if step.after_minutes <= longest.get(kind, 0):
            raise Refused(
                gettext("It comes after the step before it: give it a longer time."), f"{number}.after_minutes"
            )
        longest[kind] = step.after_minutes


def _wrong_with(step: Step, service_class: ServiceClass) -> tuple[str, str] | None:
    """The field of a step with which something is wrong, and what."""
    if step.after_minutes < 1:
        return "after_minutes", gettext("Please give at least one minute.")
    if step.whom == Whom.OUTSIDE and not step.contact.strip():
        return "contact", gettext("Say who it is outside, with a phone number or an address.")
    if step.whom == Whom.TEAM and step.team is None:
        return "whom", gettext("Choose a team.")
    if step.whom != Whom.PERSON:
        return None
    if step.person is None or not is_agent(step.person):
        return "whom", gettext("Choose somebody of IT.")
    if service_class.is_private and not service_class.teams.filter(members=step.person).exists():
        sentence = gettext("%(name)s is in none of the teams that see these requests.")
        return "whom", sentence % {"name": step.person.full_name}
    return None


Presence = Callable[[Collection[Person]], Mapping[int, str]]
_presence: list[Presence] = []


def know_presence(presence: Presence) -> None:
    """Let a higher room say who is away or undisturbed at present, in a few words for each person's key."""
    _presence[:] = [presence]


def presence_of(people: Collection[Person]) -> Mapping[int, str]:
    """Who of these people is away or undisturbed at present: words for each key; who is not there, is free."""
    return _presence[0](people) if _presence else {}
