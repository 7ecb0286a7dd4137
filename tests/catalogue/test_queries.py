import pytest

from foredesk.catalogue import actions, queries
from foredesk.catalogue.enums import LaneKey
from tests.factories import CannedReplyFactory, PersonFactory, ServiceClassFactory

pytestmark = pytest.mark.django_db


def test_a_new_installation_has_both_lanes_and_a_class_for_not_sure() -> None:
    assert [lane.name for lane in queries.lanes()] == ["the rapid desk", "the deep-dive team"]
    assert [(lane.key, lane.class_count) for lane in queries.lanes_with_counts()] == [("rapid", 1), ("deep", 0)]
    default = queries.default_class()
    assert (default.name, default.lane.key) == ("Something else", LaneKey.RAPID)
    assert queries.kinds_offered() == []


def test_offers_kinds_in_use_in_their_order() -> None:
    second = ServiceClassFactory(offered=True, position=20)
    first = ServiceClassFactory(offered=True, position=10)
    ServiceClassFactory(offered=True, is_active=False)
    ServiceClassFactory(offered=False)
    assert queries.kinds_offered() == [first, second]


@pytest.fixture
def family():
    printing = ServiceClassFactory(name="Printing", keywords="printer, print, toner")
    jam = ServiceClassFactory(name="Paper jam", parent=printing, keywords="paper jam, jams")
    new = ServiceClassFactory(name="New printer", parent=printing, keywords="new printer")
    mail = ServiceClassFactory(name="E-mail", keywords="e-mail, outlook, naïve")
    ServiceClassFactory(name="Old", keywords="fax", is_active=False)
    return {"printing": printing, "jam": jam, "new": new, "mail": mail}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("My printer is out of toner", "printing"),
        ("THE PRINTER JAMS again!", "jam"),
        ("a paper jam", "jam"),
        ("We would like a new printer", "new"),
        ("the new printer has a paper jam", "printing"),  # two of its parts: the whole
        ("My E-Mail, please", "mail"),
        ("e mail", "mail"),
        ("NAIVE question", "mail"),  # accents do not count
        ("printer and outlook", None),  # a tie
        ("footprints in the snow", None),  # whole words only
        ("the fax is broken", None),  # retired
        ("", None),
        ("   ", None),
    ],
)
def test_guesses_the_class_from_words(family, words, found) -> None:
    assert queries.guess_class(words) == (family[found] if found else None)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("I forgot my password and cannot log in", "Locked out"),
        ("I am locked out after the holidays", "Locked out"),
        ("my authenticator is on my old phone, I have a new phone", "Codes and second factor"),
        ("The projector in room 2.14 shows no picture", "Projector shows no picture"),
        ("paper jam in the copier", "Paper jam"),
        ("eduroam keeps disconnecting, no internet", "Network and Wi-Fi"),
        ("I would like to borrow a laptop for the week", "Borrow a laptop"),
        ("We need SPSS installed in the computer lab for my course next term", "Course software for a term"),
        ("A new colleague starts on Monday", "Someone new is starting"),
        ("My laptop is very slow and freezes", "Computer or screen"),
        ("Outlook does not show my shared calendar", "E-mail and calendar"),
        ("I need a virtual machine with 2 terabytes of storage for research data", "Server or research storage"),
        ("I deleted a folder on the shared drive, can you restore it", "Shared folder"),
    ],
)
def test_the_starting_set_understands_what_people_write(words, name) -> None:
    actions.install_starting_classes(by=None)
    guessed = queries.guess_class(words)
    assert guessed is not None
    assert name in {guessed.name, guessed.parent.name if guessed.parent else ""}


def test_guessing_costs_one_query_however_many_classes_there_are(family, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        queries.guess_class("printer jams")


def test_replies_of_the_class_come_first_then_its_parents_then_everybodys(family) -> None:
    agent = PersonFactory(agent=True)
    for_all = CannedReplyFactory(title="A")
    of_parent = CannedReplyFactory(title="B", service_class=family["printing"])
    own = CannedReplyFactory(title="C", service_class=family["jam"])
    CannedReplyFactory(title="D", service_class=family["mail"])
    assert list(queries.canned_replies_for(agent, family["jam"])) == [own, of_parent, for_all]
    assert list(queries.canned_replies_for(agent, family["printing"])) == [of_parent, for_all]
    assert list(queries.canned_replies_for(agent, None)) == [for_all]


def test_the_tree_shows_parts_below_their_whole(family) -> None:
    found = [(one.name, one.depth) for one in queries.class_tree()]
    start = found.index(("Printing", 0))
    assert found[start + 1 : start + 3] == [("New printer", 1), ("Paper jam", 1)]
    assert "Old" not in dict(found)
