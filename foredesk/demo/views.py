from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from foredesk.kit.access import public
from foredesk.people.models import Person

from .personas import BY_KEY, PASSWORD, PERSONAS


@public
@require_http_methods(["GET", "POST"])
def personas(request: HttpRequest) -> HttpResponse:
    """Choose who to be. Only a demo has this page."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST":
        persona = BY_KEY.get(request.POST.get("persona", ""))
        if persona is None:
            raise Http404
        person = get_object_or_404(Person, email=persona.email)
        login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
        UserSession.objects.create_from_request(
            request
        )  # what allauth's own sign-in does: the list of sessions is true
        return redirect(persona.home)
    people = Person.objects.in_bulk([persona.email for persona in PERSONAS], field_name="email")
    cards = [(persona, people[persona.email]) for persona in PERSONAS if persona.email in people]
    return render(
        request,
        "demo/personas.html",
        {"cards": cards, "password": PASSWORD, "sign_in": resolve_url(settings.LOGIN_URL)},
    )
