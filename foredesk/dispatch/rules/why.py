"""Why a ticket stands where it stands: the facts by which it is before the next one, in one sentence."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from foredesk.ui import wording

from .order import Tier

# What differs by less does not decide anything, and would change from minute to minute.
CLEARLY = 1.05


@dataclass(frozen=True, slots=True)
class Seen:
    """What a list shows of a ticket and orders it by. `touch` is minutes, `age` and `target` are working time."""

    number: int
    tier: Tier
    people: int
    severity: str
    held_up: float
    age: timedelta
    target: timedelta
    touch: float

    @property
    def share(self) -> float:
        return self.age / self.target if self.target else 1.0


def why(one: Seen, below: Seen | None) -> str:
    """What puts `one` before the one `below` it; with none below, the facts that count for it."""
    facts = _facts(one, below)
    if below is None:
        return _("%(facts)s.") % {"facts": ", ".join(facts)}
    return _("Above %(number)s: %(facts)s.") % {"number": below.number, "facts": ", ".join(facts)}


def _facts(one: Seen, below: Seen | None) -> list[str]:
    if one.tier == Tier.OUTAGE and (below is None or below.tier > one.tier):
        return [_("part of an outage")]
    if one.tier == Tier.OVERDUE:
        if below is not None and below.tier == one.tier:
            return [_("both are past their target, and this was asked first")]
        return [_("its %(target)s are over") % {"target": wording.working(one.target)}]
    if one.tier == Tier.REOPENED and below is not None and below.tier > one.tier:
        return [_("it came back, or was handed over")]
    facts = []
    if below is None or one.held_up > below.held_up * CLEARLY:
        facts.append(wording.held_up(one.severity, one.people))
    if below is None or one.touch * CLEARLY < below.touch:
        facts.append(_("usually %(span)s of work") % {"span": wording.working(one.touch)})
    if below is None or 1 + one.share > (1 + below.share) * CLEARLY:
        gone, whole = wording.working(one.age), wording.working(one.target)
        facts.append(_("%(gone)s of its %(whole)s are gone") % {"gone": gone, "whole": whole})
    return facts or [_("as much is lost by either, and this was asked first")]
