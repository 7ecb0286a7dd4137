"""A mail's HTML: as text, and as a page that is safe to show."""

import base64
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foredesk.intake.rules import html_text, pages
from foredesk.intake.rules.html_text import as_text
from foredesk.intake.rules.pages import safe_html

from .mails import PNG, a_mail, a_part, encoded, nested, parted


def page(html: str, *, remote: bool = False) -> pages.SafePage:
    return safe_html(a_mail(html, extra="Content-Type: text/html; charset=utf-8\n"), remote=remote)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two<br></div><div><br></div><div>Three</div>", "One\nTwo\n\nThree"),
        ("One<br>Two<br/><br>Three", "One\nTwo\n\nThree"),
        ('<p class="MsoNormal">One</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>Two</p>', "One\n\nTwo"),
        ("  a \n b\t<b> c </b>d<i>e</i> ", "a b c de"),
        ("a&nbsp;&nbsp;b &lt;tag&gt; &amp; &euro; &#x1F600;", "a  b <tag> & € 😀"),
        ("<table><tr><td>Name</td><td>Ann</td></tr><tr><th>Room<td>4</table>", "Name Ann\nRoom 4"),
        ("<table><tr><td><p>Left</p><p>column</p></td><td><p>Right</p></td></tr></table>", "Left\n\ncolumn\n\nRight"),
        ("<ul><li>One<li>Two<ul><li>Deep</ul></ul><ol><li>First<li><p>Second</p></ol>",
         "- One\n- Two\n  - Deep\n\n1. First\n\n2. Second"),
        ("New<blockquote>Old<blockquote>Older</blockquote></blockquote>New", "New\n\n> Old\n>\n> > Older\n\nNew"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ('<div style="white-space: pre-wrap">a\n  b</div>', "a\n  b"),
        ("One<hr>Two", f"One\n{html_text.RULE}\nTwo"),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="https://www.x.example/a">https://www.x.example/a</a>', "https://www.x.example/a"),
        ('<a href="https://evil.example/">bank.example</a>.', "bank.example <https://evil.example/>."),
        ('<a href="mailto:ann@x.example">Ann</a>', "Ann <ann@x.example>"),
        ('<a href="mailto:ann@x.example">ann@x.example</a>', "ann@x.example"),
        ('<a href="#top">Top</a> <a href="javascript:x()">Run</a> <a>None</a>', "Top Run None"),
        ('<a href="https://x.example/a"><img src="a.png"></a>Text', "Text"),
        (f'<a href="https://x.example/{"a" * 600}">long</a>', "long"),
        ("<title>T</title><style>p{}</style><script>x()</script>Seen", "Seen"),
        ('<p style="display:none">Preview</p><p hidden>No</p><p style="mso-hide: all">No</p>Seen', "Seen"),
        ("Before<!-- a comment -->After<![if !mso]>, here<![endif]>", "BeforeAfter, here"),
        ("<p>never<b>closed", "neverclosed"),
        ("<?xml version='1.0' encoding='utf-16'?><p>Grüße", "Grüße"),
        ("a < b and c > d", "a < b and c > d"),
        ("<>", "<>"),
        ("", ""),
        ("\x00", ""),
    ],
)  # fmt: skip
def test_html_is_read_as_its_reader_sees_it(html: str, text: str) -> None:
    assert as_text(html) == text


def test_without_marks_only_the_words_are_left() -> None:
    html = '<ul><li>One</ul><blockquote>Two</blockquote><hr><a href="https://x.example">Three</a>'
    assert as_text(html, with_marks=False).split() == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    ("html", "end"),
    [
        ("<div>" * 5000 + "the end", "the end"),
        ("<b>" * (html_text.MAX_TAGS + 1) + "the end", "the end"),
        ("<table><tr><td>" * 900 + "the end", "the end"),
        ("<blockquote>" * 500 + "the end", "the end"),
        ("<ul><li>" * 500 + "the end", "the end"),
    ],
)
def test_however_deep_it_is_packed_nothing_is_lost(html: str, end: str) -> None:
    assert as_text(html).endswith(end)


TAGS = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<b>", "<a href='http://x'>", "</a>", "<ul>", "<li>", "</ul>", "<table>", "<td>",
     "</table>", "<pre>", "</pre>", "<blockquote>", "</blockquote>", "<br>", "<hr>", "<!--", "-->", "<style>",
     "</style>",
     "<img src=x>", "<![if x]>", "<svg>", "<math><mtext>", "<select>", "<title>", "&lt;", "&#0;", "<", ">", "'", "\""]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(TAGS | st.text(max_size=5), max_size=30))
def test_any_soup_of_tags_is_text_and_a_page(soup: list[str]) -> None:
    html = "".join(soup)
    text = as_text(html)
    assert "\x00" not in text
    assert not re.search(r"\n\n\n", text)
    text.encode()
    shown = page(html).html.lower()
    for harmful in ("<script", "<style", "<svg", "<math", "<iframe", "<form", "<!--"):
        assert harmful not in shown


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" java\nscript:alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        '<iframe src="https://x.example"></iframe>',
        '<form action="https://x.example"><input name=password></form>',
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        '<object data="x.swf"></object><embed src=x>',
        '<base href="https://x.example"><link rel=stylesheet href=x><meta http-equiv=refresh content="0;https://x">',
        "<style>@import 'https://x.example/a.css'; p { background: url(https://x.example/a.png) }</style>",
        '<p style="background: url(https://x.example/a.png)">x</p>',
        '<p style="background-image: u\\72l(https://x.example/a.png)">x</p>',
        '<p style="position: fixed; top: 0; z-index: 9">x</p>',
        '<p style="width: expression(alert(1))">x</p>',
        '<td background="https://x.example/a.png">x</td>',
        '<img srcset="https://x.example/a.png 1x">',
        '<video poster="https://x.example/a.png"><source src="https://x.example/a.mp4"></video>',
        '<p id=login class="button" onclick="alert(1)">x</p>',
        '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
        '<img src="data:text/html;base64,PHNjcmlwdD4=">',
    ],
)
def test_nothing_in_a_page_acts_or_asks_another_server(html: str) -> None:
    shown = page(f"<p>Words</p>{html}").html
    assert "Words" in shown
    bare = shown.replace(pages._PLACEHOLDER.replace("'", "'"), "")
    assert not re.search(
        r"script|alert|on\w+=|iframe|<form|<input|<svg|<math|object|embed|<base|<link|<meta|url\(|expression|position"
        r"|background=|srcset|video|poster|\bid=|class=|x\.example|data:",
        bare,
        re.IGNORECASE,
    )


def test_links_open_beside_the_page_and_say_nothing_of_it() -> None:
    shown = page('<a href="https://x.example/a?b=1&c=2" target=_top>x</a><a href="/relative">y</a>').html
    assert 'href="https://x.example/a?b=1&amp;c=2"' in shown
    assert shown.count('target="_blank"') == 2
    assert 'rel="noopener noreferrer nofollow ugc"' in shown
    assert "/relative" not in shown


def test_looks_that_only_look_are_kept() -> None:
    shown = page(
        '<table width=90% bgcolor="#eee"><td style="color: red; position: absolute; padding: 4px">x</table>'
    ).html
    assert 'width="90%"' in shown
    assert "color:red" in shown
    assert "padding:4px" in shown
    assert "position" not in shown


def test_pictures_on_other_servers_are_counted_and_shown_on_request_only() -> None:
    html = '<img src="https://x.example/a.png" alt="Logo"><img src="//x.example/b.png"><img src=http://x.example/c.png>'
    kept = page(html)
    assert (kept.remote, kept.left_out, "x.example" in kept.html) == (3, 0, False)
    assert 'alt="Logo"' in kept.html
    shown = page(html, remote=True)
    assert (shown.remote, shown.html.count("x.example")) == (3, 3)


def test_pictures_that_came_with_the_mail_are_in_the_page() -> None:
    html = (
        '<img src="cid:Shot%40x"><img src="CID:shot@x"><img src="cid:gone"><img src="cid:page"><img src="here/a.png">'
    )
    raw = parted(
        a_part(html, "Content-Type: text/html"),
        encoded(PNG, "Content-Type: application/octet-stream", "Content-ID: <shot@x>"),
        encoded(b"<svg onload=alert(1)>", "Content-Type: image/png", "Content-ID: <page>"),
        encoded(PNG, "Content-Type: image/png", "Content-Location: here/a.png"),
        kind="related",
    )
    shown = safe_html(raw)
    assert shown.html.count(f"data:image/png;base64,{base64.b64encode(PNG).decode()}") == 3
    assert (shown.remote, shown.left_out) == (0, 2)
    assert "onload" not in shown.html


def test_pictures_written_into_the_page_are_looked_at() -> None:
    real = base64.b64encode(PNG).decode()
    shown = page(f'<img src="data:image/png;base64,{real}"><img src="data:image/png;base64,PHN2Zz4=">')
    assert (shown.html.count(real), shown.left_out) == (1, 1)


def test_pictures_have_a_size_that_a_page_can_bear(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [encoded(PNG + b"\0" * n * 100, "Content-Type: image/png", f"Content-ID: <{n}>") for n in range(4)]
    html = "".join(f'<img src="cid:{n}">' for n in range(4))
    raw = parted(a_part(html, "Content-Type: text/html"), *parts, kind="related")
    assert safe_html(raw).left_out == 0
    monkeypatch.setattr(pages, "MAX_PICTURE", len(PNG) + 250)
    assert safe_html(raw).left_out == 1
    monkeypatch.setattr(pages, "MAX_PICTURES", len(PNG) * 2 + 150)
    assert safe_html(raw).left_out == 2


def test_a_plain_text_beside_the_page_is_in_it() -> None:
    both = nested(a_part("Words", "Content-Type: text/plain"), a_part("<p>Words", "Content-Type: text/html"))
    shown = safe_html(parted(both, a_part("<footer> & more", "Content-Type: text/plain"))).html
    assert "&lt;footer&gt; &amp; more" in shown


def test_a_mail_without_html_has_no_page() -> None:
    assert safe_html(a_mail("<b>plain</b>")) == pages.SafePage("")


@pytest.mark.parametrize("html", ["<i>" * (pages.MAX_TAGS + 1), "<div>" * 5000])
def test_a_page_that_would_keep_the_server_busy_is_to_be_read_as_text(html: str) -> None:
    assert page(html) == pages.SafePage("", is_too_large=True)
