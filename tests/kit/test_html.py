from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foredesk.kit.html import TAGS, clean_html, plain_text, render_markdown


def elements(html):
    """The elements that a browser would make of some HTML, with their attributes."""
    found = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: found.append((tag, dict(attributes)))
    parser.feed(html)
    return found


@pytest.mark.parametrize(
    "nasty",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[press me](javascript:alert(1))",
        "[press me](JaVaScRiPt:alert(1))",
        "[press me](data:text/html;base64,PHNjcmlwdD4=)",
        "[press me](vbscript:x)",
        '<a href="javascript:alert(1)">x</a>',
        "<javascript:alert(1)>",
        "<style>body{display:none}</style>",
        '<iframe src="https://elsewhere.example"></iframe>',
        "<svg onload=alert(1)>",
        '[x](https://a.example "\\"onmouseover=alert(1)")',
        '`<script>`\n\n"><script>alert(1)</script>',
    ],
)
def test_nothing_that_runs_survives(nasty):
    for tag, attributes in elements(render_markdown(nasty)):
        assert tag in TAGS
        assert set(attributes) <= {"href", "title", "rel", "start"}
        assert attributes.get("href", "https:").partition(":")[0] in {"http", "https", "mailto", "tel"}


@pytest.mark.parametrize(
    "html",
    [
        "<script>x()</script>",
        "<p onclick='x()'>a</p>",
        "<a href='javascript:x()'>a</a>",
        "<p style='position:fixed'>a</p>",
    ],
)
def test_html_from_elsewhere_is_cleaned(html):
    clean = clean_html(html)
    for word in ("script", "onclick", "style", "x()"):
        assert word not in clean


def test_words_keep_their_shape():
    html = render_markdown("First line\nsecond line\n\n- one\n- **two**\n\n> said")
    assert "First line<br>" in html
    assert "<li><strong>two</strong></li>" in html
    assert "<blockquote>" in html


def test_headings_stand_below_those_of_the_page():
    html = render_markdown("# One\n\n## Two\n\n##### Five")
    assert "<h3>One</h3>" in html
    assert "<h4>Two</h4>" in html
    assert "<h6>Five</h6>" in html


def test_bare_addresses_become_links_but_not_in_code():
    html = render_markdown("See https://help.example/a?b=1, or `https://not.example`.")
    assert '<a href="https://help.example/a?b=1"' in html
    assert 'rel="noopener' in html
    assert 'href="https://not.example' not in html


def test_a_picture_in_the_text_is_told_in_words():
    assert render_markdown("![the jam](https://spy.example/x.png)").strip() == "<p>the jam</p>"


def test_plain_text_reads_well():
    text = plain_text("# Title\n\nDear **Maya**,\nit is < 5 & done.\n\n- one\n- two")
    assert text == "Title\n\nDear Maya,\nit is < 5 & done.\n\n- one\n- two"


@given(st.text(max_size=300))
def test_any_text_gives_tags_from_the_list_only(text):
    html = render_markdown(text)
    assert clean_html(html) == html
