from dataclasses import replace

import lucide
import pytest

from foredesk.activity.queries import events_about
from foredesk.catalogue import actions, queries, rules, starting_sets
from foredesk.catalogue.enums import LaneKey
from foredesk.catalogue.models import CannedReply, ServiceClass
from foredesk.catalogue.rules import Course, Promise, Words
from foredesk.kit.refusals import Refused
from tests.factories import CannedReplyFactory, PersonFactory, ServiceClassFactory, TeamFactory

pytestmark = pytest.mark.django_db

PROMISE = Promise(first_reply_minutes=30, solution_minutes=240, silence_minutes=120, closing_minutes=960)


@pytest.fixture
def lead():
    return PersonFactory(lead=True)


@pytest.fixture
def course():
    return Course(lane=queries.lane(LaneKey.RAPID), size_reason="Because it is quick.")


def test_a_class_is_created_and_tidied(lead, course) -> None:
    words = Words(name="Printing", icon="printer", keywords="printer,  Printer, toner\n ink;")
    made = actions.create_class(by=lead, words=words, course=course, promise=PROMISE)
    assert made.keywords == "printer, toner, ink"
    assert made.size_reason == "because it is quick"
    assert [event.tag for event in events_about(made)] == ["class:created"]


def test_names_and_pictures_are_checked(lead, course) -> None:
    ServiceClassFactory(name="Printing")
    for words, field in ((Words(name="PRINTING"), "name"), (Words(name="Mail", icon="../x"), "icon")):
        with pytest.raises(Refused) as refused:
            actions.create_class(by=lead, words=words, course=course, promise=PROMISE)
        assert refused.value.field == field


def test_customers_choose_from_eight_at_most(lead) -> None:
    eight = [ServiceClassFactory(offered=True) for _each in range(8)]
    ninth = ServiceClassFactory(name="Ninth")
    offer = Words(name="Ninth", icon="printer", offered=True)
    with pytest.raises(Refused, match="eight kinds"):
        actions.describe_class(by=lead, service_class=ninth, words=offer)
    actions.describe_class(by=lead, service_class=eight[0], words=Words(name=eight[0].name, offered=True))  # stays
    actions.retire_class(by=lead, service_class=eight[0])
    actions.describe_class(by=lead, service_class=ninth, words=offer)
    assert len(queries.kinds_offered()) == 8
    with pytest.raises(Refused, match="retired"):
        actions.describe_class(by=lead, service_class=eight[0], words=Words(name=eight[0].name, offered=True))


def test_the_class_for_not_sure_stays_as_it_is(lead) -> None:
    default = queries.default_class()
    with pytest.raises(Refused, match="stays in use"):
        actions.retire_class(by=lead, service_class=default)
    with pytest.raises(Refused, match="not sure"):
        actions.describe_class(by=lead, service_class=default, words=Words(name=default.name, offered=True))
    with pytest.raises(Refused, match="on its own"):
        parent = ServiceClassFactory()
        actions.describe_class(by=lead, service_class=default, words=Words(name=default.name, parent=parent))


def test_nothing_hangs_below_itself(lead) -> None:
    top = ServiceClassFactory(name="Top")
    middle = ServiceClassFactory(name="Middle", parent=top)
    leaf = ServiceClassFactory(name="Leaf", parent=middle)
    for parent in (top, middle, leaf):
        with pytest.raises(Refused, match="part of itself"):
            actions.describe_class(by=lead, service_class=top, words=Words(name="Top", parent=parent))
    with pytest.raises(Refused, match="Nothing can be part"):
        actions.describe_class(by=lead, service_class=leaf, words=Words(name="Leaf", parent=queries.default_class()))
    actions.describe_class(by=lead, service_class=leaf, words=Words(name="Leaf", parent=top))
    assert leaf.parent == top


def test_targets_must_make_sense(lead) -> None:
    one = ServiceClassFactory()
    with pytest.raises(Refused, match="after the solution"):
        actions.promise_for_class(by=lead, service_class=one, promise=replace(PROMISE, first_reply_minutes=300))
    with pytest.raises(Refused, match="at least one minute"):
        actions.promise_for_class(by=lead, service_class=one, promise=replace(PROMISE, silence_minutes=0))
    actions.promise_for_class(by=lead, service_class=one, promise=replace(PROMISE, solution_minutes=480))
    assert [event.data for event in events_about(one)] == [{"solution_minutes": 480}]


def test_a_class_is_routed_and_only_changes_are_recorded(lead) -> None:
    one = ServiceClassFactory()
    actions.route_class(by=lead, service_class=one, course=Course(lane=queries.lane("deep"), owner=lead))
    one.refresh_from_db()
    assert (one.lane.key, one.owner) == (LaneKey.DEEP, lead)
    assert [event.data for event in events_about(one)] == [{"lane": "the deep-dive team", "owner": str(lead)}]


def test_classes_retire_from_the_leaves_and_come_back_from_the_root(lead) -> None:
    top = ServiceClassFactory()
    leaf = ServiceClassFactory(parent=top)
    with pytest.raises(Refused, match="part of this one"):
        actions.retire_class(by=lead, service_class=top)
    actions.retire_class(by=lead, service_class=leaf)
    actions.retire_class(by=lead, service_class=top)
    with pytest.raises(Refused, match="Bring that back first"):
        actions.restore_class(by=lead, service_class=leaf)
    actions.restore_class(by=lead, service_class=top)
    actions.restore_class(by=lead, service_class=leaf)
    assert {top, leaf} <= set(queries.classes_in_use())


def test_lanes_get_words_a_time_box_and_teams(lead) -> None:
    rapid, team = queries.lane(LaneKey.RAPID), TeamFactory(name="Front office")
    actions.describe_lane(by=lead, lane=rapid, name="the help desk", explanation="which is near", time_box_minutes=None)
    actions.set_lane_teams(by=lead, lane=rapid, teams=[team])
    actions.set_lane_teams(by=lead, lane=rapid, teams=[team])  # nothing changes, nothing is recorded
    assert queries.lane(LaneKey.RAPID).name == "the help desk"
    assert [event.tag for event in events_about(rapid)] == ["lane:described", "lane:teams:set"]


def test_canned_replies_are_written_changed_and_removed(lead) -> None:
    reply = actions.write_canned_reply(by=lead, title="Thanks", body="Hello {customer}, until {next_update}.")
    with pytest.raises(Refused, match=r"\{costumer\} is not something .* \{customer\}, \{agent\}") as refused:
        actions.change_canned_reply(by=lead, reply=reply, title="Thanks", body="Hello {costumer}")
    assert refused.value.field == "body"
    with pytest.raises(Refused, match="of that name"):
        actions.write_canned_reply(by=lead, title="THANKS", body="Hello")
    actions.change_canned_reply(by=lead, reply=reply, title="Thanks", body="Hello {agent}")
    actions.remove_canned_reply(by=lead, reply=reply)
    assert not CannedReply.objects.exists()


def test_the_starting_set_is_whole_and_installed_once(lead) -> None:
    CannedReplyFactory(title="We need one more thing", body="Ours")
    created = actions.install_starting_classes(by=lead)
    assert len(created) == len(starting_sets.CLASSES["college"])
    assert len(queries.kinds_offered()) == 8
    assert {one.lane.key for one in created} == {"rapid", "deep"}
    assert CannedReply.objects.get(title="We need one more thing").body == "Ours"
    assert not CannedReply.objects.exclude(service_class=None).filter(service_class__is_default=True).exists()
    assert actions.install_starting_classes(by=lead) == []
    assert ServiceClass.objects.count() == len(created) + 1


def test_the_starting_set_takes_no_more_than_eight_places(lead) -> None:
    for _each in range(3):
        ServiceClassFactory(offered=True)
    actions.install_starting_classes(by=None)
    assert len(queries.kinds_offered()) == 8


def test_every_picture_exists() -> None:
    for name in rules.ICONS:
        assert lucide._load_icon(name) is not None, name
