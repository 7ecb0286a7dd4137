from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from foredesk.calendars.queries import working_time_at
from foredesk.kit import clock
from foredesk.kit.built_once import BuiltOnce
from foredesk.kit.remembered import Remembered
from foredesk.people.enums import Role
from foredesk.people.models import Person, Team
from foredesk.people.queries import agents

from . import rules, starting_sets
from .enums import LaneKey, Whom
from .models import CannedReply, EscalationStep, Lane, ServiceClass
from .starting_sets import Start

# Under which name a person in memory carries the answer of `classes_hidden_from`.
_HIDDEN = "_classes_hidden"


def classes_in_use() -> QuerySet[ServiceClass]:
    """Every service class that requests may have, with its lane and parent."""
    return ServiceClass.objects.filter(is_active=True).select_related("lane", "parent")


def classes() -> QuerySet[ServiceClass]:
    """Every service class, retired ones too."""
    return ServiceClass.objects.select_related("lane", "parent", "owner")


def class_tree() -> list[ServiceClass]:
    """The classes in use, each followed by its parts; `depth` says how deep one lies (0: on its own)."""
    in_use = list(classes().filter(is_active=True).prefetch_related("teams"))
    parts: dict[int | None, list[ServiceClass]] = {}
    for one in in_use:
        parts.setdefault(one.parent_id, []).append(one)

    def below(key: int | None, depth: int) -> list[ServiceClass]:
        found: list[ServiceClass] = []
        for one in parts.get(key, []):
            one.depth = depth  # type: ignore[attr-defined]
            found += [one, *below(one.pk, depth + 1)]
        return found

    return below(None, 0)


def classes_hidden_from(person: Person) -> frozenset[int]:
    """Keys of the private classes of which `person` is in no team: at the desk their requests do not exist for them.

    Everything of IT that shows, counts, offers or tells of tickets asks here. Read once for each `Person` in memory,
    so once in a request however many lists and rules ask; with no private class at all, it narrows no query.
    """
    hidden: frozenset[int] | None = getattr(person, _HIDDEN, None)
    if hidden is None:
        hidden = frozenset(_PRIVATE_WITHOUT(person.pk))
        setattr(person, _HIDDEN, hidden)
    return hidden


_PRIVATE_WITHOUT = BuiltOnce(
    lambda person: (
        ServiceClass.objects.filter(is_private=True)
        .exclude(teams__members=person)
        .order_by()
        .values_list("pk", flat=True)
    )
)


def scopes_hidden_from(person: Person) -> list[str]:
    """The same as the outbox names them."""
    return [f"class:{key}" for key in classes_hidden_from(person)]


def people_in(teams: Iterable[Team]) -> set[Person]:
    """Everybody of IT in any of the teams."""
    return set(agents().filter(teams__in=list(teams)))


def private_names(team: Team) -> list[str]:
    """The private classes that a team sees, in their order."""
    return list(ServiceClass.objects.filter(is_private=True, teams=team).values_list("name", flat=True))


def replies_open_to(person: Person) -> QuerySet[CannedReply]:
    """All canned replies but those for private classes of other teams."""
    return _replies_outside(classes_hidden_from(person))


def _replies_outside(hidden: Collection[int]) -> QuerySet[CannedReply]:
    return canned_replies().exclude(service_class__in=hidden)


def classes_retired() -> QuerySet[ServiceClass]:
    return classes().filter(is_active=False)


def possible_parents(service_class: ServiceClass | None) -> QuerySet[ServiceClass]:
    """Classes that this one (None: a new one) may be part of; whether that would be a circle, the action checks."""
    found = ServiceClass.objects.filter(is_active=True, is_default=False)
    return found.exclude(pk=service_class.pk) if service_class is not None else found


def kinds_offered() -> list[ServiceClass]:
    """The plain kinds a customer chooses from: at most eight, in their order, and the private ones after them."""
    offered = _OFFERED()
    plain = [one for one in offered if not one.is_private]
    return plain[: rules.MOST_OFFERED] + [one for one in offered if one.is_private]


_OFFERED = BuiltOnce(lambda: classes_in_use().filter(offered=True, is_default=False))


def starting_set(kind: str) -> list[tuple[Start, list[Start]]]:
    """What an organisation of a kind may begin with: each kind of request with its parts. Raises KeyError."""
    starts = starting_sets.CLASSES[kind]
    return [(one, [part for part in starts if part.part_of == one.name]) for one in starts if not one.part_of]


def default_class() -> ServiceClass:
    """The class that takes “not sure”. A migration makes it and no action can remove it."""
    (found,) = _DEFAULT()
    return found


_DEFAULT = BuiltOnce(lambda: ServiceClass.objects.filter(is_default=True).select_related("lane"))


def guess_class(words: str) -> ServiceClass | None:
    """The class in use to which somebody's words point; None when they point nowhere or equally to several."""
    if not words.strip():
        return None
    return rules.best_match(words, _WITH_KEYWORDS())


_WITH_KEYWORDS = BuiltOnce(lambda: classes_in_use().exclude(keywords=""))


def lane(key: LaneKey | str) -> Lane:
    return Lane.objects.get(key=key)


def lanes() -> QuerySet[Lane]:
    """Both lanes with their teams, the rapid one first."""
    return Lane.objects.prefetch_related("teams")


def lanes_with_counts() -> QuerySet[Lane]:
    """Both lanes with their teams and how many classes in use go there (`class_count`)."""
    # Grouping drops the model's own order, so it is said here.
    counted = Count("service_classes", filter=Q(service_classes__is_active=True))
    return lanes().annotate(class_count=counted).order_by("-key")


def canned_replies() -> QuerySet[CannedReply]:
    return CannedReply.objects.select_related("service_class")


def canned_replies_for(person: Person, service_class: ServiceClass | None) -> list[CannedReply]:
    """Replies for requests of a class that `person` may use: its own first, then its parent's, then those for all."""
    own = [] if service_class is None else [key for key in (service_class.pk, service_class.parent_id) if key]
    hidden = classes_hidden_from(person)
    fitting = {None: len(own)} | {key: place for place, key in enumerate(own) if key not in hidden}
    found = [one for one in CANNED() if one.service_class_id in fitting]
    return sorted(found, key=lambda one: (fitting[one.service_class_id], one.title))


CANNED: Remembered[list[CannedReply]] = Remembered(lambda: list(canned_replies()))


# --- Escalation paths --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Path:
    """The steps of a class in their order, and whose they are: its own, or those of the class it is part of."""

    steps: list[EscalationStep]
    of: ServiceClass


def paths() -> dict[int, Path]:
    """The path of every class that has one, its own or inherited, by the key of the class."""
    own: dict[int, list[EscalationStep]] = {}
    for step in _STEPS():
        own.setdefault(step.service_class_id, []).append(step)
    if not own:
        return {}
    parents = dict(ServiceClass.objects.order_by().values_list("pk", "parent_id"))
    found = {}
    for key in parents:
        holder: int | None = key
        while holder is not None and holder not in own:
            holder = parents[holder]
        if holder is not None:
            found[key] = Path(own[holder], own[holder][0].service_class)
    return found


_STEPS = BuiltOnce(
    lambda: EscalationStep.objects.select_related("service_class", "person", "team").order_by(
        "service_class_id", "position"
    )
)


def path_of(service_class: ServiceClass) -> Path | None:
    """The escalation path of a class, its own or inherited; None where there is none."""
    return PATHS().get(service_class.pk)


PATHS = Remembered(paths)


def under_path_of(service_class: ServiceClass) -> list[int]:
    """Keys of the class and of everything that is part of it: whose requests a change of its path may concern."""
    found, parents = [service_class.pk], [service_class.pk]
    while parents:
        parents = list(ServiceClass.objects.filter(parent__in=parents).values_list("pk", flat=True))
        found += parents
    return found


def reached_by(step: EscalationStep, service_class: ServiceClass) -> list[Person]:
    """Whom of IT a step reaches now on a request of a class: of a private one only who sees it.

    Where its own people are gone, and for a step outside: the desk's leads, who pass it on; else who is responsible.
    """
    serving = agents()
    if service_class.is_private:
        serving = serving.filter(teams__private_classes=service_class)
    leads, owner = Q(role=Role.LEAD), Q(pk=service_class.owner_id)
    meant = {
        Whom.PERSON: Q(pk=step.person_id),
        Whom.TEAM: Q(pk__in=Team.members.through.objects.filter(team=step.team_id).values("person")),
        Whom.OWNER: owner,
    }.get(Whom(step.whom), leads)
    for people in (meant, leads, owner):
        if found := list(serving.filter(people).distinct().order_by("full_name", "pk")):
            return found
    return []


@dataclass(frozen=True)
class Reach:
    """Whom a step would reach, and when; `presence` says by key who of them is away or undisturbed now."""

    step: EscalationStep
    moment: datetime
    words: str
    after: str
    people: list[tuple[Person, str]]


def dry_run(service_class: ServiceClass, path: Path) -> list[Reach]:
    """Whom a request of a class would reach, and when, if it were asked now and nobody answered.

    By the hours of the default calendar; nothing is sent. Found as the job that carries the path out finds it.
    """
    now, working_time = clock.now(), working_time_at(None)
    found: list[Reach] = []
    for step in path.steps:
        moment = rules.moment_of(step, working_time, [(now, None)])
        if moment is None:
            continue
        people = reached_by(step, service_class)
        presence = rules.presence_of(people)
        found.append(
            Reach(
                step=step,
                moment=max([moment, *(one.moment for one in found[-1:])]),
                words=rules.whom_words(step, service_class.owner),
                after=rules.after_words(step),
                people=[(person, presence.get(person.pk, "")) for person in people],
            )
        )
    return found
