"""Where allauth asks Foredesk: nobody signs up, mails are secret, passwords are changed by an action."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from foredesk.kit import sealing

from . import actions, emails, proofs, rules
from .models import Person
from .queries import organisation_name


class SignInAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This address and password do not go together. Check both, or set a new password below."
        ),
        "too_many_login_attempts": _("That was a few tries too many. Wait five minutes, or set a new password."),
        "enter_current_password": _("This is not your current password."),
        "password_min_length": _("Use at least {0} characters."),
        "invalid_password_reset": _("This link has been used or is too old."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        return super().render_mail(
            template_prefix, email, context, headers={**(headers or {}), **emails.SECRET_HEADERS}
        )

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """Refuses whoever may not sign in, and a password where only the provider counts."""
        refused: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if refused or not isinstance(user, Person) or rules.may_sign_in_locally(user):
            return refused
        if proofs.is_by_provider(request, user):
            return None
        clear_login(request)
        said = _("Please sign in with %(provider)s: passwords of our own are for administrators only.")
        messages.error(request, said % {"provider": settings.OIDC_NAME})
        return redirect("account_login")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """As all links in mails: never by the host of the request, which anybody may choose."""
        return settings.BASE_URL + str(urlsplit(super().get_reset_password_from_key_url(key)).path)

    def get_login_stages(self) -> list[str]:
        return ["foredesk.people.stages.SecondStep"]

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Also called at a reset, when nobody is signed in: whoever holds the mailbox is the person."""
        if not isinstance(user, Person):
            raise TypeError(f"{user!r} is no person.")
        actions.change_password(by=user, person=user, password=password)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Agents begin at their desk, everybody else at the front door."""
        if isinstance(request.user, Person) and rules.is_agent(request.user):
            try:
                return reverse("desk:today")
            except NoReverseMatch:
                pass
        return super().get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_ways")


class FactorAdapter(DefaultMFAAdapter):
    """What allauth.mfa stores is sealed; a passkey belongs to the one address that FOREDESK_URL names."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("That did not work. Please try again."),
    }

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return organisation_name()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Not the host of the request: behind a proxy that may be another, and anybody may send any."""
        return {"id": str(urlsplit(settings.BASE_URL).hostname), "name": organisation_name()}
