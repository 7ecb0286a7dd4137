import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foredesk.catalogue.models import CannedReply, Lane, ServiceClass
from foredesk.catalogue.queries import default_class, lane
from tests.factories import CannedReplyFactory, PersonFactory, ServiceClassFactory, TeamFactory

pytestmark = pytest.mark.django_db

LISTS = [reverse(f"catalogue:{name}") for name in ("classes", "lanes", "replies")]


@pytest.fixture
def lead(client):
    person = PersonFactory(lead=True)
    client.force_login(person)
    return person


def filled_in(**changed):
    return {
        "name": "Printing", "description": "", "keywords": "printer, toner", "icon": "printer", "position": "10",
        "usual_size": "moment", "size_reason": "", "lane": lane("rapid").pk, "nature": "trouble", "owner": "",
        "first_reply_minutes": "30 min", "solution_minutes": "4 h", "silence_minutes": "2 h",
        "closing_minutes": "2 days",
    } | changed  # fmt: skip


@pytest.mark.parametrize("role", ["customer", "agent", "lead", "administrator"])
def test_only_leads_and_administrators_come_in(client, role) -> None:
    client.force_login(PersonFactory(role=role))
    key, reply = ServiceClassFactory().pk, CannedReplyFactory().pk
    pages = [
        *LISTS,
        *(reverse(f"catalogue:{name}") for name in ("new_class", "class_preview", "new_reply", "reply_preview")),
    ]
    pages += [reverse("catalogue:class", args=[key]), reverse("catalogue:reply", args=[reply])]
    pages += [reverse("catalogue:lane", args=["rapid"])]
    allowed = role in {"lead", "administrator"}
    for address in pages:
        assert client.get(address).status_code == (200 if allowed else 404), address
    for name, args in (
        ("class_retirement", [key]), ("class_restoration", [key]), ("starting_set", []), ("reply_removal", [reply]),
    ):  # fmt: skip
        assert client.post(reverse(f"catalogue:{name}", args=args)).status_code == (302 if allowed else 404), name


def test_strangers_are_sent_to_sign_in(client) -> None:
    for address in LISTS:
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("address", LISTS)
def test_lists_cost_the_same_with_one_and_with_three(client, lead, address) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    def one_more() -> None:
        parent = ServiceClassFactory()
        ServiceClassFactory(parent=parent, owner=lead)
        ServiceClassFactory(is_active=False)
        CannedReplyFactory(service_class=parent)
        Lane.objects.first().teams.add(TeamFactory())

    one_more()
    one = cost()
    one_more()
    one_more()
    assert cost() == one


def test_an_empty_catalogue_offers_a_set_to_begin_with(client, lead) -> None:
    page = client.get(LISTS[0]).content.decode()
    assert reverse("catalogue:starting_set") in page
    client.post(reverse("catalogue:starting_set"))
    page = client.get(LISTS[0]).content.decode()
    assert "Projector shows no picture" in page
    assert reverse("catalogue:starting_set") not in page
    assert "choose from 8 of at most 8" in page


def test_no_replies_yet_offers_the_first_step(client, lead) -> None:
    page = client.get(reverse("catalogue:replies")).content.decode()
    assert "No canned reply yet" in page
    assert reverse("catalogue:new_reply") in page


def test_a_class_is_made_and_changed_in_one_form(client, lead) -> None:
    assert client.post(reverse("catalogue:new_class"), filled_in(offered="on")).status_code == 302
    made = ServiceClass.objects.get(name="Printing")
    assert (made.first_reply_minutes, made.solution_minutes, made.closing_minutes) == (30, 240, 960)
    assert made.offered
    address = reverse("catalogue:class", args=[made.pk])
    page = client.get(address).content.decode()
    assert 'value="2 days"' in page
    assert "so they go to the rapid desk. We aim to solve them within 4 working hours." in page
    client.post(address, filled_in(lane=lane("deep").pk, solution_minutes="10 days", owner=lead.pk))
    made.refresh_from_db()
    assert (made.lane.key, made.solution_minutes, made.owner, made.offered) == ("deep", 4800, lead, False)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"solution_minutes": "a while"}, "solution_minutes", "“a while” is not clear"),
        ({"first_reply_minutes": "2 days"}, "first_reply_minutes", "cannot be due after the solution"),
        ({"name": "SOMETHING ELSE"}, "name", "class of that name"),
        ({"icon": "nothing"}, "icon", "valid choice"),
    ],
)
def test_mistakes_are_said_at_the_field_and_what_was_typed_stays(client, lead, changed, field, sentence) -> None:
    answer = client.post(reverse("catalogue:new_class"), filled_in(**changed))
    assert answer.status_code == 200
    assert sentence in answer.context["form"].errors[field][0]
    assert ServiceClass.objects.count() == 1
    if field != "icon":
        assert changed[field] in answer.content.decode()


def test_a_refused_change_leaves_everything_as_it_was(client, lead) -> None:
    one = ServiceClassFactory(name="Mail")
    address = reverse("catalogue:class", args=[one.pk])
    answer = client.post(address, filled_in(name="Post", first_reply_minutes="3 days"))
    assert answer.status_code == 200
    one.refresh_from_db()
    assert one.name == "Mail"


def test_the_class_for_not_sure_is_neither_offered_nor_part_of_another(client, lead) -> None:
    default = default_class()
    address = reverse("catalogue:class", args=[default.pk])
    form = client.get(address).context["form"]
    assert not {"offered", "parent"} & set(form.fields)
    assert client.post(address, filled_in(name="Not sure")).status_code == 302
    default.refresh_from_db()
    assert (default.name, default.is_default) == ("Not sure", True)
    client.post(reverse("catalogue:class_retirement", args=[default.pk]))
    assert default_class().is_active


def test_a_class_retires_and_comes_back(client, lead) -> None:
    one = ServiceClassFactory(name="Fax machines")
    client.post(reverse("catalogue:class_retirement", args=[one.pk]))
    page = client.get(LISTS[0]).content.decode()
    assert "1 retired kind" in page
    assert client.get(reverse("catalogue:class", args=[one.pk])).status_code == 200
    client.post(reverse("catalogue:class_restoration", args=[one.pk]))
    assert "retired kind" not in client.get(LISTS[0]).content.decode()


def test_the_preview_says_what_customers_will_read(client, lead) -> None:
    address = reverse("catalogue:class_preview")
    words = client.get(address, filled_in(name="Borrow a laptop", size_reason="because we test it")).content.decode()
    assert "Requests about “Borrow a laptop” usually take a moment, because we test it, and go to" in words
    assert "Fill in the name" in client.get(address, filled_in(name="")).content.decode()
    assert "Fill in the name" in client.get(address).content.decode()


def test_a_lane_gets_its_words_and_teams(client, lead) -> None:
    team = TeamFactory()
    address = reverse("catalogue:lane", args=["rapid"])
    words = {"name": "the help desk", "explanation": "which is near", "time_box_minutes": "45 min", "teams": [team.pk]}
    assert client.post(address, words).status_code == 302
    changed = lane("rapid")
    assert (changed.name, changed.time_box_minutes, list(changed.teams.all())) == ("the help desk", 45, [team])
    client.post(address, words | {"time_box_minutes": ""})
    assert lane("rapid").time_box_minutes is None
    assert client.get(reverse("catalogue:lane", args=["middle"])).status_code == 404
    assert client.post(address, words | {"time_box_minutes": "some"}).status_code == 200


def test_replies_are_written_previewed_and_removed(client, lead) -> None:
    new = reverse("catalogue:new_reply")
    body = "Hello {customer}, we go on {next_update}."
    assert client.post(new, {"title": "Thanks", "body": body}).status_code == 302
    reply = CannedReply.objects.get()
    address = reverse("catalogue:reply", args=[reply.pk])
    assert "Hello Maya, we go on by Tuesday 14:00." in client.get(address).content.decode()
    shown = client.get(reverse("catalogue:reply_preview"), {"body": "<script>x</script> {agent}"}).content.decode()
    assert "Ada Novak" in shown
    assert "<script>" not in shown
    answer = client.post(address, {"title": "Thanks", "body": "Hello {costumer}"})
    assert "{costumer} is not something we can fill in" in answer.context["form"].errors["body"][0]
    again = client.post(new, {"title": "thanks", "body": "Hello"})
    assert "of that name" in again.context["form"].errors["title"][0]
    assert client.post(address, {"title": "Thank you", "body": "Hello"}).status_code == 302
    client.post(reverse("catalogue:reply_removal", args=[reply.pk]))
    assert not CannedReply.objects.exists()
