"""What makes two mails the same, and what a short answer says."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foredesk.intake.rules import answers_to, numbered, says_more, verdict
from foredesk.intake.rules.fingerprint import fingerprint, first_message_id
from foredesk.intake.rules.letters import Address
from foredesk.intake.rules.names import called
from foredesk.intake.rules.pointing import is_forward, points_below
from foredesk.tickets.enums import Answer
from foredesk.tickets.rules.courtesy import is_thanks
from foredesk.tickets.rules.interview import title_of

from .conftest import letter


class TestFingerprint:
    def test_what_a_delivery_adds_makes_no_other_mail(self):
        mail = letter().as_bytes()
        again = b"Received: from a.example by b.example\r\n\tfor desk; Wed, 25 Nov 2026\r\nX-Spam: no\r\n" + mail
        assert fingerprint(again) == fingerprint(mail)
        assert fingerprint(mail.replace(b"\r\n", b"\n")) == fingerprint(mail)

    @pytest.mark.parametrize("header", ["From", "To", "Subject", "Message-ID"])
    def test_what_was_said_does(self, header):
        mail = letter()
        first = fingerprint(mail.as_bytes())
        del mail[header]
        mail[header] = "<another@ashgrove.example>"
        assert fingerprint(mail.as_bytes()) != first

    def test_other_words_do(self):
        one, other = letter("Paper is out."), letter("Ink is out.")
        del other["Message-ID"]
        other["Message-ID"] = one["Message-ID"]
        assert fingerprint(one.as_bytes()) != fingerprint(other.as_bytes())

    @given(st.binary(max_size=400))
    def test_bytes_that_are_no_mail_have_one_too(self, raw):
        assert len(fingerprint(raw)) == 64
        assert len(first_message_id(raw)) <= 255

    def test_the_first_of_several_ids(self):
        assert first_message_id(b"X: y\r\nMessage-Id:\r\n <a@b>\r\nMessage-ID: <c@d>\r\n\r\nText") == "<a@b>"
        assert first_message_id(b"Subject: x\r\n\r\nMessage-ID: <in.the@text>") == ""


class TestVerdict:
    @pytest.mark.parametrize(
        "words",
        [
            "Yes", "yes.", "Yes, thank you so much!", "Yes that's right", "Correct", "Perfect, thanks!",
            "It works now.",
            "Hello Tomás,\n\nyes, it works perfectly.\n\nBest wishes\nMaya", "Ja, passt.", "Oui, merci", "Sí, gracias",
            "works thanks!", "It works again, thanks", "Thanks, it works now", "Thank you Tomás! Yes.", "👍",
            "All good.", "The printer works again, thank you", "Danke, funktioniert wieder", "OK, solved",
        ],
    )  # fmt: skip
    def test_yes(self, words):
        assert verdict(words) == Answer.YES

    @pytest.mark.parametrize(
        "words",
        ["No.", "No, it is the other one", "Not quite, I mean the third floor", "Nein, …", "NO!"],
    )
    def test_no(self, words):
        assert verdict(words) == Answer.NO

    @pytest.mark.parametrize("words", ["Partly: it prints, but slowly.", "Almost, the colours are wrong"])
    def test_partly(self, words):
        assert verdict(words) == Answer.PARTLY

    @pytest.mark.parametrize(
        "words",
        [
            "Yes, but it is slow", "Yes, except on Mondays", "Yes and could you look at Ben's?", "It works sometimes?",
            "Nobody has come", "Notes are attached", "No worries, it works", "Yesterday it worked", "Jan was here",
            "Yes. " + "I would like to add a long story to it. " * 5, "", "Thanks!", "ok", "Works on Mondays",
            "Not yet, I will try on Monday", "Yes please call me", "Yes, it works. Please bring the cable back.",
            "Yes.\n\nThanks\n\nWhat about the other one?", "Yes\n\nBest\nMaya\n\nPS: the other one is stuck",
        ],
    )  # fmt: skip
    def test_in_doubt_a_person_reads_it(self, words):
        assert verdict(words) is None

    @pytest.mark.parametrize(
        "words",
        [
            "It doesn't work", "Still broken", "No it still does not print.", "The camera still doesn't work.",
            "Sorry, same problem.", "Es funktioniert leider immer noch nicht",
        ],
    )  # fmt: skip
    def test_what_fails_is_no_answer_to_what_was_understood(self, words):
        assert (verdict(words, of_fix=True), verdict(words, of_fix=False)) == (Answer.NO, None)

    def test_that_it_works_is_not_what_was_asked_before(self):
        assert verdict("It works now, never mind", of_fix=False) is None

    def test_a_signature_does_not_count(self):
        below = "Kind regards\n\nMaya Ortiz\nLecturer, Biology\nRoom 12, but not on Mondays\nhttps://x.example/?a=b\n"
        assert verdict(f"Yes, that's right.\n\n{below}" + "Please think before you print.\n" * 5) == Answer.YES

    @given(st.text(max_size=300), st.booleans())
    def test_any_words(self, words, of_fix):
        assert verdict(words, of_fix=of_fix) in {*Answer, None}
        assert says_more(words) in {True, False}


class TestCourtesy:
    @pytest.mark.parametrize(
        "words", ["Thanks!", "Thank you so much, Tomás", "Great, thanks for the quick help. Have a nice weekend!\nMaya"]
    )
    def test_thanks(self, words):
        assert is_thanks(words)

    @pytest.mark.parametrize(
        "words", ["Thanks, but it is broken again", "Thanks?", "No thanks to you, Printer broken", "Please", ""]
    )
    def test_more_than_thanks(self, words):
        assert not is_thanks(words)

    def test_a_yes_and_what_is_more(self):
        assert not says_more("Yes, exactly. Thanks, Tomás!")
        assert says_more("Yes, exactly, and bring the cable.")


class TestNumbered:
    def test_each_after_its_number(self):
        assert numbered("1. Nothing.\n2) I restarted it.\nTwice.", 3) == {1: "Nothing.", 2: "I restarted it.\nTwice."}

    def test_below_a_quoted_question(self):
        words = "> 1. What happened?\n>\nNothing came out.\n> 2. What did you try?\nThe other one."
        assert numbered(words, 3) == {1: "Nothing came out.", 2: "The other one."}

    @pytest.mark.parametrize(
        "words",
        [
            "1.) Black\n2.) Mine",
            "(1) Black\n(2) Mine",
            "1 - Black\n2 - Mine",
            "Q1: Black\n\nQ2: Mine",
            "1: Black\n2: Mine",
        ],
    )
    def test_as_people_number(self, words):
        assert numbered(words, 3) == {1: "Black", 2: "Mine"}

    def test_a_time_of_day_is_no_number(self):
        assert numbered("1. At noon\n9.30 is too early", 3) == {1: "At noon\n9.30 is too early"}

    @pytest.mark.parametrize("words", ["4. too many", "1. once\n1. twice", "At 9. or so", "no numbers", ""])
    def test_none_where_it_is_no_list_of_answers(self, words):
        assert numbered(words, 3) == {}

    @given(st.text(alphabet="123.) >\nab", max_size=120))
    def test_answers_are_words_of_the_mail(self, words):
        for number, said in numbered(words, 3).items():
            assert 1 <= number <= 3
            assert all(line in words for line in said.splitlines())


class TestBelowOurQuestions:
    QUESTIONS = (
        "What do you see when that happens?",
        "What have you already tried?",
        "What can’t you do until this works?",
    )
    OURS = "\n".join(
        ["To help you sooner:", *(f"{n}. {one}" for n, one in enumerate(QUESTIONS, 1)), "Just answer this."]
    )

    def test_in_the_mail_that_was_not_marked_as_quoted(self):
        words = (
            "To help you sooner:\n1. What do you see when that happens?\nA red light.\n2. What have you already\n"
            "tried? Another cable.\n3. What can't you do until this works?\n\nMy course.\nAt two.\n\nJust answer this."
        )
        found = {1: "A red light.", 2: "Another cable.", 3: "My course.\nAt two."}
        assert answers_to(words, self.QUESTIONS, self.OURS) == found

    def test_between_marked_lines(self):
        words = (
            "> 1. What do you see when that happens?\n\nA red light.\n\n> 2. What have you already tried?\n>\n"
            "> 3. What can’t you do until this works?\n\nMy course.\n\n> Just answer this.\n\nMaya"
        )
        assert answers_to(words, self.QUESTIONS, self.OURS) == {1: "A red light.", 3: "My course."}

    def test_the_name_below_is_no_answer(self):
        assert answers_to("1) Black\n2) Mine\n\nMaya Ortiz", self.QUESTIONS) == {1: "Black", 2: "Mine"}

    @pytest.mark.parametrize("filling", [" ", "\n", ">", "1. ", "(", ", ", "Thanks\n", "What ", "\n\nMaya"])
    def test_a_long_mail_takes_no_long_time(self, filling):
        words = f"1. {filling * 100_000}x"
        began = time.process_time()
        answers_to(words, self.QUESTIONS, self.OURS)
        verdict(words)
        is_thanks(words)
        points_below(words)
        called(Address(f"via {filling} " * 20_000, "maya@ashgrove.example"))
        assert time.process_time() - began < 1

    def test_ours_quoted_without_an_answer_says_nothing(self):
        assert answers_to(self.OURS, self.QUESTIONS, self.OURS) == {}
        assert answers_to("", self.QUESTIONS) == answers_to("No idea.", ()) == {}


@pytest.mark.parametrize(
    "words",
    [
        "See my answers below",
        "My answers are in red.",
        "Hi,\nsiehe unten\nMaya",
        "I answered inline.",
        "Antworten in rot",
    ],
)
def test_who_points_below(words):
    assert points_below(words)


@pytest.mark.parametrize(
    "words", ["The floor below is fine", "I see nothing.", "No answer so far. The red light is on.", ""]
)
def test_who_does_not(words):
    assert not points_below(words)


def test_a_title_is_what_it_is_about():
    assert title_of("Re: AW: WG:  The\n printer") == "The printer"
    assert title_of("[EXTERNAL] Fwd: Projector") == "Projector"
    assert title_of("Reset: my password") == "Reset: my password"
    assert title_of("Re:") == "Re:"
    assert is_forward("WG: Projector")
    assert not is_forward("Forward planning")
