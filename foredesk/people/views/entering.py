"""Ways in beside the password: the second step, a passkey alone, an invitation."""

from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from foredesk.kit.access import public
from foredesk.kit.refusals import Refused

from .. import actions, proofs, queries, rules
from ..enums import InvitationState
from ..factor_forms import CodeForm, FirstStepsForm, NewPasskeyForm, PasskeyForm
from ..models import Invitation, Person
from ..stages import SecondStep
from .ways import show_codes, spend_code

_INVITATION = "invitation"
_limited = ratelimit.decorator(app="allauth.mfa", action="webauthn_login")


@public
@login_stage_required(stage=SecondStep.key, redirect_urlname="account_login")
def second_step(request: HttpRequest) -> HttpResponse:
    """After the password: digits of the app, a recovery code, or a passkey."""
    stage = request._login_stage  # type: ignore[attr-defined]
    person = stage.login.user
    kinds = set(queries.second_factors(person).values_list("type", flat=True))
    code = CodeForm(request.POST if "code" in request.POST else None, has_app=Authenticator.Type.TOTP in kinds)
    passkey = PasskeyForm(request.POST if "credential" in request.POST else None, person=person)
    if spend_code(person, code) or _used(passkey):
        proofs.note(request, person, "mfa")
        return stage.exit()  # type: ignore[no-any-return]
    context = {"code_form": code, "passkey_form": passkey if Authenticator.Type.WEBAUTHN in kinds else None}
    return render(request, "people/second_step.html", context, status=422 if request.method == "POST" else 200)


@public
@_limited
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """What the browser needs to know to ask for a passkey: of whoever is half or wholly signed in, else of anybody."""
    stage = get_pending_stage(request)
    person = request.user if request.user.is_authenticated else stage.login.user if stage else None
    return JsonResponse(webauthn.begin_authentication(person))


@public
@_limited
@require_POST
def passkey_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a passkey and nothing else: it is the device and its owner in one."""
    form = PasskeyForm(request.POST, person=None)
    if not _used(form):
        messages.error(request, _("This passkey is not known here. Sign in with your password instead."))
        return redirect("account_login")
    person = form.cleaned_data["credential"].user
    proofs.note(request, person, "mfa", passwordless=True)
    return perform_login(request, Login(user=person, redirect_url=get_next_redirect_url(request)))  # type: ignore[no-any-return]


def _used(form: PasskeyForm) -> bool:
    if not form.is_bound or not form.is_valid():
        return False
    form.cleaned_data["credential"].record_usage()
    return True


@public
@never_cache
@require_GET
def invitation_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: the token goes from the address at once, so that no later request can give it away."""
    found = queries.invitation_of(token)
    if found and request.user.is_authenticated and request.user.pk != found.person_id:
        logout(request)
    request.session[_INVITATION] = found.pk if found else 0
    return redirect("account_invitation")


@public
@never_cache
def invitation(request: HttpRequest) -> HttpResponse:
    """Somebody who was invited chooses a password or a passkey, and is in."""
    found = queries.invitation_for(request.session.get(_INVITATION))
    state = rules.state_of(found) if found else InvitationState.EXPIRED
    if found is None or state != InvitationState.OPEN:
        status = 200 if request.method == "GET" else 409
        return render(request, "people/invitation_over.html", {"state": state, "invitation": found}, status=status)
    person = found.person
    if not rules.may_sign_in_locally(person):
        return render(request, "people/invitation_provider.html", {"person": person, "provider": settings.OIDC_NAME})
    with_passkey = not queries.has_second_factor(person)  # who has one proves it, and adds others from inside
    password = FirstStepsForm(request.POST if "password" in request.POST else None, person=person)
    passkey = NewPasskeyForm(request.POST if "credential" in request.POST else None, initial={"name": _("This device")})
    try:
        if password.is_bound and password.is_valid():
            actions.accept_invitation(invitation=found, password=password.cleaned_data["password"])
            return _enter(request, found, means="invitation")
        if with_passkey and passkey.is_bound and passkey.is_valid():
            actions.accept_invitation_with_passkey(invitation=found, **passkey.cleaned_data)
            show_codes(request)  # type: ignore[arg-type]
            return _enter(request, found, means="mfa", passwordless=True)
    except Refused:
        return redirect("account_invitation")
    context = {
        "person": person,
        "invitation": found,
        "password_form": password,
        "passkey_form": passkey if with_passkey else None,
    }
    return render(request, "people/invitation.html", context, status=422 if request.method == "POST" else 200)


@public
@require_POST
def invitation_options(request: HttpRequest) -> HttpResponse:
    """What the browser needs to know to make the first passkey of somebody who was invited."""
    found = queries.invitation_for(request.session.get(_INVITATION))
    if found is None or rules.state_of(found) != InvitationState.OPEN:
        return HttpResponse(status=409)
    return JsonResponse(webauthn.begin_registration(found.person, True))


def _enter(request: HttpRequest, accepted: Invitation, *, means: str, **more: Any) -> HttpResponse:
    del request.session[_INVITATION]
    person = Person.objects.get(pk=accepted.person_id)
    proofs.note(request, person, means, **more)
    address = "/account/how/codes/" if more else None
    return perform_login(request, Login(user=person, redirect_url=address))  # type: ignore[no-any-return]


@public
@never_cache
def rescue(request: HttpRequest, token: str) -> HttpResponse:
    """The link of `foredesk rescue`; opening it does nothing yet, so that nothing that looks ahead uses it up."""
    try:
        if request.method != "POST":
            return render(request, "people/rescue.html", {"person": actions.rescued_by(token)})
        person = actions.use_rescue_token(token=token)
    except Refused:
        return render(request, "people/rescue.html", {"person": None}, status=409)
    logout(request)
    proofs.note(request, person, "rescue")
    return perform_login(request, Login(user=person, redirect_url="/account/how/"))  # type: ignore[no-any-return]
