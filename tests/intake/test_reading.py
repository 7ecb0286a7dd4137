"""Reading a mail as a whole: its headers, and which of its parts are its text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from foredesk.intake.rules.letters import Address
from foredesk.intake.rules.reading import LOOP_HEADER, MAX_TEXT, read
from foredesk.mail.rules import loop_mark

from .mails import HEAD, PNG, a_mail, a_part, encoded, nested, parted

PLAIN = "Content-Type: text/plain; charset=utf-8"
HTML = "Content-Type: text/html; charset=utf-8"


@pytest.mark.parametrize("ends", [b"\r\n", b"\n", b"\r"])
def test_a_simple_mail_is_read_however_its_lines_end(ends: bytes) -> None:
    extra = "Date: Mon, 2 Mar 2026 10:15:00 +0200\nMessage-ID: <a1@mail.example>\nCc: bob@college.example\n"
    reading = read(a_mail("The printer hums.\n\nAnn\n", extra=extra, ends=ends))
    assert reading.subject == "A question"
    assert reading.sender == Address("Ann Miller", "ann@college.example")
    assert reading.to == (Address("", "desk@college.example"),)
    assert reading.cc == (Address("", "bob@college.example"),)
    assert reading.message_ids == ("<a1@mail.example>",)
    assert reading.sent_at == datetime(2026, 3, 2, 10, 15, tzinfo=timezone(timedelta(hours=2)))
    assert reading.text == "The printer hums.\n\nAnn"
    assert (reading.has_html, reading.files, reading.is_encrypted, reading.was_ours) == (False, (), False, False)


@pytest.mark.parametrize(
    "before",
    [
        b"From ann@college.example Mon Mar  2 10:15:00 2026\n",
        b">From ann@college.example Mon Mar  2 10:15:00 2026\n",
        b"\xef\xbb\xbf",
        b"\n\n",
        b"\x00\r\n",
    ],
)
def test_what_a_folder_of_mails_puts_before_the_first_line_is_no_part_of_it(before: bytes) -> None:
    reading = read(before + a_mail("Hello.", ends=b"\n"))
    assert (reading.subject, reading.text) == ("A question", "Hello.")


def test_a_mail_saved_as_utf_16_is_read() -> None:
    assert read(a_mail("Grüße", ends=b"\n").decode().encode("utf-16")).text == "Grüße"


@pytest.mark.parametrize(
    ("head", "subject"),
    [
        ("Subject : With a gap\n", "With a gap"),
        ("Subject: A line\nthat was torn\n", "A line that was torn"),
        ("SUBJECT: Loud\n", "Loud"),
        ("Subject:\nSubject: The second one\n", "The second one"),
        ("Subject: One\nSubject: Two\n", "One"),
        ("Subject: Folded\n\tover\n  three lines\n", "Folded over three lines"),
        ("Subject: =?utf-8?q?caf=C3=A9?=\n", "café"),
        ("X-Nothing: 1\n", ""),
    ],
)
def test_damaged_heads_keep_their_subject_sender_and_text(head: str, subject: str) -> None:
    reading = read(a_mail("Text.", head=f"{head}From: ann@college.example\nMessage-ID: <1@x.example>\n"))
    assert (reading.subject, reading.text) == (subject, "Text.")
    assert reading.sender == Address("", "ann@college.example")


def test_a_text_right_below_the_head_is_text() -> None:
    reading = read(b"From: ann@college.example\nSubject: Short\nJust this line: and more\nsays all of it\n")
    assert reading.subject == "Short"
    assert "says all of it" in reading.text


@pytest.mark.parametrize(
    ("extra", "sender"),
    [
        ("From: ann@a.example, bob@b.example\n", Address("", "ann@a.example")),
        ("From: \nFrom: Bob <bob@b.example>\n", Address("Bob", "bob@b.example")),
        ('From: "Ann" <>\nReply-To: ann@a.example\n', Address("", "ann@a.example")),
        ("Sender: list@b.example\nReply-To: ann@a.example\n", Address("", "list@b.example")),
        ("From: MAILER-DAEMON (Mail System)\n", Address("MAILER-DAEMON", "")),
        ("Subject: Nobody\n", None),
    ],
)
def test_the_sender_is_who_has_an_address(extra: str, sender: Address | None) -> None:
    assert read(a_mail(head=extra)).sender == sender


def test_ids_keep_their_order_the_nearest_first() -> None:
    extra = "In-Reply-To: Your mail of Monday <3@x>\nReferences: <1@x>\n <2@x> <3@x>\n"
    reading = read(a_mail(extra=f"{extra}Message-ID: <4@x>\nMessage-ID: <5@x>\n"))
    assert reading.answers == ("<3@x>", "<2@x>", "<1@x>")
    assert reading.message_ids == ("<4@x>", "<5@x>")


def test_an_id_without_brackets_gets_them() -> None:
    assert read(a_mail(extra="Message-ID: 12@mail.example\n")).message_ids == ("<12@mail.example>",)
    assert read(a_mail(extra="Message-ID: nothing at all\n")).message_ids == ()


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("2 Mar 2026 10:15 GMT", datetime(2026, 3, 2, 10, 15, tzinfo=UTC)),
        ("Mon, 02 Mar 2026 10:15:00", datetime(2026, 3, 2, 10, 15, tzinfo=UTC)),
        ("Mon, 2 Mar 2026 10:15:00 +0000 (a comment)", datetime(2026, 3, 2, 10, 15, tzinfo=UTC)),
        ("Mon, 32 Foo 2026", None),
        ("Mon, 2 Mar 2026 10:15:00 +9999999", None),
        ("Mon, 1 Jan 1900 00:00:00 +0000", None),
        ("", None),
    ],
)
def test_dates_are_read_or_left_out(date: str, moment: datetime | None) -> None:
    assert read(a_mail(extra=f"Date: {date}\n")).sent_at == moment


def test_our_own_loop_header_is_known_by_its_value() -> None:
    assert read(a_mail(extra=f"{LOOP_HEADER.title()}: {loop_mark()}\n")).was_ours
    assert not read(a_mail(extra=f"{LOOP_HEADER.title()}: of-another-house\n")).was_ours


def test_of_two_alternatives_the_plain_one_is_the_text() -> None:
    reading = read(parted(a_part("Plain words", PLAIN), a_part("<p>Rich <b>words</b>", HTML), kind="alternative"))
    assert (reading.text, reading.plain, reading.html_text) == ("Plain words", "Plain words", "Rich words")
    assert reading.has_html


def test_an_empty_alternative_does_not_hide_the_other_one() -> None:
    reading = read(parted(a_part(" \n", PLAIN), a_part("<p>Rich words", HTML), kind="alternative"))
    assert reading.text == "Rich words"


def test_html_alone_is_text_with_its_links() -> None:
    reading = read(a_mail('<p>See <a href="https://x.example/a">this page</a>.', extra=f"{HTML}\n"))
    assert reading.text == "See this page <https://x.example/a>."
    assert (reading.plain, reading.html_text) == ("", "See this page.")


def test_texts_that_follow_each_other_are_all_read_with_files_between() -> None:
    picture = encoded(PNG, "Content-Type: image/png; name=screen.png", "Content-Disposition: inline")
    inline = "Content-Disposition: inline"
    reading = read(parted(a_part("Before", PLAIN), picture, a_part("after", PLAIN, inline)))
    assert reading.text == "Before\n\nafter"
    assert [(file.name, file.is_inline) for file in reading.files] == [("screen.png", True)]


def test_html_behind_an_attachment_is_still_text() -> None:
    pdf = encoded(b"%PDF-1", "Content-Type: application/pdf; name=a.pdf", "Content-Disposition: attachment")
    reading = read(parted(a_part("<p>Here it is:</p>", HTML), pdf, a_part("<p>Regards, Ann</p>", HTML)))
    assert reading.text == "Here it is:\n\nRegards, Ann"
    assert [file.name for file in reading.files] == ["a.pdf"]


def test_a_lists_footer_below_two_alternatives_is_read_once() -> None:
    both = nested(a_part("Words", PLAIN), a_part("<p>Words", HTML))
    reading = read(parted(both, a_part("To leave this list: …", PLAIN)))
    assert reading.text == "Words\n\nTo leave this list: …"
    assert reading.html_text == "Words\n\nTo leave this list: …"


def test_a_named_text_is_a_file_unless_it_is_the_first() -> None:
    named = a_part("line 1\n", "Content-Type: text/plain; name=log.txt")
    reading = read(parted(a_part("See the log", PLAIN), named))
    assert (reading.text, [file.name for file in reading.files]) == ("See the log", ["log.txt"])
    assert reading.files[0].content == b"line 1\n"
    attached = a_mail("a,b\n", extra="Content-Type: text/plain\nContent-Disposition: attachment; filename=a.csv\n")
    assert (read(attached).text, [file.name for file in read(attached).files]) == ("", ["a.csv"])


@pytest.mark.parametrize("parameter", ["", '; boundary="other"', "; boundary="])
def test_parts_are_found_where_no_or_a_wrong_line_between_them_is_named(parameter: str) -> None:
    body = "Preamble\n--abc\nContent-Type: text/plain\n\nHello\n--abc\nContent-Type: text/html\n\n<p>Hello\n--abc--\n"
    reading = read(a_mail(body, extra=f"Content-Type: multipart/alternative{parameter}\n"))
    assert (reading.text, reading.has_html) == ("Hello", True)


def test_what_says_that_it_has_parts_and_has_none_is_text() -> None:
    reading = read(a_mail("Only words\n", extra='Content-Type: multipart/mixed; boundary="x"\n'))
    assert reading.text == "Only words"


def test_a_mail_cut_off_in_the_middle_keeps_what_came() -> None:
    raw = parted(a_part("All of it", PLAIN), encoded(PNG * 50, "Content-Type: image/png; name=a.png"))
    reading = read(raw[: len(raw) // 2])
    assert reading.text == "All of it"
    assert [file.name for file in reading.files] == ["a.png"]


def test_lines_that_flow_are_joined_and_quotes_kept_apart() -> None:
    body = "One paragraph \nthat goes on.\n\n> quoted \n> further\n>> deeper\n From here\n-- \nAnn\n"
    reading = read(a_mail(body, extra="Content-Type: text/plain; format=flowed\n"))
    assert reading.text == "One paragraph that goes on.\n\n> quoted further\n> > deeper\nFrom here\n-- \nAnn"
    spaced = read(a_mail("zusammen \ngesetzt", extra="Content-Type: text/plain; format=flowed; delsp=yes\n"))
    assert spaced.text == "zusammengesetzt"


def test_what_cannot_be_seen_is_not_in_the_text() -> None:
    body = b"A\x00B\x07\x1b[31m red\x1b[0m\x0b\nC\x7f\xc2\x85D\tE"
    assert read(a_mail(body, extra=f"{PLAIN}\n")).text == "AB red\n\nC\nD\tE"


def test_a_text_that_no_page_can_hold_is_a_file_as_well() -> None:
    reading = read(a_mail("log line\n" * (MAX_TEXT // 8)))
    assert len(reading.text) < MAX_TEXT + 100
    assert reading.text.endswith("attached.")
    assert len(reading.files[0].content) > MAX_TEXT


def test_what_is_encrypted_says_so() -> None:
    version = a_part("Version: 1\n", "Content-Type: application/pgp-encrypted")
    data = a_part("-----BEGIN PGP MESSAGE-----\n", "Content-Type: application/octet-stream; name=encrypted.asc")
    reading = read(parted(version, data, kind="encrypted"))
    assert reading.is_encrypted
    assert "encrypted" in reading.text
    assert "encrypted.asc" in [file.name for file in reading.files]
    assert read(a_mail("-----BEGIN PGP MESSAGE-----\n\nhQIMA\n-----END PGP MESSAGE-----\n")).is_encrypted


def test_what_is_signed_is_read_and_its_signature_a_file() -> None:
    signature = a_part("-----BEGIN PGP SIGNATURE-----\n", "Content-Type: application/pgp-signature; name=signature.asc")
    reading = read(parted(a_part("Signed words", PLAIN), signature, kind="signed"))
    assert (reading.text, [file.name for file in reading.files]) == ("Signed words", ["signature.asc"])
    assert not reading.is_encrypted


def test_a_piece_of_a_mail_says_so() -> None:
    extra = 'Content-Type: message/partial; number=2; total=3; id="a@x.example"\n'
    reading = read(a_mail("\nthe middle of something\n", extra=extra))
    assert "piece" in reading.text
    assert b"the middle of something" in reading.files[0].content


@pytest.mark.parametrize(
    "raw", [b"", b"\x00", b"\n", b"\xff\xfe", b":", b"hello", b"\r\n\r\n\r\n", b"From ", b"Subject:"]
)
def test_next_to_nothing_is_read_as_such(raw: bytes) -> None:
    assert read(raw).sender is None


def test_headers_without_a_text_are_a_mail() -> None:
    reading = read(HEAD.encode())
    assert (reading.subject, reading.text) == ("A question", "")
