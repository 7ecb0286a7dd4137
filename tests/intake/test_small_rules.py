"""What makes two mails the same, and what a short answer says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foredesk.intake.rules import numbered, verdict
from foredesk.intake.rules.fingerprint import fingerprint, first_message_id
from foredesk.tickets.enums import Answer

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
        ],
    )  # fmt: skip
    def test_yes(self, words):
        assert verdict(words) == Answer.YES

    @pytest.mark.parametrize(
        "words", ["No.", "No, it is the other one", "Not quite, I mean the third floor", "Nein, …"]
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
            "Yes. " + "I would like to add a long story to it. " * 5, "It doesn't work", "", "Thanks!",
        ],
    )  # fmt: skip
    def test_in_doubt_a_person_reads_it(self, words):
        assert verdict(words) is None

    @given(st.text(max_size=300))
    def test_any_words(self, words):
        assert verdict(words) in {*Answer, None}


class TestNumbered:
    def test_each_after_its_number(self):
        assert numbered("1. Nothing.\n2) I restarted it.\nTwice.", 3) == {1: "Nothing.", 2: "I restarted it.\nTwice."}

    def test_below_a_quoted_question(self):
        words = "> 1. What happened?\n>\nNothing came out.\n> 2. What did you try?\nThe other one."
        assert numbered(words, 3) == {1: "Nothing came out.", 2: "The other one."}

    @pytest.mark.parametrize("words", ["4. too many", "1. once\n1. twice", "At 9. or so", "no numbers", ""])
    def test_none_where_it_is_no_list_of_answers(self, words):
        assert numbered(words, 3) == {}

    @given(st.text(alphabet="123.) >\nab", max_size=120))
    def test_answers_are_words_of_the_mail(self, words):
        for number, said in numbered(words, 3).items():
            assert 1 <= number <= 3
            assert all(line in words for line in said.splitlines())
