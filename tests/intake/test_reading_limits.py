"""Reading a mail: whatever comes, there is a reading or a reason."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foredesk.intake.rules import addresses, files, parsing
from foredesk.intake.rules.letters import Reading, Unreadable
from foredesk.intake.rules.pages import safe_html
from foredesk.intake.rules.parsing import parsed, source_of
from foredesk.intake.rules.reading import read

from .mails import HEAD, PNG, a_mail, a_part, encoded, nested, parted


def nested_mails(number: int) -> bytes:
    return b"Content-Type: message/rfc822\n\n" * number + b"Content-Type: text/plain\n\nThe innermost\n"


def nested_parts(number: int) -> bytes:
    head = (f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(number))
    return HEAD.encode() + "".join(head).encode() + b"\nThe innermost\n"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"a" * (parsing.MAX_SIZE + 1), "larger than 40 MB"),
        (HEAD.encode() + b"\n" * parsing.MAX_LINES, "lines"),
        (b"X: y\n" * (parsing.MAX_HEAD // 5 + 1) + b"\n", "above its text"),
        (parted(*[a_part("x")] * parsing.MAX_PARTS), "parts"),
        (nested_mails(parsing.MAX_NESTING), "packed into each other"),
        (nested_mails(5000), "packed into each other"),
        (nested_parts(parsing.MAX_NESTING), "packed into each other"),
        (a_mail(extra="To: " + "a@b.example, " * (addresses.MAX_ADDRESSES + 1) + "\n"), "addresses"),
        (a_mail("begin 644 a\n#86)C\n`\nend\n" * (files.MAX_FILES + 1)), "files"),
    ],
)
def test_what_breaks_a_limit_is_told_in_a_sentence(raw: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as told:
        read(raw)
    sentence = str(told.value)
    assert sentence[0] in string.ascii_uppercase
    assert sentence.endswith((".", ".)"))


@pytest.mark.parametrize(
    "raw",
    [
        parted(*[a_part("x")] * (parsing.MAX_PARTS - 1)),
        nested_mails(parsing.MAX_NESTING - 1),
        nested_parts(parsing.MAX_NESTING - 1),
        a_mail(extra="To: " + ", ".join(["a@b.example"] * (addresses.MAX_ADDRESSES - 1)) + "\n"),
    ],
)
def test_what_keeps_to_the_limits_is_read(raw: bytes) -> None:
    assert isinstance(read(raw), Reading)


def test_parts_within_encoded_mails_count_as_well() -> None:
    inner = encoded(parted(*[a_part("x")] * 400, boundary="in"), "Content-Type: message/rfc822")
    assert read(parted(inner)).files
    with pytest.raises(Unreadable, match="parts"):
        read(parted(inner, inner, inner))


def test_long_headers_of_parts_cost_nothing() -> None:
    part = a_part("x", "Content-Type: multipart/mixed" + ";" * 3_000_000)
    assert isinstance(read(parted(part)), Reading)


SAMPLE = parted(
    nested(
        a_part("Plain caf=C3=A9\n-- \nAnn\n", "Content-Type: text/plain; charset=utf-8; format=flowed",
               "Content-Transfer-Encoding: quoted-printable"),
        a_part('<p>Rich <img src="cid:a">', "Content-Type: text/html; charset=iso-8859-1"),
    ),
    encoded(PNG, "Content-Type: image/png", "Content-ID: <a>",
            "Content-Disposition: inline; filename*=utf-8''a%C3.png"),
    encoded(parted(a_part("In"), boundary="in"), "Content-Type: message/rfc822"),
    a_part("Action: failed\n\nFinal-Recipient: rfc822;a@b.c\n", "Content-Type: message/delivery-status"),
    a_part("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260301T100000Z\nEND:VEVENT\nEND:VCALENDAR\n",
           "Content-Type: text/calendar; method=REQUEST"),
    encoded(b"x\x9f\x3e\x22\x01\x00" + b"\x02\x02\x90" + b"\0" * 40, "Content-Type: application/ms-tnef"),
    extra="Subject: =?utf-8?B?R3LDvMOfZQ==?=\nReferences: <1@x> <2@x>\nDate: Mon, 2 Mar 2026 10:15:00 +0200\n",
)  # fmt: skip


def check(raw: bytes) -> None:
    """The promise of `read`: a reading of values that can be stored, or a reason; and the same for the page."""
    try:
        reading = read(raw)
    except Unreadable:
        return
    texts = [reading.subject, reading.text, reading.plain, reading.html, reading.html_text, *reading.message_ids]
    texts += [file.name for file in reading.files] + [file.content_type for file in reading.files]
    texts += [value for each in (*reading.to, *reading.cc, *reading.reply_to) for value in (each.name, each.address)]
    texts += [reading.machine.because, *(words for one in reading.bounces for words in (one.address, one.reason))]
    texts += [words for one in reading.invitations for words in (one.method, one.summary, one.location, one.organizer)]
    for text in texts:
        assert "\x00" not in text
        text.encode()
    assert "\n" not in reading.subject
    assert all(file.name for file in reading.files)
    assert all(isinstance(file.content, bytes) for file in reading.files)
    safe_html(raw).html.encode()
    source_of(parsed(raw))


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes_are_read(raw: bytes) -> None:
    check(raw)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(SAMPLE)), st.integers(0, 40), st.binary(max_size=12)), max_size=6))
def test_a_damaged_mail_is_read(changes: list[tuple[int, int, bytes]]) -> None:
    raw = SAMPLE
    for at, length, other in changes:
        raw = raw[:at] + other + raw[at + length :]
    check(raw)


PIECES = [line + b"\n" for line in SAMPLE.split(b"\n")] + [
    b"Content-Type: multipart/signed; boundary=\n", b"--\n", b"--=_next\n", b"--=_next--\n", b"--=_inner\n",
    b"\n", b"\r",
    b"Content-Type: message/rfc822\n", b"Content-Type: message/partial; number=x\n", b"Content-Type: \xff/\xff\n",
    b"Content-Type: multipart/digest; boundary==_next\n", b"Content-Type: multipart/mixed; boundary*=utf-8''%ff\n",
    b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: \xe4\n", b"begin 644 a\n", b"end\n",
    b"Content-Type: application/pkcs7-mime\n", b"Content-Type: text/html; charset=utf-16\n", b"From: \xe4\n",
    b"Content-Type: text/plain; charset=idna\n", b"Content-Disposition: attachment; filename*0*=a'b\n", b"From a b\n",
]  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=10), max_size=40))
def test_lines_of_mails_in_any_order_are_read(lines: list[bytes]) -> None:
    check(b"".join(lines))


def test_a_mail_is_its_own_source() -> None:
    again = source_of(parsed(SAMPLE))
    first, second = read(SAMPLE), read(again)
    assert (first.subject, first.text, first.html, first.invitations) == (
        second.subject,
        second.text,
        second.html,
        second.invitations,
    )
    assert [(file.name, file.content) for file in first.files if not file.content_type.startswith("message/")] == [
        (file.name, file.content) for file in second.files if not file.content_type.startswith("message/")
    ]
