from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from foredesk.activity.models import Event
from foredesk.catalogue.enums import Size
from foredesk.catalogue.models import Lane, ServiceClass
from foredesk.catalogue.queries import classes_hidden_from, classes_in_use
from foredesk.kit.built_once import BuiltOnce
from foredesk.people.models import Person
from foredesk.tickets.enums import CloseReason, State
from foredesk.tickets.models import Ticket
from foredesk.tickets.queries.visibility import tickets_outside, tickets_served_by

from .enums import Answer
from .models import Learning, Reason, Suggestion
from .rules import FORMAT, Learned, Lesson, Saying, to_learned

LATEST = 100_000  # requests that are learned from
CORRECTED = 4.0  # how many requests one counts for that somebody of IT put right
CORRECTING = "ticket:reclassified"
MEASURED = 200  # suggestions of which is told how many were kept
SOLVED = (CloseReason.CONFIRMED, CloseReason.SILENT, CloseReason.IMPORTED)
ANSWERS = ("goal", "happened", "theory", "tried", "impact", "fixed")

_WORDS = ("subject", *(f"interview__{name}" for name in ANSWERS))
# What this process has read of what was learned last.
_known: tuple[int, Learned] | None = None


# --- Learning ------------------------------------------------------------------------------------------
def _public() -> QuerySet[Ticket]:
    """What may teach and be named: nothing of a private class, in front of nobody, and no words that were let go."""
    private = ServiceClass.objects.filter(is_private=True).values_list("pk", flat=True)
    return tickets_outside(list(private)).filter(forgotten_at=None)


def solved() -> QuerySet[Ticket]:
    """Requests that are done and may be named as reasons."""
    return _public().filter(state=State.CLOSED, close_reason__in=SOLVED)


def lessons() -> list[Lesson]:
    """The latest requests whose kind is known, oldest first: solved ones, and those that somebody of IT put right."""
    corrected = put_right()
    by_hand = Q(pk__in=corrected) if len(corrected) < 500 else Q(Exists(_corrections().filter(about_id=OuterRef("pk"))))
    done = Q(state=State.CLOSED, close_reason__in=SOLVED)
    fields = ("pk", "service_class_id", "size", "lane__key", "state", "close_reason", *_WORDS)
    found = _public().filter(done | by_hand).order_by("-pk").values_list(*fields)[:LATEST]
    return [
        Lesson(
            key=key,
            words=_joined(words),
            labels={"class": str(kind), "size": size, "lane": lane},
            weight=CORRECTED if key in corrected else 1.0,
            may_be_named=state == State.CLOSED and reason in SOLVED,
        )
        for key, kind, size, lane, state, reason, *words in reversed(found)
    ]


def put_right() -> frozenset[int]:
    """Numbers of the requests whose class or size somebody of IT decided: chose it, or refused the suggested one."""
    refused = Suggestion.objects.filter(answer=Answer.REFUSED).values_list("ticket_id", flat=True)
    return frozenset(_corrections().values_list("about_id", flat=True)) | frozenset(refused)


def corrections_since(learning: Learning) -> int:
    refused = Suggestion.objects.filter(answer=Answer.REFUSED, answered_at__gt=learning.at).count()
    return _corrections().filter(pk__gt=learning.last_event).count() + refused


def _corrections() -> QuerySet[Event]:
    return Event.objects.filter(tag=CORRECTING, about_type=Ticket._meta.label_lower, by__isnull=False).order_by()


def words_of(ticket: Ticket) -> str:
    """What the customer said, as it is learned and asked about."""
    found = Ticket.objects.filter(pk=ticket.pk).values_list(*_WORDS).first()
    return _joined(found or ())


def _joined(words: Iterable[str | None]) -> str:
    return "\n".join(dict.fromkeys(one for one in words if one))


def latest_learning() -> Learning | None:
    return _readable().defer("learned").first()


def _readable() -> QuerySet[Learning]:
    """What an older Foredesk kept otherwise counts as nothing: it is learned anew at once."""
    return Learning.objects.filter(format=FORMAT)


@dataclass(frozen=True)
class Expected:
    """What was found of one aspect on solved requests that had not been learned."""

    aspect: str
    right: int  # percent of what it would have said
    spoken: int  # percent of which it would have said something


def expected(learning: Learning) -> list[Expected]:
    names = {"class": _("Kind"), "size": _("Size"), "lane": _("Lane")}
    return [
        Expected(name, round(100 * found["right"]), round(100 * found["spoken"]))
        for aspect, name in names.items()
        if (found := learning.expected.get(aspect))
    ]


def learned() -> Learned | None:
    """What was learned last, kept in memory until something newer is there. For the worker: it loads what is heavy."""
    global _known
    latest = _readable().values_list("pk", flat=True).first()
    if latest is None:
        return None
    if _known is None or _known[0] != latest:
        kept = Learning.objects.values_list("learned", flat=True).get(pk=latest)
        _known = latest, to_learned(bytes(kept))
    return _known[1]


# --- Suggesting ----------------------------------------------------------------------------------------
def class_said(saying: Saying | None) -> ServiceClass | None:
    """The class that is said, if requests are still given to it: never a private one, never “not sure”."""
    if saying is None or not saying.is_said:
        return None
    return classes_in_use().filter(pk=int(saying.label), is_private=False, is_default=False).first()


def reasons_among(keys: Collection[int]) -> list[int]:
    """Of these numbers those that may still be named, in their order."""
    there = set(solved().filter(pk__in=keys).values_list("pk", flat=True))
    return [key for key in keys if key in there]


@dataclass(frozen=True)
class Shown:
    """A suggestion as one reader sees it beside a ticket: with the reasons that they serve."""

    suggestion: Suggestion
    ticket: Ticket
    reasons: list[Ticket]

    @property
    def new_class(self) -> ServiceClass | None:
        found = self.suggestion.service_class
        return found if found is not None and found.pk != self.ticket.service_class_id else None

    @property
    def new_size(self) -> Size | None:
        found = self.suggestion.size
        return Size(found) if found and found != self.ticket.size else None

    @property
    def new_lane(self) -> Lane | None:
        found = self.suggestion.lane
        return found if found is not None and found.pk != self.ticket.lane_id else None

    @property
    def differs(self) -> bool:
        return bool(self.new_class or self.new_size or self.new_lane)

    @property
    def work(self) -> str:
        """The size in words that follow the class; "" where nothing is said of it."""
        return (
            {
                Size.MOMENT: _("a moment’s work"),
                Size.HOUR: _("about an hour’s work"),
                Size.BIGGER: _("something bigger"),
            }.get(Size(self.suggestion.size), "")
            if self.suggestion.size
            else ""
        )

    @property
    def because(self) -> str:
        """Why the size changes, for the customer: who is not told of others' requests."""
        if self.new_size is None:
            return ""
        return {
            Size.MOMENT: _("Requests like yours are usually done in a moment."),
            Size.HOUR: _("Requests like yours usually take us about an hour."),
            Size.BIGGER: _("Requests like yours usually take us longer, and we want to do it well."),
        }[self.new_size]


def suggestion_for(ticket: Ticket, reader: Person) -> Shown | None:
    """What is suggested for a ticket, unless answered; None too where `reader` may see none of the reasons."""
    reasons = _REASONS(ticket.pk, sorted(classes_hidden_from(reader)))
    if not reasons:
        return None
    return Shown(reasons[0].suggestion, ticket, [reason.ticket for reason in reasons])


_REASONS = BuiltOnce(
    lambda number, hidden: (
        Reason.objects.filter(suggestion__ticket_id=number, suggestion__answer="", ticket__in=tickets_outside(hidden))
        .exclude(suggestion__service_class__in=hidden)
        .select_related("suggestion__service_class", "suggestion__lane", "ticket")
        .order_by("place")
    )
)


# --- Measuring -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Kept:
    """Of the latest suggestions whose ticket is done or that were answered: how many held."""

    judged: int
    kept: int
    asked: int  # the latest requests, of which
    silent: int  # nothing was said

    @property
    def percent(self) -> int:
        return round(100 * self.kept / self.judged) if self.judged else 0

    @property
    def silent_percent(self) -> int:
        return round(100 * self.silent / self.asked) if self.asked else 0


def kept(reader: Person) -> Kept:
    """How well suggestions hold, on requests that `reader` serves: by what the class and size came to be."""
    served = Suggestion.objects.filter(ticket__in=tickets_served_by(reader)).order_by("-pk")
    silent = Q(service_class=None, size="", lane=None)
    latest = list(served.values_list("pk", flat=True)[:MEASURED])
    judged = list(
        served.exclude(silent)
        .filter(~Q(answer="") | Q(ticket__state=State.CLOSED, ticket__close_reason__in=SOLVED))
        .values_list("pk", flat=True)[:MEASURED]
    )
    as_said = (
        (Q(service_class=None) | Q(service_class=F("ticket__service_class")))
        & (Q(size="") | Q(size=F("ticket__size")))
        & (Q(lane=None) | Q(lane=F("ticket__lane")))
    )
    held = Q(answer=Answer.KEPT) | Q(answer="") & as_said
    return Kept(
        judged=len(judged),
        kept=Suggestion.objects.filter(held, pk__in=judged).count(),
        asked=len(latest),
        silent=Suggestion.objects.filter(silent, pk__in=latest).count(),
    )
