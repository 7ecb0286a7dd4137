"""What the organisation settles: the definition of an emergency, addresses of calendars; and letting go of people."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit import clock
from foredesk.kit.refusals import Refused
from foredesk.mail.actions import replace_in_mails_about
from foredesk.people.models import Person

from .. import rules
from ..models import Absence, Definition, Feed, FocusBlock, Pierce, Shift, Slot, Swap
from .focus import finish


@transaction.atomic
def define_emergency(*, by: Person, words: str, causes: str, phone: str) -> Definition:
    """Publish what an emergency is. Raises Refused without a cause, and for a cause longer than 120 characters."""
    if not rules.can_shape_roster(by):
        raise Refused(_("A desk lead decides this."))
    definition = Definition.objects.select_for_update().first() or Definition()
    definition.words, definition.causes, definition.phone = words.strip(), causes.strip(), phone.strip()
    named = rules.causes_of(definition)
    if not named:
        raise Refused(_("Name at least one cause: without any, nothing could ever reach somebody in focus."), "causes")
    if any(len(cause) > 120 for cause in named):
        raise Refused(_("A cause has at most 120 characters: put the rest into the definition."), "causes")
    definition.save()
    record(by=by, tag="emergency:defined", about=definition)
    return definition


@transaction.atomic
def make_feed(*, by: Person, is_team: bool) -> str:
    """Make a secret address for a calendar, one’s own or the team’s, and return its token; an older one ends."""
    token = rules.new_token()
    kept = {"token_hash": rules.hash_of(token), "made_at": clock.now()}
    feed, _created = Feed.objects.update_or_create(owner=by, is_team=is_team, defaults=kept)
    record(by=by, tag="feed:made", about=feed, team=is_team)
    return token


@transaction.atomic
def end_feed(*, by: Person, is_team: bool) -> None:
    """Let an address find nothing from now on."""
    for feed in Feed.objects.filter(owner=by, is_team=is_team):
        record(by=by, tag="feed:ended", about=feed, team=is_team)
        feed.delete()


def let_go_of_reasons() -> int:
    """Forget why an emergency was one where the words of its ticket have been let go; that it was, and when, stays."""
    past = Pierce.objects.filter(ticket__forgotten_at__isnull=False).exclude(reason="")
    return past.update(reason="")


@transaction.atomic
def forget_person(*, person: Person, pseudonym: str) -> None:
    """Take somebody out of roster and focus from now on, and their name out of reasons; what was, stays as figures."""
    now = clock.now()
    for block in FocusBlock.objects.filter(person=person, over_at=None):
        if block.begun_at is None:
            block.delete()
        else:
            finish(block)
    Feed.objects.filter(owner=person).delete()
    Absence.objects.filter(person=person).delete()
    swaps = Swap.objects.filter(Q(asked_by=person) | Q(asked_of=person))
    tokens = [f"swap:{key}" for key in swaps.values_list("pk", flat=True)]
    replace_in_mails_about(tokens=tokens, words=(person.full_name, person.email), by=pseudonym)
    swaps.filter(answered_at=None).update(answered_at=now)
    Shift.objects.filter(person=person, begins_at__gt=now).delete()
    Slot.objects.filter(person=person).delete()
    for name in (person.full_name, person.email):
        for pierce in Pierce.objects.filter(reason__contains=name):
            Pierce.objects.filter(pk=pierce.pk).update(reason=pierce.reason.replace(name, pseudonym))
