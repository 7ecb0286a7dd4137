"""The technology interview through its pages, as a browser without JavaScript uses it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foredesk.catalogue.enums import LaneKey
from foredesk.tickets.enums import FollowerReason, Severity
from foredesk.tickets.models import Interview, Ticket
from tests.factories import PersonFactory

KEY = "0" * 32


def interview_url(interview: Interview, name: str = "interview") -> str:
    return reverse(f"portal:{name}", args=[interview.pk])


def test_a_short_request_takes_three_steps(as_person, maya, password):
    browser = as_person(maya)
    page = browser.post(reverse("portal:ask"), {"goal": "My passphrase"}, follow=True)
    interview = Interview.objects.get()
    assert page.status_code == 200
    assert b"Send it now" in page.content
    sent = browser.post(interview_url(interview, "interview_send"), {"question": "impact"}, follow=True)
    ticket = Ticket.objects.get()
    assert sent.redirect_chain[-1][0] == f"/requests/{ticket.pk}/?sent=1"
    assert ticket.service_class == password
    assert interview.goal == "My passphrase"
    content = sent.content.decode()
    assert "It is with us" in content
    assert "usually takes a moment" in content
    assert "This is our target; too few requests like it yet." in content


def test_the_whole_conversation(as_person, maya, ben):
    browser = as_person(maya)
    words = "  I was trying to print the exam sheets\n"
    page = browser.post(reverse("portal:ask"), {"goal": words, "perceived_size": "hour"}, follow=True)
    interview = Interview.objects.get()
    assert "What comes nearest?" in page.content.decode() or interview.service_class
    url = interview_url(interview)
    page = browser.post(url, {"question": "kind", "kind": "not-sure"}, follow=True)
    assert "What happened instead?" in page.content.decode()
    page = browser.post(url, {"question": "happened", "happened": "Every third page jams"}, follow=True)
    assert "Thank you. That tells us a lot." in page.content.decode()
    assert "What do you think is going on?" in page.content.decode()
    page = browser.post(url, {"question": "theory,tried", "theory": "The sun", "tried": ""}, follow=True)
    assert "What can’t you do until this works?" in page.content.decode()
    said = {
        "question": "impact",
        "impact": "60 sheets",
        "severity": "stopped",
        "people_held_up": "3",
        "needed_by": "11:00",
    }
    browser.post(url, said)
    page = browser.post(url, {"question": "fixed", "fixed": "A class set prints"}, follow=True)
    assert "That is all we need" in page.content.decode()
    browser.post(interview_url(interview, "interview_send"), {"question": "last-look"})
    ticket = Ticket.objects.get()
    assert ticket.interview.goal.rstrip("\n") == words.rstrip("\n")  # verbatim, but for the browser's line ends
    assert ticket.severity == Severity.STOPPED
    assert ticket.people_held_up == 3
    assert ticket.interview.tried == ""


def test_every_question_can_be_skipped(as_person, maya):
    browser = as_person(maya)
    browser.post(reverse("portal:ask"), {"goal": "Something odd"})
    interview = Interview.objects.get()
    browser.post(interview_url(interview), {"question": "kind", "kind": "not-sure"})
    for _ in range(6):
        page = browser.get(interview_url(interview))
        if "That is all we need" in page.content.decode():
            break
        browser.post(interview_url(interview, "interview_skip"), {"question": page.context["step"].key})
    else:
        pytest.fail("The interview does not end.")


def test_autosave_keeps_what_is_typed_and_answers_with_what_is_understood(as_person, maya):
    browser = as_person(maya)
    browser.post(reverse("portal:ask"), {"goal": "Something odd"})
    interview = Interview.objects.get()
    answer = browser.post(
        interview_url(interview, "interview_draft"),
        {"question": "happened", "happened": "It beeps", "people_held_up": "no number"},
    )
    interview.refresh_from_db()
    assert interview.happened == "It beeps"
    assert "It beeps" in answer.content.decode()
    assert 'id="understood"' in answer.content.decode()


def test_what_is_typed_at_home_survives_a_lost_session(as_person, maya):
    browser = as_person(maya)
    for words in ["The micro", "The microscope camera"]:
        assert browser.post(reverse("portal:ask_draft"), {"goal": words, "key": KEY}).status_code == 204
    assert [one.goal for one in Interview.objects.all()] == ["The microscope camera"]
    home = as_person(maya).get(reverse("portal:home"))
    assert "The microscope camera" in home.content.decode()
    browser.post(reverse("portal:ask"), {"goal": "The microscope camera is dark", "key": KEY})
    assert [one.goal for one in Interview.objects.all()] == ["The microscope camera is dark"]


def test_a_draft_can_be_thrown_away(as_person, maya):
    browser = as_person(maya)
    browser.post(reverse("portal:ask"), {"goal": "Something odd"})
    browser.post(interview_url(Interview.objects.get(), "interview_discard"))
    assert not Interview.objects.exists()


def test_nothing_said_is_asked_for_kindly(as_person, maya):
    page = as_person(maya).post(reverse("portal:ask"), {"goal": "  ", "perceived_size": "hour"})
    assert "is enough" in page.content.decode()
    assert not Interview.objects.exists()
    assert "checked" in page.content.decode()  # what was chosen stays


def test_a_kind_begins_an_interview_with_the_words_typed(as_person, maya, software):
    browser = as_person(maya)
    browser.post(reverse("portal:ask"), {"goal": "For my course", "kind": software.pk})
    interview = Interview.objects.get()
    assert interview.service_class == software
    assert interview.goal == "For my course"
    assert interview.kind_chosen


def test_a_guessed_kind_can_be_set_right(as_person, maya, password, software):
    browser = as_person(maya)
    page = browser.post(reverse("portal:ask"), {"goal": "a passphrase vault"}, follow=True)
    assert "We think this is about" in page.content.decode()
    interview = Interview.objects.get()
    browser.post(interview_url(interview), {"question": "impact", "kind": software.pk})
    interview.refresh_from_db()
    assert interview.service_class == software
    assert interview.kind_chosen


def test_a_difference_in_size_is_explained(as_person, maya, software):
    browser = as_person(maya)
    browser.post(reverse("portal:ask"), {"goal": "The package", "kind": software.pk, "perceived_size": "moment"})
    page = browser.post(interview_url(Interview.objects.get(), "interview_send"), {"question": "impact"}, follow=True)
    assert "because we check licences first" in page.content.decode()
    assert Ticket.objects.get().lane.key == LaneKey.DEEP


def test_files_are_kept_shown_and_taken_back(as_person, maya, stranger):
    browser = as_person(maya)
    picture = SimpleUploadedFile("tray.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    browser.post(reverse("portal:ask"), {"goal": "See the picture", "uploads": [picture]})
    interview = Interview.objects.get()
    file = interview.attachments.get()
    address = reverse("portal:interview_file", args=[interview.pk, file.pk])
    assert browser.get(address).status_code == 200
    assert as_person(stranger).get(address).status_code == 404
    taken = {"question": "happened", "happened": "typed meanwhile"}
    browser.post(reverse("portal:interview_file_removal", args=[interview.pk, file.pk]), taken)
    assert browser.get(address).status_code == 404
    interview.refresh_from_db()
    assert interview.happened == "typed meanwhile"


def test_an_empty_file_is_refused_at_the_field_with_the_words_kept(as_person, maya):
    browser = as_person(maya)
    browser.post(reverse("portal:ask"), {"goal": "See the picture"})
    interview = Interview.objects.get()
    said = {"question": "happened", "happened": "It beeps", "uploads": [SimpleUploadedFile("a.png", b"")]}
    page = browser.post(interview_url(interview), said)
    assert page.status_code == 200
    assert "empty" in page.content.decode()
    assert "It beeps" in page.content.decode()


def test_colleagues_held_up_are_named_and_follow(as_person, maya, ben, stranger):
    browser = as_person(maya)
    browser.post(reverse("portal:ask"), {"goal": "Something odd"})
    interview = Interview.objects.get()
    named = {"question": "impact", "severity": "stopped", "colleague_name": "Ben", "impact": "60 sheets"}
    page = browser.post(interview_url(interview, "interview_colleagues"), named, follow=True)
    assert "Ben Adeyemi" in page.content.decode()
    interview.refresh_from_db()
    assert interview.impact == "60 sheets"
    assert interview.people_held_up == 2
    browser.post(
        interview_url(interview, "interview_colleagues"), {"question": "impact", "colleague_name": "Sam Stranger"}
    )
    browser.post(reverse("portal:interview_leave_out", args=[interview.pk, stranger.pk]), {"question": "impact"})
    browser.post(interview_url(interview, "interview_send"), {"question": "impact"})
    follower = Ticket.objects.get().followers.get()
    assert follower.person == ben
    assert follower.reason == FollowerReason.HELD_UP


def test_an_unknown_name_is_said_at_the_field(as_person, maya):
    browser = as_person(maya)
    browser.post(reverse("portal:ask"), {"goal": "Something odd"})
    interview = Interview.objects.get()
    page = browser.post(
        interview_url(interview, "interview_colleagues"), {"question": "impact", "colleague_name": "Nobody"}
    )
    assert "We found nobody called “Nobody”" in page.content.decode()
    assert not interview.also_held_up.exists()


def test_two_of_a_name_are_told_apart(as_person, maya, ben):
    PersonFactory(full_name="Ben Adams")
    page = as_person(maya).post(reverse("portal:ask"), {"goal": "For Ben", "colleague_name": "Ben"})
    assert "Whom do you mean" in page.content.decode()
    assert "Ben Adams" in page.content.decode()


def test_asking_for_a_colleague(as_person, maya, ben):
    browser = as_person(maya)
    browser.post(
        reverse("portal:ask"), {"goal": "His laptop is dark", "colleague_name": "Ben Adeyemi", "colleague": ben.pk}
    )
    interview = Interview.objects.get()
    assert interview.customer == ben
    naming = {"question": "happened", "for_colleague": "yes", "for-colleague_name": ""}
    browser.post(interview_url(interview, "interview_colleagues"), naming)
    interview.refresh_from_db()
    assert interview.customer == maya


def test_sending_twice_makes_one_request(as_person, maya):
    browser = as_person(maya)
    browser.post(reverse("portal:ask"), {"goal": "Something odd"})
    interview = Interview.objects.get()
    for _ in range(2):
        browser.post(interview_url(interview, "interview_send"), {"question": "happened"})
    ticket = Ticket.objects.get()
    assert browser.get(interview_url(interview)).url == f"/requests/{ticket.pk}/"


@pytest.mark.parametrize(
    "name",
    ["interview_draft", "interview_skip", "interview_send", "interview_discard", "interview_colleagues", "interview"],
)
def test_somebody_elses_interview_is_not_there(as_person, maya, stranger, name):
    as_person(maya).post(reverse("portal:ask"), {"goal": "Something odd"})
    interview = Interview.objects.get()
    browser = as_person(stranger)
    assert browser.post(interview_url(interview, name), {"question": "happened"}).status_code == 404
    assert browser.get(interview_url(interview)).status_code == 404
    assert Interview.objects.filter(pk=interview.pk, ticket=None).exists()
