"""What the templates of mails need: `{% load mail %}`."""

from django import template

register = template.Library()


@register.filter
def quoted(words: str) -> str:
    """Somebody's words in a plain-text mail, each line behind the usual mark."""
    return "\n".join(f"> {line}".rstrip() for line in str(words).strip().splitlines())
