"""The sets that a new installation begins with: whole, sane, and found by the words that people use."""

import pytest

from foredesk.catalogue import actions, queries, rules, starting_sets
from foredesk.catalogue.models import CannedReply, ServiceClass
from foredesk.people.enums import OrganisationKind

pytestmark = pytest.mark.django_db
KINDS = OrganisationKind.values


def test_every_kind_of_organisation_has_one() -> None:
    assert set(starting_sets.CLASSES) == set(starting_sets.REPLIES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_set_is_whole(kind: str) -> None:
    classes = starting_sets.CLASSES[kind]
    names = [one.name for one in classes]
    assert len(names) == len(set(names))
    assert len([one for one in classes if not one.part_of]) == rules.MOST_OFFERED
    for place, one in enumerate(classes):
        assert one.icon in rules.ICONS, one.name
        assert not one.part_of or one.part_of in names[:place], f"{one.name} comes before its whole"
        assert one.reason.startswith("because "), one.name
        assert one.description.endswith("."), one.name
        first_reply, solution, silence, closing = one.promise
        assert first_reply <= silence <= solution, one.name
        assert closing >= 480, one.name
        assert one.deep == (one.size == "bigger"), one.name
    for _title, body, class_name in starting_sets.REPLIES[kind]:
        assert not class_name or class_name in names
        assert "{customer}" in body


@pytest.mark.parametrize("kind", KINDS)
def test_a_set_is_installed_once_and_without_what_is_not_wanted(kind: str) -> None:
    tops = [one.name for one in starting_sets.CLASSES[kind] if not one.part_of]
    created = actions.install_starting_classes(by=None, kind=kind, without=[tops[1]])
    assert tops[1] not in {one.name for one in created}
    assert not ServiceClass.objects.filter(parent=None, is_default=False).exclude(name__in=tops).exists()
    assert len(queries.kinds_offered()) == 7
    assert all(reply.service_class or reply.title for reply in CannedReply.objects.all())
    again = {one.name for one in actions.install_starting_classes(by=None, kind=kind)}
    assert tops[1] in again
    assert len(queries.kinds_offered()) == 8
    assert actions.install_starting_classes(by=None, kind=kind) == []


@pytest.mark.parametrize(
    ("kind", "words", "name"),
    [
        ("company", "I forgot my password and cannot log in", "Locked out"),
        ("company", "A new colleague starts on Monday in sales", "Someone starts, moves or leaves"),
        ("company", "Anna has her last day on Friday", "Someone is leaving"),
        ("company", "I clicked a link in a strange mail", "A suspicious message"),
        ("company", "The ERP is very slow, we cannot enter orders", "Business systems"),
        ("company", "The printer in the warehouse has a paper jam", "Paper jam"),
        ("company", "VPN does not work from the hotel", "Working from outside (VPN)"),
        ("company", "No sound in the conference room, customers are waiting", "Meeting rooms and video calls"),
        ("company", "We want to buy a licence for a new program", "A new program or service"),
        ("town", "The payment terminal at the counter does not start", "Card payment does not work"),
        ("town", "Citizens are waiting, the photo station for passports is dark", "Counters and public desks"),
        ("town", "I cannot open the residents register", "Registers and specialist programs"),
        ("town", "The map in the GIS does not load", "Maps and plans (GIS)"),
        ("town", "Microphones for the council meeting tonight", "Council meetings and halls"),
        ("town", "Laptops for twelve polling stations at the election", "An election or an event"),
        ("town", "I dropped my phone and the screen is cracked", "Lost or damaged device"),
        ("town", "Public wi-fi in the library is down", "Schools, library and outposts"),
    ],
)
def test_a_set_understands_what_people_write(kind: str, words: str, name: str) -> None:
    actions.install_starting_classes(by=None, kind=kind)
    guessed = queries.guess_class(words)
    assert guessed is not None
    assert name in {guessed.name, guessed.parent.name if guessed.parent else ""}
