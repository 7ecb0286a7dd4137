"""Reading a mail: charsets, encoded words, parameters and addresses as people's programs write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foredesk.intake.rules import charsets, headers
from foredesk.intake.rules.letters import Address
from foredesk.intake.rules.parsing import parsed
from foredesk.intake.rules.reading import read

from .mails import a_mail

GREETINGS = {
    "koi8-r": "Здравствуйте, не могу войти в систему, помогите пожалуйста",
    "windows-1251": "Здравствуйте, не могу войти в систему, помогите пожалуйста",
    "gb18030": "您好，我的打印机坏了，请帮忙处理一下，谢谢。",
    "shift_jis": "こんにちは、プリンターが動きません。",
    "euc-jp": "こんにちは、プリンターが動きません。",
    "iso-2022-jp": "こんにちは、プリンターが動きません。",
    "euc-kr": "안녕하세요, 프린터가 작동하지 않습니다.",
    "windows-1252": "Bonjour, l’imprimante du deuxième étage ne marche plus.",
    "utf-8": "Größe, größer, 😀",
}


@pytest.mark.parametrize("charset", GREETINGS)
@pytest.mark.parametrize("label", ["", "unknown-8bit", "x-nobody-knows-this", "us-ascii"])
def test_a_text_without_a_true_name_of_its_charset_is_known_by_its_looks(charset: str, label: str) -> None:
    assert charsets.decoded(GREETINGS[charset].encode(charset), label) == GREETINGS[charset]


@pytest.mark.parametrize(
    ("label", "data", "text"),
    [
        ("iso-8859-1", "“Ça va” – 5 €".encode("cp1252"), "“Ça va” – 5 €"),
        ("latin1", "Größe".encode(), "Größe"),
        ("utf-8", "Größe".encode("cp1252"), "Größe"),
        ("gb2312", "镕㐀".encode("gb18030"), "镕㐀"),
        ("x-gbk", "您好".encode("gbk"), "您好"),
        ("shift_jis", "①㈱髙".encode("cp932"), "①㈱髙"),
        ("iso-2022-jp", b"\x1b$B-!\x1b(B", "①"),
        ("iso-2022-jp", "日本".encode("cp932"), "日本"),
        ("ks_c_5601-1987", "똠방".encode("cp949"), "똠방"),
        ("iso-8859-8-i", "שלום".encode("cp1255"), "שלום"),
        ("tis-620", "สวัสดี".encode("cp874"), "สวัสดี"),
        ("cp-850", "Grüße".encode("cp850"), "Grüße"),
        ("x-mac-roman", "Grüße".encode("mac-roman"), "Grüße"),
        ("utf-7", b"Gr+APwA3w-e", "Grüße"),
        ("utf-16", "Grüße".encode("utf-16"), "Grüße"),
        ("utf-16", "Grüße".encode("utf-16-be"), "Grüße"),
        ("utf-16", "Grüße".encode("utf-16-le"), "Grüße"),
        ("", b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe", "Grüße"),
        (" UTF-8; format=flowed", "Grüße".encode(), "Grüße"),
        ("utf-8", "Grüß".encode()[:-1], "Grü\ufffd"),
        ("rot13", b"uryyb", "uryyb"),
        ("punycode", b"hello-", "hello-"),
        ("unicode_escape", rb"\u0041", r"\u0041"),
        ("a" * 5000, b"hello", "hello"),
        ("\x00", b"hello", "hello"),
    ],
)
def test_a_text_is_read_by_what_its_charset_means(label: str, data: bytes, text: str) -> None:
    assert charsets.decoded(data, label) == text


@settings(deadline=None)
@given(st.binary(max_size=200), st.text(max_size=20) | st.sampled_from(sorted(charsets._MEANT)))
def test_any_bytes_under_any_name_are_text_that_can_be_stored(data: bytes, label: str) -> None:
    for text in (charsets.cleaned(charsets.decoded(data, label)), charsets.on_one_line(charsets.decoded(data, label))):
        assert "\x00" not in text
        text.encode()  # no lone surrogates


def test_html_names_its_charset_itself_if_nobody_else_does() -> None:
    html = '<html><meta charset="windows-1250"><p>Žluťoučký kůň'.encode("cp1250")
    assert read(a_mail(html, extra="Content-Type: text/html\n")).text == "Žluťoučký kůň"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),  # no padding
        ("=?UTF-8?q?Gr=C3=BC=C3=9Fe?= from =?iso-8859-1?Q?K=F6ln?=", "Grüße from Köln"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a_?=\n =?utf-8?q?b?= c", "a b c"),
        ("=?utf-8?B?R3LD?= =?utf-8?B?vMOfZQ==?=", "Grüße"),  # cut within a letter
        ("=?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?=", "Grüße"),
        ("=?us-ascii*en?q?hello?=", "hello"),
        ("AW:=?utf-8?q?gl=C3=BCck?=lich", "AW:glücklich"),
        ("=?utf-8?q?with spaces inside?=", "with spaces inside"),
        ("=?nobody-knows?q?caf=E9?=", "café"),
        ("=?utf-8?q?never closed", "=?utf-8?q?never closed"),
        ("=?utf-8?x?what?=", "=?utf-8?x?what?="),
        ("=?utf-8?q??=", ""),
        ("=?=?=?=", "=?=?=?="),
        ("=?utf-8?q?line=0A=0Dbreak=00?=", "line break"),
        ("50=25 off", "50=25 off"),
    ],
)
def test_encoded_words_are_read_wherever_they_stand(value: str, text: str) -> None:
    assert read(a_mail(extra=f"Comments: x\nSubject: {value}\n", head="From: a@b.example\n")).subject == text


@pytest.mark.parametrize(
    ("charset", "subject"),
    [
        ("utf-8", "Grüße an alle"),
        ("iso-8859-1", "Grüße an alle"),
        ("windows-1251", "Привет"),
        ("iso-2022-jp", "日本語"),
    ],
)
def test_bare_bytes_in_headers_are_read_as_the_text_is(charset: str, subject: str) -> None:
    head = b"From: a@b.example\nSubject: " + subject.encode(charset) + b"\nContent-Type: text/plain; charset="
    assert read(head + charset.encode() + b"\n\n" + subject.encode(charset)).subject == subject


def test_marks_that_turn_words_around_are_not_in_headers() -> None:
    assert read(a_mail(head="Subject: a\u202egpj.exe\u2066b\n")).subject == "agpj.exeb"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename=plain.txt", "plain.txt"),
        ('attachment; filename="with \\"quotes\\".txt"', 'with "quotes".txt'),
        ("attachment; filename=with spaces in it.pdf; size=3", "with spaces in it.pdf"),
        ("attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt", "Grüße.txt"),
        ("attachment; filename*=\"utf-8'de'Gr%C3%BC%C3%9Fe.txt\"", "Grüße.txt"),
        ("attachment; filename*0*=utf-8''Gr%C3%BC; filename*1*=%C3%9F; filename*2=\"e.txt\"", "Grüße.txt"),
        ('attachment; filename*1="two.txt"; filename*0="one-"', "one-two.txt"),
        ("attachment; filename*0*=utf-8''a%C3; filename*1*=%BC.txt", "aü.txt"),
        ("attachment; filename=fallback.txt; filename*=utf-8''better.txt", "better.txt"),
        ('attachment; filename="=?utf-8?B?R3LDvMOfZS50eHQ=?="', "Grüße.txt"),
        ("attachment; filename==?utf-8?Q?Gr=C3=BC=C3=9Fe.txt?=", "Grüße.txt"),
        ('attachment; filename="=?utf-8?Q?Gr=C3=BC?=\n =?utf-8?Q?=C3=9Fe.txt?="', "Grüße.txt"),
        ('attachment; filename*0="=?utf-8?B?R3LD"; filename*1="vMOfZS50eHQ=?="', "Grüße.txt"),
        ('attachment; filename="Grüße.txt"', "Grüße.txt"),
        ('attachment;filename="a;b.txt"', "a;b.txt"),
        ("attachment; FILENAME = gap.txt", "gap.txt"),
        ('attachment; filename="C:\\docs\\a.txt"', "C:\\docs\\a.txt"),
        ('attachment; filename="never closed.txt', "never closed.txt"),
        ("attachment; filename*=%%%; filename*999=x", "%%%x"),
        ("attachment; filename*='", "'"),
    ],
)
def test_names_of_files_are_read_as_they_are_written(header: str, name: str) -> None:
    raw = a_mail("x", extra=f"Content-Type: application/octet-stream\nContent-Disposition: {header}\n")
    assert [file.name for file in read(raw).files] == [name]


@pytest.mark.parametrize(
    ("value", "people"),
    [
        ("ann@x.example", [("", "ann@x.example")]),
        ("Ann <Ann@X.Example>", [("Ann", "ann@x.example")]),
        (
            '"Miller, Ann" <ann@x.example>, bob@y.example (Bob)',
            [("Miller, Ann", "ann@x.example"), ("Bob", "bob@y.example")],
        ),
        ("Miller, Ann <ann@x.example>", [("Miller, Ann", "ann@x.example")]),
        ("=?utf-8?Q?M=C3=BCller=2C_Jo?= <jo@x.example>", [("Müller, Jo", "jo@x.example")]),
        ("=?utf-8?Q?M=C3=BCller,_Jo?= <jo@x.example>", [("Müller, Jo", "jo@x.example")]),
        ('"=?utf-8?B?R3LDvMOfZQ==?=" <jo@x.example>', [("Grüße", "jo@x.example")]),
        ("undisclosed-recipients:;", []),
        (
            "Team: ann@x.example, Bob <bob@y.example>; eve@z.example",
            [("", "ann@x.example"), ("Bob", "bob@y.example"), ("", "eve@z.example")],
        ),
        ("ann@x.example; bob@y.example", [("", "ann@x.example"), ("", "bob@y.example")]),
        ("'ann@x.example' <ann@x.example>", [("", "ann@x.example")]),
        ('"boss@bank.example" <eve@z.example>', [("boss@bank.example", "eve@z.example")]),
        ("<@hop.example:ann@x.example>", [("", "ann@x.example")]),
        ("<<ann@x.example>>", [("", "ann@x.example")]),
        ("Ann <ann@x.example", [("Ann", "ann@x.example")]),
        ("Ann ann@x.example", [("Ann", "ann@x.example")]),
        ("mailto:ann@x.example", [("", "ann@x.example")]),
        ("O'Brien <o'brien@x.example>", [("O'Brien", "o'brien@x.example")]),
        ("Jürgen <jürgen@müller.example>", [("Jürgen", "jürgen@müller.example")]),
        ('"two words"@x.example', [("", '"two words"@x.example')]),
        ("root@[192.0.2.1]", [("", "root@[192.0.2.1]")]),
        ("ann@x.example.", [("", "ann@x.example")]),
        ("ann@evil.example@x.example", [("ann@evil.example@x.example", "")]),
        ("Cron Daemon", [("Cron Daemon", "")]),
        ("ann@x.example (Ann (at home))", [("Ann (at home)", "ann@x.example")]),
        (f"{'a' * 400}@x.example", [("a" * 400 + "@x.example", "")]),
        (',;:<>()"', []),
        ("", []),
    ],
)
def test_addresses_are_read_as_people_write_them(value: str, people: list[tuple[str, str]]) -> None:
    found = read(a_mail(head=f"From: x@y.example\nTo: {value}\n")).to
    assert [(person.name, person.address) for person in found] == people


SOUP = st.text("ab@.,;:<>()[]\"'\\=?_ \t-é%*/", max_size=60)


@settings(deadline=None, max_examples=300)
@given(SOUP, SOUP)
def test_whatever_stands_in_headers_is_read(value: str, other: str) -> None:
    reading = read(
        f"From: {value}\nTo: {other}\nSubject: {value}\nMessage-ID: {other}\nReferences: {value}\nDate: {value}\n"
        f"Content-Type: text/{value}\nContent-Disposition: {other}\nContent-Transfer-Encoding: {other}\n\nx".encode()
    )
    people = [person for person in (reading.sender, *reading.to) if person]
    for person in people:
        assert isinstance(person, Address)
        assert person.address == person.address.lower()
        assert person.address == "" or ("@" in person.address and not set(person.address) & set("<>,;\n\r\x00"))
        assert "\n" not in person.name
    assert "\n" not in reading.subject
    assert all(each.startswith("<") and each.endswith(">") for each in reading.message_ids)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30))
def test_a_name_comes_back_as_the_library_encodes_it(name: str) -> None:
    from email.headerregistry import Address as Written
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"] = Written(name, "ann", "x.example")
    message["Subject"] = name
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename=name)
    reading = read(message.as_bytes())
    assert reading.sender is not None
    assert reading.sender.address == "ann@x.example"
    assert reading.subject == charsets.on_one_line(name)
    assert reading.files[0].name == charsets.on_one_line(name) or not reading.files[0].is_named


def test_a_header_is_looked_at_up_to_a_limit() -> None:
    message = parsed(b"Subject: " + b"a" * (headers.MAX_VALUE + 50) + b"\n\n")
    assert len(headers.text_of(message, "subject")) <= headers.MAX_VALUE
