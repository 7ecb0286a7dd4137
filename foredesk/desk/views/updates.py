"""How well promised updates are kept: for IT, by kind of request and month."""

import re
from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from foredesk.kit import clock
from foredesk.kit.access import allow
from foredesk.people.rules import is_agent
from foredesk.tickets import queries as tickets

from .answers import person_of

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@allow(is_agent)
@require_safe
def updates(request: HttpRequest) -> HttpResponse:
    """One month (`?month=2026-11`), the present one unless said otherwise."""
    this = timezone.localtime(clock.now()).date().replace(day=1)
    asked = _MONTH.fullmatch(request.GET.get("month", ""))
    month = date(int(asked[1]), int(asked[2]), 1) if asked else this
    following = (month + timedelta(days=31)).replace(day=1)
    rows = tickets.kept_in_month(person_of(request), _begin(month), _begin(following))
    context = {
        "month": month,
        "before": (month - timedelta(days=1)).replace(day=1),
        "after": following if following <= this else None,
        "rows": rows,
        "all": tickets.together(rows),
    }
    return render(request, "desk/updates.html", context)


def _begin(day: date) -> datetime:
    """When a day begins on the reader's clock."""
    return timezone.make_aware(datetime.combine(day, time()))
