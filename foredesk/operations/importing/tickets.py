"""Rows that become requests: each cell read, each name resolved, then handed to the room of tickets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from foredesk.catalogue import actions as catalogue
from foredesk.catalogue.models import Lane, ServiceClass
from foredesk.catalogue.queries import classes, classes_hidden_from, default_class, lanes
from foredesk.catalogue.rules import Course, Promise, Words
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.actions import make_known
from foredesk.people.models import Person
from foredesk.people.queries import Called, known_as
from foredesk.people.rules import is_agent
from foredesk.tickets.actions import PastTicket, check_past, ids_here, import_tickets
from foredesk.tickets.enums import Severity, State

from .cells import Cells
from .mapping import BadMap, Mapping, folded
from .people import named
from .running import Row, Taken
from .values import BadValue, address, fitting, moment, name, short

MOST_REMEMBERED = 20_000  # people; then they are looked up anew
# A closing time this little before the asking comes from rounding, or from the hour that the clock shows twice.
ROUNDED = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Meant:
    """What one row says, before anybody in it is looked up."""

    source_id: str
    created_at: datetime
    closed_at: datetime | None
    state: State
    customer: Called
    assignee: Called | None
    kind: str
    group: str
    severity: Severity
    subject: str
    words: str
    conversation: str
    solution: str
    notes: tuple[str, ...]


class TicketRows:
    """Takes requests in. `newest`: the highest number before this import began (of an import that goes on)."""

    def __init__(
        self,
        mapping: Mapping,
        columns: Sequence[str],
        *,
        by: Person | None,
        dry: bool = False,
        newest: int | None = None,
    ) -> None:
        mapping.check(columns)
        if not mapping.source:
            raise BadMap(_("Say what the other desk is called (source): by that and its numbers a request is known."))
        self._mapping, self._by, self._dry, self._newest = mapping, by, dry, newest
        self._cells = Cells(mapping, columns)
        self._zone = ZoneInfo(mapping.timezone or settings.TIME_ZONE)
        self._classes = {folded(one.name): one for one in classes()}
        self._default = default_class()
        self._lanes = _lanes_by_name()
        for words in mapping.values.get("group", {}).values():
            if folded(words) not in self._lanes:
                raise BadMap(_("No team or lane here is called “%(name)s”.") % {"name": words})
        self._people: dict[Called, Person | None] = {}

    # --- One row -----------------------------------------------------------------------------------------

    def read(self, cells: Sequence[str]) -> tuple[str, Meant]:
        get = self._cells.of(cells)
        source_id = fitting(get("id"), 120, _("Its number there"))
        if not source_id:
            raise BadValue(_("It has no number."))
        created_at, closed_at = self._moments(get("created"), get("closed"))
        state = self._state(get.ours("state"), closed_at)
        if state == State.CLOSED:
            closed_at = closed_at or created_at  # closed, and nobody wrote down when
        elif get.ours("state"):
            closed_at = None  # opened again since
        subject = " ".join(get("subject").split())
        words = get("description")
        if not words or len(subject) > 120:  # what does not fit above stands below
            words = "\n\n".join(filter(None, [subject, words if not words.startswith(subject) else ""])) or words
        assignee = get("assignee")
        return source_id, Meant(
            source_id=source_id,
            created_at=created_at,
            closed_at=closed_at,
            state=state,
            customer=_customer(get("customer_email"), get("customer_number"), get("customer_name")),
            assignee=named(assignee) if assignee else None,
            kind=get.ours("kind"),
            group=get.ours("group"),
            severity=Severity(severity) if (severity := get.ours("severity")) in Severity.values else Severity.SLOWED,
            subject=subject,
            words=words,
            conversation=get("conversation"),
            solution=get("solution"),
            notes=tuple(filter(None, [get("notes"), get.kept()])),
        )

    def _moments(self, created: str, closed: str) -> tuple[datetime, datetime | None]:
        if not created:
            raise BadValue(_("It does not say when it was asked."))
        day_first, now = self._mapping.date_order == "day first", clock.now()
        created_at, _has_time = moment(created, zone=self._zone, day_first=day_first, now=now)
        if not closed:
            return created_at, None
        closed_at, has_time = moment(closed, zone=self._zone, day_first=day_first, now=now)
        if closed_at < created_at:
            same_day = not has_time and closed_at + timedelta(days=1) > created_at
            if not same_day and created_at - closed_at > ROUNDED:
                raise BadValue(_("It was closed (%(closed)s) before it was asked.") % {"closed": short(closed)})
            closed_at = created_at
        return created_at, closed_at

    def _state(self, words: str, closed_at: datetime | None) -> State:
        if not words:
            return State.CLOSED if closed_at else State.ASKED
        if words not in State.values:
            raise BadValue(
                _("“%(words)s” is no state that we know; the map has to say what it means.") % {"words": short(words)}
            )
        return State(words)

    # --- Many rows ---------------------------------------------------------------------------------------

    def take(self, rows: Sequence[Row]) -> Taken:
        taken = Taken()
        source = self._mapping.source
        here = ids_here(source, (row.meant.source_id for row in rows))
        for pk in here.values():
            if self._newest is not None and pk > self._newest:
                taken.new += 1  # this import brought it, before something stopped it
            else:
                taken.here += 1
        missing = [row for row in rows if row.meant.source_id not in here]
        ambiguous = self._look_up(missing)
        past: list[PastTicket] = []
        for row in missing:
            if row.meant.customer in ambiguous:
                taken.refused.append((row.line, ambiguous[row.meant.customer]))
                continue
            one = self._past(row.meant)
            try:
                check_past(one)
            except Refused as refused:
                taken.refused.append((row.line, str(refused)))
            else:
                past.append(one)
        if past and not self._dry:
            import_tickets(by=self._by, source=source, tickets=past)
        taken.new += len(past)
        return taken

    def forget(self) -> None:
        self._people.clear()
        self._classes = {folded(one.name): one for one in classes()}

    def finish(self) -> Taken:
        return Taken()

    def _look_up(self, rows: Sequence[Row]) -> dict[Called, str]:
        """Remember everybody the rows name; says of those who may be several people why they cannot be taken."""
        if len(self._people) > MOST_REMEMBERED:
            self._people.clear()
        customers = dict.fromkeys(row.meant.customer for row in rows)
        agents = dict.fromkeys(row.meant.assignee for row in rows if row.meant.assignee)
        speaker = Called(name=f"IT ({self._mapping.source})")
        wanted = [one for one in customers | agents | {speaker: None} if one not in self._people]
        found = known_as(wanted)
        ambiguous = {
            one: _("%(count)d people here are called “%(name)s”; say the mail address.")
            % {"count": len(people), "name": short(one.name or one.number)}
            for one, people in found.items()
            if len(people) > 1
        }
        unknown = [one for one in wanted if not found[one] and (one in customers or one == speaker)]
        self._people |= {one: found[one][0] if found[one] else None for one in wanted if one not in ambiguous}
        if self._dry:
            made = {one: Person(email=one.email, full_name=one.name) for one in unknown}
        else:
            made = make_known(by=self._by, people=unknown, may_sign_in="sign_in" in self._mapping.create)
        self._people |= made
        return ambiguous

    def _past(self, meant: Meant) -> PastTicket:
        customer, speaker = self._people[meant.customer], self._people[Called(name=f"IT ({self._mapping.source})")]
        assert customer is not None  # noqa: S101 (for the type: customers are made where they are missing)
        assert speaker is not None  # noqa: S101
        assignee = self._people.get(meant.assignee) if meant.assignee else None
        service_class = self._class(meant.kind)
        if assignee is not None and (not is_agent(assignee) or assignee == customer):
            assignee = None
        if assignee is not None and service_class.pk in classes_hidden_from(assignee):
            assignee = None
        return PastTicket(
            source_id=meant.source_id,
            customer=customer,
            speaker=speaker,
            created_at=meant.created_at,
            closed_at=meant.closed_at,
            state=meant.state,
            subject=meant.subject,
            words=meant.words,
            conversation=meant.conversation,
            solution=meant.solution,
            notes=meant.notes,
            service_class=service_class,
            lane=self._lane(meant.group, service_class),
            assignee=assignee,
            severity=meant.severity,
        )

    def _class(self, kind: str) -> ServiceClass:
        known = self._classes.get(folded(kind))
        if known is not None or not kind or "kinds" not in self._mapping.create or self._dry or len(kind) > 80:
            return known or self._default
        like = self._default
        promise = Promise(
            first_reply_minutes=like.first_reply_minutes,
            solution_minutes=like.solution_minutes,
            silence_minutes=like.silence_minutes,
            closing_minutes=like.closing_minutes,
        )
        course = Course(lane=like.lane, usual_size=like.usual_size)
        made = catalogue.create_class(by=self._by, words=Words(name=kind), course=course, promise=promise)
        self._classes[folded(kind)] = made
        return made

    def _lane(self, group: str, service_class: ServiceClass) -> Lane:
        possible = self._lanes.get(folded(group), [])
        return service_class.lane if service_class.lane in possible or not possible else possible[0]


def _lanes_by_name() -> dict[str, list[Lane]]:
    """The lanes behind every name that a group may have here: a lane's key, its name, or a team of it."""
    found: dict[str, list[Lane]] = {}
    for lane in lanes():
        for words in (lane.key, lane.name, *(team.name for team in lane.teams.all())):
            found.setdefault(folded(words), []).append(lane)
    return found


def _customer(email: str, number: str, full_name: str) -> Called:
    try:
        known = address(email) if email else ""
    except BadValue:
        if not (number or full_name):
            raise
        known = ""  # no address, but somebody all the same
    if not (known or number or full_name):
        raise BadValue(_("It does not say whose it is."))
    return Called(email=known, number=fitting(number, 20, _("The number")), name=name(full_name) if full_name else "")
