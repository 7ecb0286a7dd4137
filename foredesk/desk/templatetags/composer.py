"""Whom a note can tell, written in Python: two hundred colleagues, as a template, took a third of the page's time."""

from collections.abc import Iterable

from django import template
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def colleague_boxes(choices: Iterable[tuple[str, str, bool]]) -> SafeString:
    """A box to tick for each of `NoteForm.colleagues`."""
    return format_html_join(
        "",
        '<li><label class="choice"><input type="checkbox" name="note-mentions" value="{}" data-colleague="{}"{}>{}'
        "</label></li>",
        (
            (key, escaped, SafeString(" checked" if chosen else ""), escaped)
            for key, escaped, chosen in ((key, conditional_escape(name), chosen) for key, name, chosen in choices)
        ),
    )
