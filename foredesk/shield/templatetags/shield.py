from collections.abc import Sequence
from datetime import datetime

from django import template
from django.utils import timezone

from foredesk.people.models import Person
from foredesk.ui.wording import formatted

from ..rules.wording import names_of, span_words

register = template.Library()


@register.filter
def span(begins: datetime, ends: datetime) -> str:
    """“Wed 25 November 13:00–17:00”."""
    return span_words(begins, ends)


@register.filter
def hours(begins: datetime, ends: datetime) -> str:
    """“13:00–17:00”, in the reader's zone."""
    return f"{formatted(timezone.localtime(begins), 'G:i')}–{formatted(timezone.localtime(ends), 'G:i')}"


@register.filter
def names(people: Sequence[Person]) -> str:
    """“Jan, Maria and Tomás”."""
    return names_of(people)
