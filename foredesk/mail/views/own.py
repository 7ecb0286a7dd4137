"""What everybody finds about themselves: their news, and how they want to hear of things."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foredesk.kit.access import allow
from foredesk.kit.keys import key_in
from foredesk.kit.refusals import Refused
from foredesk.people.rules import PersonRequest

from .. import actions, queries, rules
from ..enums import Topic, Way
from .frame import framed


@allow(rules.can_choose_ways)
@require_safe
def news(request: PersonRequest) -> HttpResponse:
    """What one was told, newest first; `?before=` pages back by key. What is new since the last look is marked."""
    before = request.GET.get("before", "")
    page = queries.news_page(request.user, before=key_in(before))
    seen = queries.seen_up_to(request.user)
    if request.method == "GET" and page.newest > seen:
        actions.mark_seen(by=request.user, up_to=page.newest)
    address = reverse("mail:news")
    context = {
        "mails": page.mails,
        "seen": seen,
        "older": f"{address}?before={page.older_than}" if page.older_than else "",
        "newer": address if before else "",
    }
    return render(request, "mail/news.html", context)


@allow(rules.can_choose_ways)
@require_safe
def piece(request: PersonRequest, pk: int) -> HttpResponse:
    """One piece of news, as the mail says it."""
    mail = queries.piece_of_news(request.user, pk)
    if mail is None:
        raise Http404
    return render(request, "mail/piece.html", {"mail": mail})


@allow(rules.can_choose_ways)
@require_safe
def piece_body(request: PersonRequest, pk: int) -> HttpResponse:
    mail = queries.piece_of_news(request.user, pk)
    if mail is None or not mail.html:
        raise Http404
    return framed(mail.html)


@allow(rules.can_choose_ways)
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: PersonRequest) -> HttpResponse:
    """Mail at once, one mail a day, or only the page: for each topic."""
    chosen = queries.choices_of(request.user)
    if request.method == "POST":
        ways = {one.topic: request.POST.get(one.topic, "") for one in chosen}
        try:
            actions.choose_ways(
                by=request.user, ways={Topic(topic): Way(way) for topic, way in ways.items() if way in Way.values}
            )
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Saved. This is how you hear from us from now on."))
        return redirect("mail:choices")
    context = {"choices": chosen, "ways": list(Way), "digest_at": rules.DIGEST_AT}
    return render(request, "mail/hearing.html", context)
