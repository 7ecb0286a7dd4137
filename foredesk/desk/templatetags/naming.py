"""Sentences that name requests by their numbers, with links to these."""

import re
from collections.abc import Iterable

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def naming(words: str, numbers: Iterable[int]) -> SafeString:
    """`words`, in which each of `numbers` leads to its request."""
    links = {str(one): format_html('<a href="{}">{}</a>', reverse("desk:ticket", args=[one]), one) for one in numbers}
    return mark_safe(re.sub(r"\d+", lambda found: links.get(found[0], found[0]), escape(words)))
