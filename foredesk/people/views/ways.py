""" "How you sign in": what lets somebody in, and changing it."""

from typing import Any
from urllib.parse import quote

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from foredesk.kit import clock, sealing
from foredesk.kit.access import allow, before_second_factor
from foredesk.kit.refusals import Refused

from .. import actions, proofs, queries, rules
from ..factor_forms import AppForm, CodeForm, NewPasskeyForm, PasskeyForm, PasskeyNameForm, PasswordForm, RemovalForm
from ..models import Person
from ..rules import PersonRequest

Kind = Authenticator.Type
_SECRET, _CODES_SHOWN = "app_secret", "codes_shown_until"
_CODES_SECONDS = 15 * 60


@before_second_factor
@allow(rules.is_customer)
@require_GET
def ways(request: PersonRequest) -> HttpResponse:
    factors = list(queries.second_factors(request.user))
    context = {
        "app": next((factor for factor in factors if factor.type == Kind.TOTP), None),
        "passkeys": [factor for factor in factors if factor.type == Kind.WEBAUTHN],
        "has_factor": bool(factors),
        "codes_left": queries.codes_left(request.user) if factors else 0,
        "has_password": request.user.has_usable_password(),
        "needed": queries.shortest_password(request.user),
        "provider_name": _provider_of(request.user),
        "must_add": rules.needs_second_factor(request.user) and not proofs.is_strong(request, request.user),
    }
    return render(request, "people/ways.html", context)


def _provider_of(person: Person) -> str:
    """The name of the provider that lets somebody in too; "" if none does."""
    return settings.OIDC_NAME if settings.OIDC_URL and queries.is_joined_to_provider(person) else ""


@before_second_factor
@allow(rules.is_customer)
@never_cache
def confirm(request: PersonRequest) -> HttpResponse:
    """ "Is it you?": before something changes, whoever sits there proves who they are, by any of their means."""
    person = request.user
    going_to = get_next_redirect_url(request) or "/account/how/"
    kinds = set(queries.second_factors(person).values_list("type", flat=True))
    forms = {
        # Whoever has a second factor shows that one: a password and a stolen session must not be enough to replace it.
        "password": PasswordForm(request.POST if "password" in request.POST and not kinds else None),
        "code": CodeForm(request.POST if "code" in request.POST else None, has_app=Kind.TOTP in kinds),
        "passkey": PasskeyForm(request.POST if "credential" in request.POST else None, person=person),
    }
    means = _proved(request, forms)
    if means:
        proofs.note(request, person, means, reauthenticated=True)
        return redirect(going_to)
    context = {
        "password_form": forms["password"] if person.has_usable_password() and not kinds else None,
        "code_form": forms["code"] if kinds else None,
        "passkey_form": forms["passkey"] if Kind.WEBAUTHN in kinds else None,
        "provider_name": _provider_of(person),
        "next": going_to,
    }
    return render(request, "people/confirm.html", context, status=422 if request.method == "POST" else 200)


def _proved(request: PersonRequest, forms: dict[str, Form]) -> str:
    """By what the person proved who they are; "" if they did not, and the form says why."""
    person = request.user
    if forms["password"].is_bound and forms["password"].is_valid():
        password = forms["password"].cleaned_data["password"]
        try:
            known = get_adapter().authenticate(request, email=person.email, password=password)
        except ValidationError as error:
            forms["password"].add_error("password", error)
        else:
            if known is not None and known.pk == person.pk:
                return "password"
            forms["password"].add_error("password", _("This is not your current password."))
    if spend_code(person, forms["code"]):
        return "mfa"
    if forms["passkey"].is_bound and forms["passkey"].is_valid():
        forms["passkey"].cleaned_data["credential"].record_usage()
        return "mfa"
    return ""


def spend_code(person: Any, form: Form) -> bool:
    """Whether the code in the form was good; it is used up then. If it was not, the form says why."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        if actions.use_code(person=person, code=form.cleaned_data["code"]):
            return True
        form.add_error("code", CodeForm.error_wrong)
    except Refused as refused:
        form.add_error("code", str(refused))
    return False


@before_second_factor
@allow(rules.is_customer)
@proofs.confirmed
@never_cache
def app(request: PersonRequest) -> HttpResponse:
    """Set up the app that shows six digits: a picture to scan, or the key to type."""
    if queries.second_factors(request.user).filter(type=Kind.TOTP).exists():
        return redirect("account_ways")
    sealed = request.session.setdefault(_SECRET, sealing.seal(generate_totp_secret()))
    secret = sealing.unseal(sealed)
    form = AppForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_app(
                by=request.user, secret=secret, code=form.cleaned_data["code"], session=_session_of(request)
            )
        except Refused as refused:
            form.add_error("code", str(refused))
        else:
            del request.session[_SECRET]
            messages.success(request, _("The app is set up."))
            return _after_adding(request, made)
    adapter = get_factor_adapter()
    context = {
        "form": form,
        "picture": mark_safe(_drawing(adapter.build_totp_svg(adapter.build_totp_url(request.user, secret)))),
        "key": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    return render(request, "people/app.html", context, status=422 if form.errors else 200)


def _drawing(svg: str) -> str:
    """The drawing without its XML head, which has no place inside a page."""
    return svg[svg.index("<svg") :]


@before_second_factor
@allow(rules.is_customer)
@proofs.confirmed
@never_cache
def new_passkey(request: PersonRequest) -> HttpResponse:
    form = NewPasskeyForm(request.POST or None, initial={"name": _("This device")})
    if request.method == "POST" and form.is_valid():
        made = actions.add_passkey(by=request.user, session=_session_of(request), **form.cleaned_data)
        messages.success(request, _("“%(name)s” now lets you in.") % {"name": form.cleaned_data["name"]})
        return _after_adding(request, made)
    return render(request, "people/passkey_new.html", {"form": form}, status=422 if form.errors else 200)


@before_second_factor
@allow(rules.is_customer)
@proofs.confirmed
@require_POST
def new_passkey_options(request: PersonRequest) -> HttpResponse:
    """What the browser needs to know to make a passkey for whoever is signed in."""
    return JsonResponse(webauthn.begin_registration(request.user, True))


@before_second_factor
@allow(rules.is_customer)
@proofs.confirmed
def passkey(request: PersonRequest, pk: int) -> HttpResponse:
    """Give a passkey another name."""
    one = get_object_or_404(queries.second_factors(request.user).filter(type=Kind.WEBAUTHN), pk=pk)
    form = PasskeyNameForm(request.POST or None, initial={"name": str(one)})
    if request.method == "POST" and form.is_valid():
        actions.rename_passkey(by=request.user, passkey=one, name=form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect("account_ways")
    return render(request, "people/passkey.html", {"form": form, "passkey": one}, status=422 if form.errors else 200)


@before_second_factor
@allow(rules.is_customer)
@proofs.confirmed
@never_cache
def removal(request: PersonRequest, pk: int) -> HttpResponse:
    """Turn the app off, or forget a passkey; the last one asks for a password that can stand alone."""
    factors = queries.second_factors(request.user)
    one = get_object_or_404(factors, pk=pk)
    is_last = not factors.exclude(pk=pk).exists()
    typed = request.POST if request.method == "POST" else None
    form = RemovalForm(typed, person=request.user) if is_last else Form(typed)
    if form.is_valid():
        try:
            actions.remove_factor(by=request.user, factor=one, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("Done: it does not let anybody in any more."))
            return redirect("account_ways")
    context = {
        "form": form,
        "factor": one,
        "is_app": one.type == Kind.TOTP,
        "is_last": is_last,
        "is_needed": is_last and rules.needs_second_factor(request.user),
    }
    return render(request, "people/removal.html", context, status=422 if form.errors else 200)


def _session_of(request: PersonRequest) -> str:
    return request.session.session_key or ""


def _after_adding(request: PersonRequest, made_codes: bool) -> HttpResponse:
    if not made_codes:
        return redirect("account_ways")
    show_codes(request)
    return redirect("account_codes")


def show_codes(request: PersonRequest) -> None:
    """Let this session see the recovery codes until it says that they are kept, or a quarter of an hour has gone."""
    request.session[_CODES_SHOWN] = clock.now().timestamp() + _CODES_SECONDS


@before_second_factor
@allow(rules.is_customer)
@never_cache
def codes(request: PersonRequest) -> HttpResponse:
    """The new recovery codes, once; afterwards how many are left."""
    if request.method == "POST":
        request.session.pop(_CODES_SHOWN, None)
        return redirect("account_ways")
    if not queries.has_second_factor(request.user):
        return redirect("account_ways")
    shown = request.session.get(_CODES_SHOWN, 0) > clock.now().timestamp()
    unused = queries.unused_codes(request.user) if shown else []
    spaced = [f"{code[:5]} {code[5:]}" for code in unused]
    intro = _("Recovery codes of %(email)s for %(organisation)s. Each works once.") % {
        "email": request.user.email,
        "organisation": queries.organisation_name(),
    }
    context = {
        "codes": spaced,
        "file": quote("\n".join([intro, "", *spaced, ""])),
        "left": queries.codes_left(request.user),
    }
    return render(request, "people/codes.html", context)


@before_second_factor
@allow(rules.is_customer)
@proofs.confirmed
def new_codes(request: PersonRequest) -> HttpResponse:
    """Make new recovery codes. A GET is the way back from “Is it you?”: the page asks to press once more."""
    if request.method != "POST":
        return redirect("account_codes")
    try:
        actions.make_codes(by=request.user)
    except Refused as refused:
        raise Http404 from refused
    show_codes(request)
    return redirect("account_codes")
