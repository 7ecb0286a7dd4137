"""What is typed, or said by a device, when somebody proves who they are or changes how."""

import json
from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from .account_forms import as_new_password, as_password
from .models import Person

_DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "none", "spellcheck": "false"}


class CodeForm(forms.Form):
    """Six digits of the app, or a recovery code."""

    code = forms.CharField(label=_("Six digits from the app on your phone"), max_length=40)
    error_wrong = _("These digits do not fit. They change every half minute: wait for the next ones and try again.")

    def __init__(self, *args: Any, has_app: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.widget.attrs.update({**_DIGITS, "class": "short"})
        if has_app:
            field.help_text = _("Phone not at hand? One of your recovery codes does it too.")
        else:
            field.label = _("One of your recovery codes")


class AppForm(forms.Form):
    code = forms.CharField(label=_("The six digits that the app shows now"), max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update({**_DIGITS, "class": "short"})


class PasswordForm(forms.Form):
    """The present password, once more."""

    password = forms.CharField(widget=forms.PasswordInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_password(self.fields["password"], _("Your password"), "current-password")


class FirstStepsForm(forms.Form):
    """Somebody who was invited chooses a password."""

    password = forms.CharField(widget=forms.PasswordInput)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        as_new_password(self.fields["password"], _("Your password"), person)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password


class RemovalForm(forms.Form):
    """Before the last second factor goes: the present password, and a longer one if that cannot stand alone."""

    password = forms.CharField(widget=forms.PasswordInput)
    new_password = forms.CharField(widget=forms.PasswordInput, required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_new_password(self.fields["new_password"], _("A new password"), None)
        if person.has_usable_password():
            as_password(self.fields["password"], _("Your password"), "current-password")
            self.fields["new_password"].help_text = _(
                "Only if yours has fewer than %(needed)s characters: alone it has to be longer."
            ) % {"needed": settings.PASSWORD_LENGTH}
        else:
            del self.fields["password"]
            self.fields["new_password"].required = True


class _CredentialForm(forms.Form):
    """What the browser hands over after it has asked the device (people/passkeys.js)."""

    credential = forms.JSONField(widget=forms.HiddenInput)

    def checked_origin(self) -> dict[str, Any]:
        """The credential, if it was made on our own address (WebAuthn level 2, sections 7.1 step 9 and 7.2 step 13).

        allauth compares with the host name only: a page on another port or below our name would do.
        """
        credential = self.cleaned_data["credential"]
        try:
            said = json.loads(urlsafe_b64decode(credential["response"]["clientDataJSON"] + "==="))
            origin = urlsplit(said["origin"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise forms.ValidationError(_WRONG) from error
        ours = urlsplit(settings.BASE_URL)
        if (origin.scheme, origin.netloc) != (ours.scheme, ours.netloc):
            raise forms.ValidationError(_WRONG)
        return dict(credential)


_WRONG = _("That did not work. Please try again.")


class NewPasskeyForm(_CredentialForm):
    name = forms.CharField(
        label=_("What do you call this device?"),
        max_length=60,
        help_text=_("So that you recognise it in your list: “My laptop”, “Phone”."),
    )
    field_order = ["name", "credential"]

    def clean_credential(self) -> dict[str, Any]:
        credential = self.checked_origin()
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(credential)
        return credential


class PasskeyNameForm(forms.Form):
    name = forms.CharField(label=_("What do you call this device?"), max_length=60)


class PasskeyForm(_CredentialForm):
    """A passkey of `person`; of anybody, when nobody has said yet who they are. Cleans to the `Authenticator`."""

    def __init__(self, *args: Any, person: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_credential(self) -> Authenticator:
        credential = self.checked_origin()
        webauthn.parse_authentication_response(credential)
        person = self.person or webauthn.extract_user_from_response(credential)
        return webauthn.complete_authentication(person, credential)
