"""Two requests are the same matter: one goes on in the other. All of it can be undone."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.models import Event
from foredesk.activity.queries import events_about
from foredesk.calendars.queries import working_time_of
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person
from foredesk.people.rules import is_agent

from ..effects import tell
from ..enums import CloseReason, FollowerReason, Holder, Measure, News, Severity, State
from ..models import Draft, Follower, Ticket
from ..queries import on_offer, tickets_served_by, tickets_visible_to
from ..rules import follows, is_party
from ..rules.joining import people_joined, stays_private
from .states import keep, lock_both, move, next_update_after, note, refuse_unless_agent

# From the lightest to the heaviest.
_SEVERITIES = [Severity.ANNOYED, Severity.SLOWED, Severity.STOPPED]


@transaction.atomic
def merge(*, by: Person, ticket: Ticket, into: Ticket, expected_version: int | None = None) -> None:
    """`ticket` is the same matter as `into` and goes on there: who waited for it, what was promised, what is written.

    Raises Refused with what to do instead; Changed when `ticket` changed since `expected_version`.
    """
    refuse_unless_another(by, ticket, into)
    lock_both(ticket, into, expected_version)
    _refuse_merge(by, ticket, into)
    people, severity = into.people_held_up, into.severity
    added = people_joined(ticket, into)
    followers = _bring_followers(by, ticket, into)
    before: dict[str, Any] = {
        "next_update_due": _text(ticket.next_update_due),
        "ahead": ticket.ahead,
        "ahead_since": _text(ticket.ahead_since),
        "people": added,
        "severity": severity,
        "followers": followers,
    }
    promised = ticket.next_update_due
    move(
        ticket,
        State.CLOSED,
        holder=Holder.CUSTOMER,
        closed_at=clock.now(),
        close_reason=CloseReason.MERGED,
        merged_into=into,
        next_update_due=None,
        ahead="",
        ahead_since=None,
    )
    changes: dict[str, Any] = {
        "people_held_up": people + added,
        "severity": max(severity, ticket.severity, key=_weight),
    }
    if promised and into.next_update_due and promised < into.next_update_due:
        changes["next_update_due"] = promised  # whoever was promised a word by then still gets one by then
    becomes_outage = ticket.is_outage and not into.is_outage
    keep(into, **changes, is_outage=into.is_outage or ticket.is_outage)
    if becomes_outage:
        note(into, by, "outage:marked", reason=_("request %(number)s was one") % {"number": ticket.pk})
    _bring_drafts(ticket, into)
    note(ticket, by, "merged", number=into.pk, **before)
    note(into, by, "merged:here", number=ticket.pk, customer=ticket.customer.full_name)
    tell.enqueue(News.MERGED, ticket.pk, ticket.version, by.pk)


def refuse_unless_another(by: Person, ticket: Ticket, other: Ticket) -> None:
    """Two different tickets, both of which `by` serves: what one may not see does not exist."""
    if ticket.pk == other.pk:
        raise Refused(_("That is this request itself. Please choose another one."))
    if tickets_served_by(by).filter(pk__in=[ticket.pk, other.pk]).count() < 2:
        raise Refused(_("There is no request %(number)s.") % {"number": other.pk})


def _refuse_merge(by: Person, ticket: Ticket, into: Ticket) -> None:
    numbers = {"number": into.pk, "this": ticket.pk}
    refuse_unless_agent(by, ticket)
    refuse_unless_agent(by, into)
    if ticket.state == State.CLOSED:
        raise Refused(_("Request %(this)s is closed already. Link the two instead.") % numbers)
    if into.merged_into_id is not None:
        raise Refused(_("Request %(number)s goes on in another one itself. Choose that one.") % numbers)
    if into.state == State.CLOSED:
        raise Refused(_("Request %(number)s is closed. Let it go on in this one, or link the two.") % numbers)
    if ticket.children.exists():
        raise Refused(_("Request %(this)s has parts. Take them out first, or merge the other way round.") % numbers)
    if not stays_private(ticket.service_class, into.service_class):
        raise Refused(
            _("Request %(this)s is private, and more people read %(number)s. Link the two instead.") % numbers
        )
    if into.service_class.is_private and not (is_party(ticket.customer, into) or follows(ticket.customer, into)):
        raise Refused(
            _("Request %(number)s is private: %(name)s may not know of it. Link the two instead.")
            % {**numbers, "name": ticket.customer.first_name}
        )


def _weight(severity: str) -> int:
    return _SEVERITIES.index(Severity(severity))


def _text(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _waiting(ticket: Ticket) -> list[tuple[Person, FollowerReason, Measure]]:
    """Everybody who hears of a ticket, and as what they would follow the one in which it goes on."""
    parties = [ticket.customer]
    if is_party(ticket.opened_by, ticket) and not is_agent(ticket.opened_by):
        parties.append(ticket.opened_by)
    asked = [(person, FollowerReason.MERGED, Measure.EVERYTHING) for person in parties]
    following = ticket.followers.select_related("person")
    return asked + [(one.person, FollowerReason(one.reason), Measure(one.measure)) for one in following]


def _bring_followers(by: Person, ticket: Ticket, into: Ticket) -> list[int]:
    """Let those who waited for `ticket` follow `into`; returns the new ones. A private ticket gains no reader."""
    if into.service_class.is_private:
        return []
    new = []
    for person, reason, measure in _waiting(ticket):
        if is_party(person, into) or not person.is_active:
            continue
        _follower, is_new = Follower.objects.get_or_create(
            ticket=into, person=person, defaults={"reason": reason, "measure": measure, "since": clock.now()}
        )
        if is_new:
            new.append(person.pk)
            note(into, by, "follower:added", follower=person.full_name, why=str(reason.label))
    return new


def _bring_drafts(ticket: Ticket, into: Ticket) -> None:
    """What somebody has begun to write goes along, below what they have begun there, with where it comes from."""
    for draft in ticket.drafts.select_related("author"):
        if not tickets_visible_to(draft.author).filter(pk=into.pk).exists():
            continue
        body = draft.body
        if into.customer_id != ticket.customer_id and is_agent(draft.author):
            whom = {"number": ticket.pk, "name": ticket.customer.first_name}
            body = f"{_('(Begun on request %(number)s, for %(name)s:)') % whom}\n\n{body}"
        there = Draft.objects.filter(ticket=into, author=draft.author, purpose=draft.purpose).first()
        Draft.objects.update_or_create(
            ticket=into,
            author=draft.author,
            purpose=draft.purpose,
            defaults={"body": f"{there.body}\n\n{body}" if there else body, "saved_at": clock.now()},
        )
        draft.delete()


@transaction.atomic
def undo_merge(*, by: Person, ticket: Ticket) -> None:
    """`ticket` goes on by itself again, where it was: state, hands, promises. What was written meanwhile stays there.

    Raises Refused where it was not merged, or where the other one has itself been merged since.
    """
    into = ticket.merged_into
    if into is None:
        raise Refused(_("This request goes on by itself already."))
    refuse_unless_another(by, ticket, into)
    lock_both(ticket, into)
    if ticket.merged_into_id != into.pk:
        raise Refused(_("This request goes on by itself already."))
    refuse_unless_agent(by, ticket)
    refuse_unless_agent(by, into)
    if into.merged_into_id is not None:
        raise Refused(_("Request %(number)s goes on in another one itself. Undo that first.") % {"number": into.pk})
    if ticket.forgotten_at is not None:
        raise Refused(_("The words of this request have been deleted since, so it cannot go on."))
    merged = events_about(ticket).filter(tag="ticket:merged").latest("id")
    _back_to_where_it_was(ticket, merged.data)
    _take_back(by, ticket, into, merged)
    note(ticket, by, "unmerged", was_in=into.pk)
    note(into, by, "unmerged:here", number=ticket.pk, customer=ticket.customer.full_name)
    tell.enqueue(News.UNMERGED, ticket.pk, ticket.version, by.pk)


def _back_to_where_it_was(ticket: Ticket, before: dict[str, Any]) -> None:
    """The stretch of its life that the merge ended goes on; promises that have passed meanwhile are made anew."""
    was = ticket.spans.exclude(state=State.CLOSED).latest("began_at", "id")
    due = _moment(before["next_update_due"])
    move(
        ticket,
        State(was.state),
        holder=Holder(was.holder),
        reason=was.reason,
        until=was.until,
        closed_at=None,
        close_reason="",
        merged_into=None,
        next_update_due=next_update_after(ticket) if due and due <= clock.now() else due,
        ahead=before["ahead"],
        ahead_since=_moment(before["ahead_since"]),
        silent_since=clock.now(),
    )
    offered = on_offer().filter(ticket=ticket).first()
    if offered is not None and offered.close_at <= clock.now():
        working_time, patience = working_time_of(ticket.customer), ticket.service_class.closing_minutes
        offered.close_at = working_time.add(clock.now(), timedelta(minutes=patience / 2))
        offered.save(update_fields=["close_at"])


def _take_back(by: Person, ticket: Ticket, into: Ticket, merged: Event) -> None:
    """Take back from `into` what came with the merge, as far as nobody else has decided on it since."""
    stay = {person.pk for other in into.merged.exclude(pk=ticket.pk) for person, *_as in _waiting(other)}
    left = into.followers.filter(person_id__in=set(merged.data["followers"]) - stay).select_related("person")
    for follower in left:
        note(into, by, "follower:removed", follower=follower.person.full_name)
        follower.delete()
    if events_about(into).filter(tag="ticket:impact", pk__gt=merged.pk).exists():
        keep(into)
        return
    severities = [merged.data["severity"], *into.merged.exclude(pk=ticket.pk).values_list("severity", flat=True)]
    keep(
        into,
        people_held_up=max(1, into.people_held_up - merged.data["people"]),
        severity=max(severities, key=_weight),
    )
