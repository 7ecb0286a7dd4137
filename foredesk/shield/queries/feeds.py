"""Roster and focus as calendars read them (RFC 5545): busy times, and no word of any ticket."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from foredesk.kit import clock
from foredesk.people.models import Person
from foredesk.people.queries import organisation_name
from foredesk.people.rules import is_agent

from ..models import Feed, FocusBlock, Shift
from ..rules import hash_of
from .roster import shifts_held

PAST = timedelta(days=14)


def feeds_of(person: Person) -> dict[bool, Feed]:
    """The addresses somebody has made: for the team (True) and for themselves (False)."""
    return {feed.is_team: feed for feed in Feed.objects.filter(owner=person)}


def feed_of(token: str) -> Feed | None:
    """The feed with a secret, while its owner is of IT; found by its hash, so that no guess learns how near it was."""
    feed = Feed.objects.filter(token_hash=hash_of(token)).select_related("owner").first()
    return feed if feed is not None and is_agent(feed.owner) else None


def busy_calendar(feed: Feed) -> bytes:
    """Shifts and focus of the owner, or of everybody, from two weeks ago on. Times in UTC: right in every zone."""
    since = clock.now() - PAST
    shifts = shifts_held().filter(ends_at__gte=since)
    blocks = FocusBlock.objects.filter(ends_at__gte=since).select_related("person").order_by("begins_at", "pk")
    title = _("%(organisation)s: rapid desk and focus") % {"organisation": organisation_name()}
    if not feed.is_team:
        shifts, blocks = shifts.filter(person=feed.owner), blocks.filter(person=feed.owner)
        title = f"{title}, {feed.owner.full_name}"
    calendar = Calendar()
    calendar.add("prodid", "-//Foredesk//shield//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    for shift in shifts:
        calendar.add_component(_busy("shift", shift, _("Rapid desk"), shift.ends_at, feed))
    for block in blocks:
        words = _("Project time") if block.is_announced else _("In focus")
        calendar.add_component(_busy("focus", block, words, block.over_at or block.ends_at, feed))
    return bytes(calendar.to_ical())


def _busy(kind: str, about: Shift | FocusBlock, words: str, ends: datetime, feed: Feed) -> Event:
    event = Event()
    event.add("uid", f"{kind}-{about.pk}@{urlsplit(settings.BASE_URL).hostname or 'localhost'}")
    event.add("dtstamp", clock.now().astimezone(UTC))
    event.add("dtstart", about.begins_at.astimezone(UTC))
    event.add("dtend", ends.astimezone(UTC))
    event.add("summary", f"{about.person.full_name}: {words}" if feed.is_team else words)
    event.add("transp", "OPAQUE")
    return event
