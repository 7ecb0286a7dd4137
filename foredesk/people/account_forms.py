"""allauth's forms in our words, and such that password managers know what to do with each field."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .models import Person
from .queries import shortest_password
from .rules import may_sign_in_locally

_LONG = _(
    "At least %(needed)s characters. Four or five words that have nothing to do with each other are easy to remember "
    "and hard to guess. No need for capitals, digits or signs."
)
_SHORT = _(
    "At least %(needed)s characters: that is enough, because something besides it is asked when you sign in. "
    "No need for capitals, digits or signs."
)


def _as_address(field: forms.Field, autocomplete: str) -> None:
    field.label = _("E-mail address")
    field.widget.attrs.update({"autocomplete": autocomplete, "inputmode": "email", "autocapitalize": "none"})
    field.widget.attrs.pop("placeholder", None)


def as_password(field: forms.Field, label: Any, autocomplete: str, help_text: Any = "") -> None:
    field.label, field.help_text = label, help_text
    field.widget.attrs.update({"autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false"})
    # foredesk/people/static/people/reveal.js puts a button for showing the password beside it.
    field.widget.attrs.update(
        {
            "data-reveal": _("Show"),
            "data-reveal-label": _("Show password"),
            "data-conceal": _("Hide"),
            "data-conceal-label": _("Hide password"),
        }
    )
    field.widget.attrs.pop("placeholder", None)


def as_new_password(field: forms.Field, label: Any, person: Person | None) -> None:
    """`person`: whose password it will be, where that is known: with a second factor a shorter one does."""
    needed = shortest_password(person)
    words = _LONG if needed == settings.PASSWORD_LENGTH else _SHORT
    as_password(field, label, "new-password", words % {"needed": needed})
    field.widget.attrs.update({"minlength": str(needed), "passwordrules": f"minlength: {needed};"})


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_address(self.fields["login"], "username")
        as_password(self.fields["password"], _("Password"), "current-password")
        remember = self.fields["remember"]
        remember.label = _("Stay signed in on this device for two weeks")
        remember.help_text = _("Leave this off on a device that others use too.")


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]
    users: list[Person]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _as_address(self.fields["email"], "username")

    def clean_email(self) -> str:
        email: str = super().clean_email()
        self.users = [person for person in self.users if may_sign_in_locally(person)]
        return email


class _OneNewPassword:
    """It can be shown while typing, so nobody has to type it twice."""

    fields: dict[str, forms.Field]
    user: Person | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        as_new_password(self.fields["password1"], _("New password"), self.user)


class NewPasswordForm(_OneNewPassword, ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class FirstPasswordForm(_OneNewPassword, SetPasswordForm):  # type: ignore[misc]
    pass


class OwnPasswordForm(_OneNewPassword, ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_password(self.fields["oldpassword"], _("Current password"), "current-password")
