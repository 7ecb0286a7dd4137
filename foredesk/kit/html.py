"""What people write, as HTML that is safe to show."""

import re
from collections.abc import Sequence
from html import unescape
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

TAGS = {
    "p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES: dict[str, set[str]] = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
LINK_REL = "noopener noreferrer nofollow ugc"
# A page's own headings are h1 and h2; what somebody writes stands below them.
DEMOTED_BY = 2

# Two steps, markdown-it without raw HTML and then nh3, so that one fault in either lets nothing through.
_BARE_ADDRESS = re.compile(r"(?<![\w@/.<(\[\"'=])(https?://[^\s<>()\[\]\"']*[^\s<>()\[\]\"'.,;:!?])")
_NUMBERED = re.compile(r'<ol(?: start="(?P<first>\d+)")?>(?P<items>.*?)</ol>', re.DOTALL)
_LINK = re.compile(r'<a href="(?P<address>[^"]*)"[^>]*>(?P<words>.*?)</a>', re.DOTALL)


def _heading(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: Any) -> str:
    token = tokens[at]
    level = min(6, int(token.tag[1]) + DEMOTED_BY)
    token.tag = f"h{level}"
    return self.renderToken(tokens, at, options, env)


def _picture(self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: Any) -> str:
    """Pictures come as attachments: one in the text would tell a stranger's server who reads this and when."""
    return escapeHtml(tokens[at].content)


def _written_out(link: re.Match[str]) -> str:
    """The words of a link and its address, which is said once where they are the same."""
    address = link["address"].removeprefix("mailto:").removeprefix("tel:")
    return link["words"] if link["words"] == address else f"{link['words']} &lt;{address}&gt;"


def _with_numbers(found: re.Match[str]) -> str:
    """A list whose items begin with their numbers."""
    first, *items = re.split(r"<li>\s*(?:<p>)?", found["items"])
    numbered = (f"{number}. {item}" for number, item in enumerate(items, int(found["first"] or 1)))
    return f"{first}{''.join(numbered)}</ol>"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"html": False, "linkify": False, "breaks": True})
    parser.add_render_rule("image", _picture)
    parser.add_render_rule("heading_open", _heading)
    parser.add_render_rule("heading_close", _heading)
    return parser


_markdown = _parser()


def _with_links(text: str) -> str:
    """Give bare web addresses the brackets that make them links, outside code."""
    parts = re.split(r"(```.*?```|~~~.*?~~~|`[^`\n]*`)", text, flags=re.DOTALL)
    return "".join(part if n % 2 else _BARE_ADDRESS.sub(r"<\1>", part) for n, part in enumerate(parts))


def clean_html(html: str) -> SafeString:
    """Keep of some HTML only what text needs: no scripts, styles, pictures, forms, or links other than web and mail."""
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=LINK_REL,
        clean_content_tags={"script", "style"},
        strip_comments=True,
    )
    return mark_safe(cleaned)


def render_markdown(text: str) -> SafeString:
    """Markdown as safe HTML: raw HTML shows as typed, line ends are kept, headings start at h3, no pictures."""
    return clean_html(_markdown.render(_with_links(text)))


def plain_text(text: str, *, with_links: bool = False) -> str:
    """Markdown as one readable plain text: for subjects, previews and, `with_links` written out, for text mails."""
    html = str(render_markdown(text))
    if with_links:
        html = _LINK.sub(_written_out, html)
    html = _NUMBERED.sub(_with_numbers, html)
    html = re.sub(r"<br>\s*", "\n", html)
    html = re.sub(r"<li>\s*(?:<p>)?", "- ", html)
    html = re.sub(r"</(?:p|h\d|pre|blockquote|ul|ol|table)>\s*", "\n\n", html)
    html = re.sub(r"</(?:li|tr)>\n?", "\n", html)
    html = re.sub(r"</t[hd]>\s*(?=<t)", " · ", html)
    bare = unescape(nh3.clean(html, tags=set()))
    return re.sub(r"\n{3,}", "\n\n", bare).strip()
