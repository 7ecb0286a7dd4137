"""HTML of a mail as the plain text that its reader sees.

It reads from top to bottom: cells of a table follow each other, as mails use tables to place things on a page, and two
columns beside each other line by line could not be read.
"""

import re
from collections.abc import Iterator
from html import unescape

from lxml import etree

from . import charsets

# A newsletter has some thousand tags. Above this, tags are only taken out: building the tree would take too long.
MAX_TAGS = 200_000
MAX_LINK = 500  # characters of a link that is written out; longer ones track, and drown the text
MAX_INDENT = 10  # levels of quotes and lists that are shown
# Parsers compare each attribute of a tag with all others: as many comparisons take a second, and no page needs a tenth.
MAX_COMPARISONS = 1_000_000_000
LONG_TAG = 4000  # characters; shorter ones cost nothing
# What Outlook writes for a line across the page; programs that look for quoted text know it.
RULE = "_" * 32

_BREAKING = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dir", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "tr", "ul",
    }
)  # fmt: skip
_APART = frozenset({"blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
_NOT_SHOWN = frozenset(
    {"applet", "audio", "canvas", "datalist", "iframe", "object", "script", "select", "style", "svg"}
)
_NOT_SHOWN_EITHER = frozenset({"template", "textarea", "title", "video", "xml"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_PREFORMATTED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_TIGHT = re.compile(r"\bMso(?:Normal|PlainText|ListParagraph)|margin(?:-top|-bottom)?\s*:\s*0", re.IGNORECASE)
_GAPS = re.compile(r"[ \t\n\r\f]+")
_SCHEME = re.compile(r"(?:https?://(?:www\.)?|mailto:)", re.IGNORECASE)
_MAILTO = re.compile(r"mailto:", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_CONDITIONAL = re.compile(r"<!\[[^<>]*\]>")  # <![if !mso]>, which only Word understands
_EMBEDDED = re.compile(r"""(?<=\w)=(["'])data:[^\s"'<>]*+\1""")  # a picture within the page, of up to some MB
_SEPARATORS = re.compile(r"[\s/=]")  # what stands between the attributes of a tag
_MANY_BLANK_LINES = re.compile(r"\n{3,}")


def as_text(html: str, *, with_marks: bool = True) -> str:
    """HTML as text. Marks stand for what a page shows otherwise: > for quotes, bullets, addresses behind links."""
    html = _CONDITIONAL.sub("", charsets.cleaned(html))
    if not html.strip():
        return ""
    tree = tree_of(html) if html.count("<") <= MAX_TAGS else None
    if tree is None:
        return _tidy(unescape(_GAPS.sub(" ", _TAG.sub(" ", html))))
    page = _Page(with_marks=with_marks)
    page.read(tree)
    return _tidy("\n".join(page.lines()))


def tree_of(html: str) -> etree._Element | None:
    """HTML as a tree; None where it is packed too deep for one, or would take too long, or is nothing at all."""
    if _comparisons(html) > MAX_COMPARISONS:
        return None
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True, recover=True
    )
    try:
        tree = etree.fromstring(html.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return None
    # The parser gives up below some thousand levels, and what stands there would be lost.
    is_whole = not any("depth" in error.message for error in parser.error_log)
    return tree if is_whole else None


def _comparisons(html: str) -> int:
    tags = (
        piece[: piece.rfind(">") + 1 or None] for piece in _EMBEDDED.sub("", html).split("<") if len(piece) > LONG_TAG
    )
    return sum(len(_SEPARATORS.findall(tag)) ** 2 for tag in tags)


def _tidy(text: str) -> str:
    lines = (line.rstrip() for line in charsets.cleaned(text).replace("\xa0", " ").split("\n"))
    return _MANY_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


class _Page:
    def __init__(self, *, with_marks: bool) -> None:
        self._with_marks = with_marks
        self._lines: list[str] = []
        self._line: list[str] = []
        self._is_gap_due = False
        self._is_blank_due = False
        self._quotes = 0
        self._preformatted = 0
        self._lists: list[int] = []  # numbers of ordered lists' items so far; -1: of an unordered one
        self._mark = ""  # of a list's item of which nothing is written yet
        self._links: list[tuple[int, int]] = []  # lines, and pieces of the last line, where a link began
        self._quotes_before = 0

    def lines(self) -> Iterator[str]:
        self._break()
        yield from self._lines

    def read(self, tree: etree._Element) -> None:
        walk = etree.iterwalk(tree, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            if not isinstance(tag, str):
                self._write(element.tail if event == "end" else None)
            elif event == "end":
                if not _is_hidden(element):
                    self._close(tag, element)
                self._write(element.tail)
            elif _is_hidden(element):
                walk.skip_subtree()
            else:
                self._open(tag, element)
                self._write(element.text)

    def _open(self, tag: str, element: etree._Element) -> None:
        if tag in _BREAKING:
            self._break()
            self._is_blank_due |= _is_apart(tag, element) and not (tag in {"ol", "ul"} and self._lists)
        if tag == "br":
            self._end_line()
        elif tag in {"td", "th"}:
            self._is_gap_due = True
        elif tag == "blockquote":
            self._quotes += 1
        elif tag in {"ol", "ul"}:
            self._lists.append(0 if tag == "ol" else -1)
        elif tag == "li":
            self._start_item()
        elif tag == "a":
            self._links.append((len(self._lines), len(self._line)))
        elif tag == "hr" and self._with_marks:
            self._put(RULE)
        self._preformatted += _is_preformatted(tag, element)

    def _close(self, tag: str, element: etree._Element) -> None:
        self._preformatted -= _is_preformatted(tag, element)
        if tag == "a":
            self._end_link(element.get("href") or "")
        if tag in _BREAKING:
            self._break()
            self._is_blank_due |= _is_apart(tag, element) and not (tag in {"ol", "ul"} and len(self._lists) > 1)
        if tag == "blockquote":
            self._quotes -= 1
        elif tag == "li":
            self._mark = ""
        elif tag in {"ol", "ul"} and self._lists:
            self._lists.pop()

    def _start_item(self) -> None:
        if not (self._with_marks and self._lists):
            return
        if self._lists[-1] >= 0:
            self._lists[-1] += 1
        self._mark = "  " * min(len(self._lists) - 1, MAX_INDENT) + (
            f"{self._lists[-1]}. " if self._lists[-1] >= 0 else "- "
        )

    def _end_link(self, href: str) -> None:
        lines, pieces = self._links.pop() if self._links else (len(self._lines), len(self._line))
        if len(self._lines) == lines:
            text = "".join(self._line[pieces:])
        else:
            text = "".join([*self._lines[lines:], *self._line])
        address = _GAPS.sub("", href)
        is_shown = self._with_marks and text.strip() and len(address) <= MAX_LINK
        if not is_shown or not address.lower().startswith(("http://", "https://", "mailto:")):
            return
        bare = _SCHEME.sub("", address).rstrip("/")
        if bare.lower() not in _GAPS.sub("", text).lower():
            self._is_gap_due = True
            self._put(f"<{_MAILTO.sub('', address)}>")

    def _write(self, text: str | None) -> None:
        if not text:
            return
        if self._preformatted:
            for number, line in enumerate(text.split("\n")):
                if number:
                    self._end_line()
                self._put(line)
            return
        words = _GAPS.sub(" ", text)
        self._is_gap_due |= words.startswith(" ")
        self._put(words.strip(" "))
        self._is_gap_due |= words.endswith(" ")

    def _put(self, text: str) -> None:
        if not text:
            return
        if not self._line:
            if self._is_blank_due and self._lines:
                self._lines.append(self._quoted(min(self._quotes, self._quotes_before)))
            self._line.append(self._quoted(self._quotes) + self._mark)
            self._mark = ""
        elif self._is_gap_due:
            self._line.append(" ")
        self._is_blank_due = self._is_gap_due = False
        self._line.append(text)

    def _quoted(self, depth: int) -> str:
        return "> " * min(depth, MAX_INDENT) if self._with_marks else ""

    def _end_line(self) -> None:
        self._lines.append("".join(self._line) or self._quoted(self._quotes))
        self._line = []
        self._quotes_before = self._quotes
        self._is_gap_due = False

    def _break(self) -> None:
        if self._line:
            self._end_line()
        self._is_gap_due = False


def _is_hidden(element: etree._Element) -> bool:
    tag = element.tag
    if tag in _NOT_SHOWN or tag in _NOT_SHOWN_EITHER:
        return True
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return style is not None and _HIDDEN.search(style) is not None


def _is_apart(tag: str, element: etree._Element) -> bool:
    if tag not in _APART:
        return False
    return tag != "p" or not _TIGHT.search(f"{element.get('class', '')} {element.get('style', '')}")


def _is_preformatted(tag: str, element: etree._Element) -> bool:
    style = element.get("style")
    return tag == "pre" or (style is not None and _PREFORMATTED.search(style) is not None)
