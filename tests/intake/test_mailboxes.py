import pytest

from foredesk.intake import queries
from foredesk.intake.models import Mailbox
from foredesk.intake.rules.addresses import without_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Mailbox:
    queries.MAILBOXES.forget()
    return Mailbox.objects.create(name="Helpdesk", address="desk@example.org", other_addresses=["it@example.org"])


def test_a_mailbox_is_known_by_all_its_addresses_in_any_case_and_with_a_tag(desk: Mailbox) -> None:
    for address in ["desk@example.org", "Desk@Example.ORG", " it@example.org", "desk+printer@example.org"]:
        assert queries.mailbox_for(address) == desk
    for address in ["other@example.org", "desk@example.net", "+desk@example.org", "", "desk"]:
        assert queries.mailbox_for(address) is None


def test_own_addresses_are_those_of_mailboxes_and_the_one_our_mail_comes_from(desk: Mailbox, settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "IT desk <No-Reply@example.org>"
    assert queries.own_addresses() == {"desk@example.org", "it@example.org", "no-reply@example.org"}
    settings.DEFAULT_FROM_EMAIL = ""
    assert queries.own_addresses() == {"desk@example.org", "it@example.org"}


def test_a_tag_is_what_follows_a_plus_before_the_at_sign() -> None:
    assert without_tag("desk+a+b@example.org") == "desk@example.org"
    assert without_tag("+desk@example.org") == "+desk@example.org"
    assert without_tag("nothing") == "nothing"
