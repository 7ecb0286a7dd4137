"""Promises in words. Every one says where it comes from."""

from collections.abc import Callable
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foredesk.tickets.enums import Holder
from foredesk.ui.wording import formatted

from ..enums import Cause, Source
from .intervals import MEMORY_DAYS

Tell = Callable[[datetime], str]


def promise_words(source: str, earliest: datetime | None, until: datetime, now: datetime, tell: Tell, by: str) -> str:
    """“Usually done between Tue 14:00 and Wed 11:00”, or what a target or somebody's word promises."""
    if source == Source.TARGET:
        return _("We aim to have it done by %(until)s.") % {"until": tell(until)}
    if source == Source.TIMELINE:
        return _("Its steps are done by %(until)s, as 85 of 100 tries say.") % {"until": tell(until)}
    if source == Source.PERSON:
        return _("%(agent)s promises it by %(until)s.") % {"agent": by, "until": tell(until)}
    if until < now:
        return _("We said: usually done by %(until)s.") % {"until": tell(until)}
    if earliest is None or earliest <= now or earliest >= until:
        return _("Usually done by %(until)s.") % {"until": tell(until)}
    same_day = localtime(earliest).date() == localtime(until).date()
    end = formatted(localtime(until), "G:i") if same_day else tell(until)
    return _("Usually done between %(earliest)s and %(until)s.") % {"earliest": tell(earliest), "until": end}


def source_words(source: str, cases: int, wider: str = "") -> str:
    """Where a promise comes from, as the rest of a sentence."""
    numbers = {"cases": cases, "days": MEMORY_DAYS, "wider": wider}
    if source == Source.HISTORY:
        said = ngettext(
            "from %(cases)d request like this one in the last %(days)d days",
            "from %(cases)d requests like this one in the last %(days)d days",
            cases,
        )
        return said % numbers
    if source == Source.PARENT:
        said = ngettext(
            "from %(cases)d request about “%(wider)s” in the last %(days)d days; too few are just like this one yet",
            "from %(cases)d requests about “%(wider)s” in the last %(days)d days; too few are just like this one yet",
            cases,
        )
        return said % numbers
    if source == Source.TARGET and cases:
        return _("this is our target; too few requests like it have been open for so long to know more")
    if source == Source.TARGET:
        return _("this is our target; too few requests like it yet")
    if source == Source.TIMELINE:
        return _("from its own steps and the pace of the team that does them")
    return _("this is a person’s word, not a forecast")


def cause_words(cause: str, *, holder: str = "", longer_than: int = 0, late: bool = False) -> str:
    """Why there is a new promise, as one sentence for the customer."""
    if cause == Cause.WAITS:
        return {
            Holder.SUPPLIER: _("It waits for a supplier."),
            Holder.CUSTOMER: _("It waits for an answer to our question."),
            Holder.DATE: _("It waits for an agreed date."),
        }.get(Holder(holder) if holder else Holder.IT, _("It waits."))
    said = {
        Cause.BUSY: _("More requests came in than usual, and they are served before or beside this one."),
        Cause.LATE: _("We did not keep the time we gave you. We are sorry."),
        Cause.CLASS: _("We now see it as another kind of request."),
        Cause.SIZE: _("We now see its size differently."),
        Cause.LANE: _("Other hands work on it now."),
        Cause.REOPENED: _("It was opened again."),
        Cause.STEPS: _("Its steps take longer than what we promised for the whole."),
    }
    if cause == Cause.LONGER and longer_than >= 100:
        return _("It takes longer than any request like it that we measured.")
    if cause == Cause.LONGER and longer_than:
        return _("It takes longer than %(share)d of 100 requests like it.") % {"share": longer_than}
    if cause == Cause.LONGER:
        return _("It takes longer than we aim for.")
    return said.get(Cause(cause), "")


def told_before(until: datetime, is_first: bool, tell: Tell) -> str:
    """A promise that was replaced by a newer one."""
    if is_first:
        return _("First promised until %(until)s.") % {"until": tell(until)}
    return _("Then promised until %(until)s.") % {"until": tell(until)}
