"""What the templates of mails need: `{% load mail %}`."""

from django import template
from django.utils.safestring import SafeString

from foredesk.kit.html import plain_text, render_markdown

register = template.Library()


@register.filter
def plain(words: str) -> str:
    """Markdown as plain text, its links written out."""
    return plain_text(str(words), with_links=True)


@register.filter
def rich(words: str) -> SafeString:
    """Markdown as HTML."""
    return render_markdown(str(words))


@register.filter
def quoted(words: str) -> str:
    """Somebody's words in a plain-text mail, each line behind the usual mark."""
    return "\n".join(f"> {line}".rstrip() for line in plain(words).strip().splitlines())
