"""Who gets into the desk: everybody of IT, and nobody else."""

import pytest
from django.urls import reverse

from foredesk.desk.urls import urlpatterns
from tests.factories import PersonFactory

ROLES = {"customer": {}, "agent": {"agent": True}, "lead": {"lead": True}, "administrator": {"administrator": True}}
POSTED = {
    "merge_end",
    "link_end",
    "part_end",
    "call_class",
    "visit",
    "reply",
    "note",
    "draft",
    "taken",
    "put_back",
    "wait_end",
    "follower",
    "next",
    "skipped",
    "step_end",
    "step_again",
    "step_removal",
}
STEPS = {"step", "step_end", "step_again", "step_removal"}
SAMPLES = {"number": None, "pk": 1, "purpose": "reply", "key": "rapid"}


def _address(name: str, ticket) -> str:
    pattern = next(one for one in urlpatterns if one.name == name)
    samples = {**SAMPLES, "number": ticket.pk}
    if name == "file":
        samples["pk"] = "11111111-1111-1111-1111-111111111111"
    return reverse(f"desk:{name}", kwargs={key: samples[key] for key in pattern.pattern.converters})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", [pattern.name for pattern in urlpatterns])
def test_only_it_gets_in(client, ticket, role, name):
    client.force_login(PersonFactory(**ROLES[role]))
    address = _address(name, ticket)
    answer = client.post(address) if name in POSTED else client.get(address)
    if role == "customer":
        assert answer.status_code == 404
    elif name in {"canned", "file", "follower", "link_end", *STEPS}:
        assert answer.status_code == 404  # there is none by that number
    else:
        assert answer.status_code in {200, 204, 302, 422}


@pytest.mark.parametrize("name", [pattern.name for pattern in urlpatterns])
def test_strangers_are_asked_to_sign_in(client, ticket, name):
    address = _address(name, ticket)
    answer = client.post(address) if name in POSTED else client.get(address)
    assert answer.status_code == 302
    assert reverse("account_login") in answer.url


@pytest.mark.parametrize("name", sorted(POSTED))
def test_what_changes_something_is_posted(desk, ticket, name):
    assert desk.get(_address(name, ticket)).status_code == 405


def test_a_request_of_ones_own_is_worked_on_by_a_colleague(desk, ask, tomas):
    own = ask(tomas)
    page = desk.get(reverse("desk:ticket", args=[own.pk])).content.decode()
    assert "This is your own request" in page
    assert 'id="reply"' not in page
    desk.post(reverse("desk:taken", args=[own.pk]))
    own.refresh_from_db()
    assert own.assignee is None
