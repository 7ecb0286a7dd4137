from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from foredesk.activity.actions import record
from foredesk.kit.refusals import Refused
from foredesk.people.models import Person

from .. import rules
from ..enums import Topic, Way
from ..models import NoticeChoice


@transaction.atomic
def choose_ways(*, by: Person, ways: Mapping[Topic, Way]) -> None:
    """How somebody wants to hear of things from now on; topics that are not named stay as they are.

    Raises Refused for a way that is not possible for a topic.
    """
    for topic, way in ways.items():
        if not rules.can_choose(by, topic) or way not in rules.ways_for(topic):
            raise Refused(_("“%(topic)s” cannot come that way.") % {"topic": topic.label}, field=topic.value)
    choice, _created = NoticeChoice.objects.select_for_update().get_or_create(person=by)
    chosen = {**choice.ways, **{topic.value: way.value for topic, way in ways.items()}}
    kept = {topic: way for topic, way in chosen.items() if way != Way.MAIL}
    if kept != choice.ways:
        NoticeChoice.objects.filter(pk=choice.pk).update(ways=kept)
        record(by=by, tag="person:notices:chosen", about=by, **kept)


def mark_seen(*, by: Person, up_to: int) -> None:
    """Somebody has seen their news up to the mail with this number."""
    NoticeChoice.objects.get_or_create(person=by)
    NoticeChoice.objects.filter(person=by, seen__lt=up_to).update(seen=up_to)
