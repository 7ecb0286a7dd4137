"""A mail's HTML, safe to show in a frame of its own that runs no scripts: without anything that acts, or that asks
another server for something and so tells it that the mail was read.

The frame keeps the rest of the page from what a mail looks like, and has to have `sandbox` without `allow-scripts` and
`allow-same-origin`; this is the second lock, not the only one.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from urllib.parse import unquote, unquote_to_bytes

import nh3
from lxml import etree

from foredesk.attachments.rules import SNIFFED_BYTES, sniff

from . import bodies, headers, html_text, parsing, signed
from .reading import html_of

MAX_PICTURE = 5 << 20  # bytes of one picture within the text; larger ones are to be opened as files
MAX_PICTURES = 15 << 20  # bytes of all of them: base64 makes a third more of it, and it is all one answer of ours
# Newsletters have some thousand. What has more would keep the server busy, and is to be read as text.
MAX_TAGS = 50_000
MAX_ENTITIES = 200_000  # &nbsp; and the like

_RASTER = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
# Stands where a picture is left out: grey lines around nothing, as large as the picture would be.
_PLACEHOLDER = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='100%25' height='100%25'%3E"
    "%3Crect width='100%25' height='100%25' fill='none' stroke='%23999' stroke-dasharray='4 3'/%3E%3C/svg%3E"
)
_TAGS = {
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center",
    "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure",
    "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main",
    "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip
_LEFT_OUT = {
    "audio", "canvas", "embed", "head", "iframe", "math", "noembed", "noframes", "object", "script", "select", "style",
    "svg", "template", "textarea", "title", "video", "xml", "xmp",
}  # fmt: skip
_LOOKS = {
    "align", "bgcolor", "border", "cellpadding", "cellspacing", "color", "dir", "face", "height", "lang", "nowrap",
    "size", "style", "title", "valign", "width",
}  # fmt: skip
_ATTRIBUTES = {
    "*": _LOOKS,
    "a": {"href"},
    "img": {"alt", "src"},
    "li": {"value"},
    "ol": {"start", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
# What only looks. Not: position and its like, which lay a mail's words over others; what may load or animate something.
_STYLES = {
    "background", "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left",
    "border-radius", "border-right", "border-spacing", "border-style", "border-top", "border-width", "box-sizing",
    "clear", "color", "direction", "display", "float", "font", "font-family", "font-size", "font-style",
    "font-variant", "font-weight", "height", "letter-spacing", "line-height", "list-style-type", "margin",
    "margin-bottom", "margin-left", "margin-right", "margin-top", "max-height", "max-width", "min-height", "min-width",
    "mso-hide", "overflow", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top", "table-layout",
    "text-align", "text-decoration", "text-indent", "text-transform", "unicode-bidi", "vertical-align", "visibility",
    "white-space", "width", "word-break", "word-wrap", "overflow-wrap",
}  # fmt: skip
_HARMFUL_STYLE = re.compile(
    r"[\\@<{}]|url|expression|image|import|script|/\*"
    # What fetches something has many names, and gets new ones: src(), cross-fade(), element().
    r"|(?<!\brgb)(?<!\brgba)(?<!\bhsl)(?<!\bhsla)(?<!\bcalc)(?<!-gradient)\(",
    re.IGNORECASE,
)
_WEB = re.compile(r"https?://|//", re.IGNORECASE)
_LINK = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_DATA = re.compile(r"data:[^,]{0,100}?(;base64)?,", re.IGNORECASE)


@dataclass(frozen=True)
class SafePage:
    html: str  # a fragment, to be put into a document of its own; "" where there is nothing to show as a page
    remote: int = 0  # pictures on other servers that it would like to show
    left_out: int = 0  # pictures of its own that are none, too large, or not there
    is_too_large: bool = False  # there is a page, which is to be read as text


def safe_html(raw: bytes, *, remote: bool = False) -> SafePage:
    """The HTML of a mail for a sandboxed frame; `remote`: with pictures on other servers. Raises only `Unreadable`."""
    message = parsing.parsed(raw)
    signed.open_parts(message)
    layout = bodies.laid_out(message)
    html = html_of(layout, bodies.charset_of((layout.plain or layout.html or [message])[0]))
    if not html:
        return SafePage("")
    tree = html_text.tree_of(html) if html.count("<") <= MAX_TAGS and html.count("&") <= MAX_ENTITIES else None
    if tree is None:
        return SafePage("", is_too_large=True)
    # As the tree has it, each tag with its end: fonts that are never closed go on in each paragraph below (HTML,
    # 13.2.4.3), so that the page would grow with their square.
    html = etree.tostring(tree, method="html", encoding="unicode")
    pictures = _Pictures(layout, shows_remote=remote)
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_LEFT_OUT,
        attributes=_ATTRIBUTES,
        attribute_filter=pictures.filtered,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow ugc",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return SafePage(cleaned, pictures.remote, pictures.left_out)


class _Pictures:
    """Decides attribute by attribute, and counts what is left out."""

    def __init__(self, layout: bodies.Layout, *, shows_remote: bool) -> None:
        self.remote = 0
        self.left_out = 0
        self._shows_remote = shows_remote
        self._bytes = 0
        self._parts = {key: part for part in reversed(layout.files) for key in _keys_of(part)}

    def filtered(self, tag: str, attribute: str, value: str) -> str | None:
        if attribute == "style":
            return ";".join(each for each in value.split(";") if not _HARMFUL_STYLE.search(each))
        if attribute == "href":
            return value if _LINK.match(value.strip()) else None
        if attribute == "src":
            return self._source(value.strip()) or _PLACEHOLDER
        return value

    def _source(self, value: str) -> str:
        """What an image shows; "" if that is left out."""
        part = self._parts.get(_key(value))
        data = _DATA.match(value)
        if part is not None:
            return self._embedded(bodies.content_of(part))
        if data:
            rest = value[data.end() :]
            return self._embedded(headers.from_base64(rest.encode("utf-8")) if data[1] else unquote_to_bytes(rest))
        if _WEB.match(value):
            self.remote += 1
            return value if self._shows_remote else ""
        self.left_out += 1
        return ""

    def _embedded(self, content: bytes) -> str:
        kind = sniff(content[:SNIFFED_BYTES])
        self._bytes += len(content)
        if kind not in _RASTER or len(content) > MAX_PICTURE or self._bytes > MAX_PICTURES:
            self.left_out += 1
            return ""
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def _keys_of(part: Message) -> Iterator[str]:
    """What the page may call a part: by its id, or by the place it was saved from (RFC 2557)."""
    content_id = headers.value_of(part, "content-id").strip("<> ")
    if content_id:
        yield _key(f"cid:{content_id}")
    location = headers.value_of(part, "content-location")
    if location:
        yield _key(location)


def _key(value: str) -> str:
    return unquote(value).strip().lower()
