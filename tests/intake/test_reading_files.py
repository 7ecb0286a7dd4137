"""Reading a mail: the files that came with it, mails within it, and appointments."""

import struct
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from hypothesis import given, settings
from hypothesis import strategies as st

from foredesk.intake.rules import signed, winmail
from foredesk.intake.rules.invitations import invitations_in
from foredesk.intake.rules.letters import File, Invitation
from foredesk.intake.rules.parsing import parsed
from foredesk.intake.rules.reading import read

from .mails import PNG, a_mail, a_part, encoded, nested, parted

PLAIN = "Content-Type: text/plain; charset=utf-8"


def files_in(raw: bytes) -> list[tuple[str, bytes]]:
    return [(file.name, file.content) for file in read(raw).files]


@pytest.mark.parametrize(
    ("encoding", "body", "content"),
    [
        ("base64", "aGVsbG8=\n", b"hello"),
        ("BASE64 (a comment)", "aGVsbG8\n", b"hello"),
        ("base64", "aGVs\n!bG8=\n", b"hel"),
        ("base64", "aGVsbG8= added by a list\n", b"hello"),
        ("base64", "aGVsbG8=\n______________\nA list's footer, in plain words\naGVs\n", b"hellohel"),
        ("base64", "aGVs\nbG8=\naGk=\n", b"hellohi"),
        ("base64", "this was never encoded at all\n", b"this was never encoded at all\n"),
        ("base64", "", b""),
        ("quoted-printable", "caf=C3=A9 =\ngoes on=", "café goes on".encode()),
        ("quoted-printable", "100% = 100=ZZ", b"100% = 100=ZZ"),
        ("x-uuencode", "begin 644 a.txt\n%:&5L;&\\\n`\nend\n", b"hello"),
        ("8bit", "café", "café".encode()),
        ("nobody-knows", "text", b"text"),
    ],
)
def test_contents_are_unpacked_as_far_as_they_go(encoding: str, body: str, content: bytes) -> None:
    extra = f"Content-Type: application/octet-stream; name=a.bin\nContent-Transfer-Encoding: {encoding}\n"
    assert files_in(a_mail(body, extra=extra, ends=b"\n")) == [("a.bin", content)]


def test_bytes_come_through_unchanged() -> None:
    content = bytes(range(256)) * 30
    raw = parted(a_part("See file", PLAIN), encoded(content, "Content-Type: application/x-thing; name=all.bin"))
    assert files_in(raw) == [("all.bin", content)]
    assert files_in(raw.replace(b"\n", b"\r\n")) == [("all.bin", content)]


def test_files_without_a_name_get_one_and_are_told_apart() -> None:
    picture = encoded(PNG, "Content-Type: image/png")
    outlook = encoded(PNG, "Content-Type: image/png", "Content-ID: <image002.png@01D9ABCD.12345678>")
    movie = encoded(b"x", "Content-Type: video/quicktime")
    reading = read(parted(a_part("x", PLAIN), picture, picture, outlook, movie, encoded(b"x", "Content-Type: a/b")))
    assert [file.name for file in reading.files] == ["image.png", "image1.png", "image002.png", "video.mov", "file.bin"]
    assert not any(file.is_named for file in reading.files)


def test_pictures_of_the_page_are_known() -> None:
    page = a_part('<p>Look: <img src="cid:Shot@x">', "Content-Type: text/html")
    shown = encoded(PNG, "Content-Type: image/png; name=shot.png", "Content-ID: <shot@x>")
    beside = encoded(PNG, "Content-Type: image/png; name=beside.png", "Content-Disposition: attachment")
    reading = read(parted(nested(page, shown, kind="related"), beside))
    assert [(file.name, file.content_id, file.is_inline) for file in reading.files] == [
        ("shot.png", "shot@x", True),
        ("beside.png", "", False),
    ]


@pytest.mark.parametrize("encoding", ["", "base64", "quoted-printable"])
def test_a_mail_within_a_mail_is_a_file_called_by_its_subject(encoding: str) -> None:
    inner = b"From: bob@y.example\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nContent-Type: text/plain\n\nInner =3D words\n"
    if encoding == "base64":
        part = encoded(inner, "Content-Type: message/rfc822")
    elif encoding:
        quoted = inner.replace(b"=", b"=3D")
        part = a_part(quoted, "Content-Type: message/rfc822", f"Content-Transfer-Encoding: {encoding}")
    else:
        part = a_part(inner, "Content-Type: message/rfc822")
    reading = read(parted(a_part("Please see below", PLAIN), part))
    assert (reading.text, reading.files[0].name) == ("Please see below", "Grüße.eml")
    assert read(reading.files[0].content).text == "Inner =3D words"
    assert not reading.files[0].is_named


def test_a_mail_within_a_mail_keeps_its_own_files_to_itself() -> None:
    inner = parted(a_part("Inner", PLAIN), encoded(b"secret", "Content-Type: a/b; name=inner.bin"), boundary="in")
    reading = read(
        parted(a_part("Outer", PLAIN), a_part(inner, "Content-Type: message/rfc822", "Content-Description: Fw"))
    )
    assert [file.name for file in reading.files] == ["Fw.eml"]
    assert files_in(reading.files[0].content) == [("inner.bin", b"secret")]


def test_reports_are_files_and_not_text() -> None:
    notice = a_part("Your mail did not arrive.", PLAIN)
    status = a_part(
        "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; x@y.example\nAction: failed\n",
        "Content-Type: message/delivery-status",
        "Content-Description: Delivery report",
    )
    returned = a_part("Subject: Mine\n", "Content-Type: text/rfc822-headers")
    reading = read(parted(notice, status, returned, kind="report"))
    assert reading.text == "Your mail did not arrive."
    assert [file.name for file in reading.files][:1] == ["Delivery report.txt"]
    assert b"Final-Recipient: rfc822; x@y.example" in reading.files[0].content


def test_files_between_the_lines_of_a_text_are_files() -> None:
    body = "Hello\n\nbegin 644 a b.txt\n%:&5L;&\\\n`\nend\nbye\nbegin 644 or not\nto begin\n"
    reading = read(a_mail(body))
    assert reading.text == "Hello\n\nbye\nbegin 644 or not\nto begin"
    assert [(file.name, file.content, file.content_type) for file in reading.files] == [
        ("a b.txt", b"hello", "text/plain")
    ]


# --- winmail.dat -------------------------------------------------------------------------------------------


def _object(level: int, name: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _property(kind: int, name: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, name, 1, len(value)) + value + b"\0" * (-len(value) % 4)


def _winmail(*files: tuple[str, bytes]) -> bytes:
    data = struct.pack("<IH", 0x223E9F78, 1) + _object(1, 0x9007, struct.pack("<II", 1252, 0))
    for name, content in files:
        long = _property(0x1F, 0x3707, name.encode("utf-16-le") + b"\0\0")
        data += _object(2, 0x9002, b"\0" * 14) + _object(2, 0x8010, b"SHORT~1.TXT\0") + _object(2, 0x800F, content)
        data += _object(2, 0x9005, struct.pack("<I", 1) + long)
    return data


def test_what_outlook_packed_is_unpacked() -> None:
    packed = encoded(
        _winmail(("Grüße an alle.txt", b"one"), ("b.png", PNG)), "Content-Type: application/ms-tnef; name=x"
    )
    reading = read(parted(a_part("Hello", PLAIN), packed))
    assert [(file.name, file.content, file.content_type) for file in reading.files] == [
        ("Grüße an alle.txt", b"one", "text/plain"),
        ("b.png", PNG, "image/png"),
    ]


def test_a_broken_pack_is_kept_as_it_came() -> None:
    packed = encoded(b"no pack", "Content-Type: application/octet-stream; name=winmail.dat")
    assert files_in(parted(a_part("Hello", PLAIN), packed)) == [("winmail.dat", b"no pack")]


def test_a_pack_with_nothing_in_it_is_nothing() -> None:
    packed = encoded(_winmail(), "Content-Type: application/ms-tnef; name=winmail.dat")
    assert files_in(parted(a_part("Hello", PLAIN), packed)) == []


def test_a_packs_counts_are_not_believed() -> None:
    head, file = struct.pack("<IH", 0x223E9F78, 1), _object(2, 0x9002, b"") + _object(2, 0x800F, b"content")
    endless = [
        struct.pack("<I", 0xFFFFFFFF) + b"\x02\x00\x01\x00" * 20,
        struct.pack("<IHHI", 900, 0x1002, 1, 0xFFFFFFFF) + b"ab" * 1000,
        struct.pack("<IHHI", 1, 0x1F, 0x3707, 0xFFFFFFFF) + b"ab" * 1000,
    ]
    for properties in endless:
        assert winmail.unpacked(head + file + _object(2, 0x9005, properties)) == [("", b"content")]


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 400), st.binary(max_size=4))
def test_any_pack_is_unpacked_or_none(data: bytes, at: int, other: bytes) -> None:
    winmail.unpacked(struct.pack("<IH", 0x223E9F78, 1) + data)
    pack = _winmail(("a name.txt", b"content" * 9))
    for name, content in winmail.unpacked(pack[:at] + other + pack[at + len(other) :]) or []:
        assert isinstance(name, str)
        assert isinstance(content, bytes)


# --- signed by S/MIME --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def a_signature() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ann")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, datetime(2026, 1, 1), datetime(2036, 1, 1))
    ).sign(key, hashes.SHA256())
    mail = b"Content-Type: text/plain; charset=utf-8\r\n\r\nSigned words, gr\xc3\xbc\xc3\x9fe\r\n"
    builder = pkcs7.PKCS7SignatureBuilder().set_data(mail).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


def test_what_lies_within_a_signature_is_read(a_signature: bytes) -> None:
    head = "From: ann@x.example\nSubject: Signed\n"
    part = encoded(a_signature, "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m")
    reading = read(head.encode() + part)
    assert (reading.text, reading.subject, reading.is_encrypted) == ("Signed words, grüße", "Signed", False)
    assert [(file.name, file.content == a_signature) for file in reading.files] == [("smime.p7m", True)]


def test_pieces_of_indefinite_length_are_joined() -> None:
    inner = b"\x24\x80" + b"\x04\x03Sub" + b"\x04\x05ject:" + b"\x00\x00"
    content = b"\x30\x80" + bytes.fromhex("06092a864886f70d010701") + b"\xa0\x80" + inner + b"\x00\x00\x00\x00"
    data = b"\x30\x80\x02\x01\x01\x31\x00" + content + b"\x31\x00\x00\x00"
    whole = b"\x30\x80" + bytes.fromhex("06092a864886f70d010702") + b"\xa0\x80" + data + b"\x00\x00\x00\x00"
    assert signed.signed_content(whole) == b"Subject:"


def test_what_is_encrypted_by_smime_says_so() -> None:
    data = bytes.fromhex("301006092a864886f70d010703a00330010a") + b"\x00"
    part = encoded(data, "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m")
    reading = read(b"From: ann@x.example\n" + part)
    assert reading.is_encrypted
    assert [file.name for file in reading.files] == ["smime.p7m"]


@settings(deadline=None)
@given(st.binary(max_size=100), st.integers(0, 900), st.binary(max_size=3))
def test_any_bytes_are_a_signature_or_none(a_signature: bytes, data: bytes, at: int, other: bytes) -> None:
    for each in (data, b"\x30\x80" * 40 + data, a_signature[:at] + other + a_signature[at + len(other) :]):
        assert isinstance(signed.signed_content(each), bytes | None)
        signed.is_enveloped(each)
    assert signed.open_parts(parsed(b"Content-Type: application/pkcs7-mime\n\n" + data)) in {True, False}


# --- appointments ------------------------------------------------------------------------------------------

MEETING = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:1@x.example
DTSTART;TZID=Europe/Vienna:20260305T140000
DURATION:PT45M
SUMMARY:Printer\\, again
LOCATION:Room 4
ORGANIZER;CN=Ann:mailto:ann@x.example
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_is_read_once_and_kept_as_a_file() -> None:
    invite = a_part(MEETING, "Content-Type: text/calendar; method=REQUEST; charset=utf-8")
    attached = a_part(MEETING, "Content-Type: application/ics; name=invite.ics", "Content-Disposition: attachment")
    reading = read(parted(nested(a_part("Please come", PLAIN), invite), attached))
    vienna = ZoneInfo("Europe/Vienna")
    assert reading.invitations == (
        Invitation(
            method="REQUEST",
            summary="Printer, again",
            starts_at=datetime(2026, 3, 5, 14, 0, tzinfo=vienna),
            ends_at=datetime(2026, 3, 5, 14, 45, tzinfo=vienna),
            location="Room 4",
            organizer="Ann",
        ),
    )
    assert (reading.text, [file.name for file in reading.files]) == ("Please come", ["document.ics", "invite.ics"])


def test_a_whole_day_is_one() -> None:
    day = MEETING.replace("DTSTART;TZID=Europe/Vienna:20260305T140000", "DTSTART;VALUE=DATE:20260305")
    found = invitations_in(day.replace("DURATION:PT45M\n", "").encode())
    assert [(each.is_all_day, each.starts_at, each.ends_at) for each in found] == [
        (True, datetime(2026, 3, 5, tzinfo=UTC), None)
    ]


@pytest.mark.parametrize(
    "change", ["DTSTART:nonsense", "DTSTART:20269999T000000Z", "DTSTART;TZID=Nowhere:20260305T140000"]
)
def test_a_broken_appointment_is_a_file_and_nothing_else(change: str) -> None:
    broken = MEETING.replace("DTSTART;TZID=Europe/Vienna:20260305T140000", change)
    reading = read(parted(a_part("Please come", PLAIN), a_part(broken, "Content-Type: text/calendar; name=a.ics")))
    assert [file.name for file in reading.files] == ["a.ics"]


@settings(deadline=None)
@given(st.binary(max_size=80), st.integers(0, 300))
def test_any_calendar_is_read_or_none(data: bytes, at: int) -> None:
    for each in (data, MEETING.encode()[:at] + data + MEETING.encode()[at:]):
        for found in invitations_in(each):
            assert found.starts_at is None or found.starts_at.tzinfo is not None
            assert isinstance(found, Invitation)


def test_a_file_says_what_it_is() -> None:
    assert "content" not in repr(File("a", "a/b", b"long")).replace("content_type", "").replace("content_id", "")
