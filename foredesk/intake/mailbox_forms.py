from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foredesk.catalogue.models import ServiceClass
from foredesk.catalogue.queries import classes_in_use

from .enums import Security, SignIn
from .models import Mailbox
from .rules.providers import (
    GOOGLE_HOST,
    MICROSOFT_HOST,
    MICROSOFT_SCOPE,
    MICROSOFT_TOKENS,
    Fetching,
    Way,
    tenant_of,
    way_of,
)


class MailboxForm(forms.Form):
    address = forms.CharField(
        label=_("Address"),
        max_length=254,
        help_text=_("To which people write: “helpdesk@example.org”."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("As IT calls it: “Helpdesk”."))
    other_addresses = forms.CharField(
        label=_("Other addresses that lead there"),
        required=False,
        help_text=_("One on each line: former ones, and those of other languages."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    form_senders = forms.CharField(
        label=_("Addresses from which web forms write"),
        required=False,
        help_text=_("One on each line. The answer then goes to whom the form names (Reply-To), not to the form."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    service_class = forms.ModelChoiceField(
        label=_("What its requests are about"),
        queryset=ServiceClass.objects.none(),
        required=False,
        empty_label=_("Found out from the words"),
        help_text=_("Choose a kind when the address is for one thing only: “printing@example.org”."),
    )
    way = forms.ChoiceField(label=_("How does its mail come?"), choices=Way, widget=forms.RadioSelect)

    def __init__(self, *args: Any, mailbox: Mailbox | None = None, **kwargs: Any) -> None:
        if mailbox is not None:
            kwargs["initial"] = {
                "address": mailbox.address,
                "name": mailbox.name,
                "other_addresses": "\n".join(mailbox.other_addresses),
                "form_senders": "\n".join(mailbox.form_senders),
                "service_class": mailbox.service_class,
            }
        super().__init__(*args, **kwargs)
        self.fields["service_class"].queryset = classes_in_use()  # type: ignore[attr-defined]
        if mailbox is None:
            del self.fields["form_senders"]  # what is there on the first day is asked, what few need is offered later
        else:
            del self.fields["way"]  # asked once; then it has a page of its own

    @property
    def description(self) -> dict[str, Any]:
        return {
            "name": self.cleaned_data["name"],
            "address": self.cleaned_data["address"],
            "other_addresses": self.cleaned_data["other_addresses"].replace(",", " ").split(),
            "form_senders": self.cleaned_data.get("form_senders", "").replace(",", " ").split(),
            "service_class": self.cleaned_data["service_class"],
        }


def _secret(label: Any, help_text: Any = "") -> forms.CharField:
    """Never shown again: left empty, the present one stays."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, max_length=4000, help_text=help_text, widget=widget, strip=True)


class FetchingForm(forms.Form):
    """What is asked depends on who keeps the mailbox."""

    username = forms.CharField(
        label=_("User name"), max_length=200, help_text=_("Usually the address itself."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    host = forms.CharField(label=_("Server"), max_length=200, help_text=_("“imap.example.org”"))
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    security = forms.ChoiceField(label=_("Connection"), choices=Security, initial=Security.TLS)
    tenant = forms.RegexField(
        r"^[A-Za-z0-9.-]+$",
        label=_("Directory (tenant) ID"),
        max_length=100,
        help_text=_("In Microsoft Entra, on the page of the app registration."),
    )
    token_url = forms.URLField(label=_("Token address"), assume_scheme="https")
    client_id = forms.CharField(label=_("Application (client) ID"), max_length=200)
    client_secret = _secret(_("Client secret"))
    secret = _secret(_("Password"))
    scope = forms.CharField(label=_("Scope"), max_length=300, required=False)
    secret_expires_on = forms.DateField(
        label=_("It expires on"),
        required=False,
        help_text=_("You are told 30, 14 and 3 days before."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    folder = forms.CharField(label=_("Folder"), max_length=200, initial="INBOX")
    takes_old = forms.BooleanField(
        label=_("Take in what is there already"),
        required=False,
        help_text=_("Otherwise only what comes from now on. What is there stays there either way."),
    )

    ASKED = {
        Way.MICROSOFT: ("username", "tenant", "client_id", "client_secret"),
        Way.GOOGLE: ("username", "secret"),
        Way.SERVER: ("host", "port", "security", "username", "secret"),
        Way.TOKEN: (
            "host", "port", "security", "username", "token_url", "client_id", "client_secret", "secret", "scope",
        ),
    }  # fmt: skip
    ALWAYS = ("secret_expires_on", "folder", "takes_old")

    def __init__(self, *args: Any, mailbox: Mailbox, way: Way, **kwargs: Any) -> None:
        self.is_change = way_of(mailbox) == way
        kwargs["initial"] = _initial(mailbox) if self.is_change else {"username": mailbox.address}
        super().__init__(*args, **kwargs)
        self.way = way
        asked = (*self.ASKED[way], *self.ALWAYS)
        for name in [name for name in self.fields if name not in asked]:
            del self.fields[name]
        self.order_fields(asked)
        if way == Way.GOOGLE:
            self.fields["secret"].label = _("App password")
            self.fields["secret"].help_text = _("Made in the Google account under Security, 2-Step Verification.")
        if way == Way.TOKEN:
            self.fields["secret"].label = _("Refresh token")
            self.fields["secret"].required = False
            self.fields["secret"].help_text = _("Empty: the client signs in for itself (client credentials).")
        if self.is_change:
            for name in ("secret", "client_secret"):
                if name in self.fields and getattr(mailbox, name):
                    self.fields[name].required = False
                    self.fields[name].help_text = _("Kept, and never shown. Leave it empty to keep it as it is.")
        if mailbox.uid_validity is not None:
            del self.fields["takes_old"]  # decided by the first look
        self.took_old = mailbox.takes_old

    @property
    def fetching(self) -> Fetching:
        said = self.cleaned_data
        given = {name: said[name] for name in ("host", "port", "security", "token_url", "scope") if name in said}
        if self.way == Way.MICROSOFT:
            url = MICROSOFT_TOKENS % said["tenant"]
            given = {"host": MICROSOFT_HOST, "token_url": url, "scope": MICROSOFT_SCOPE}
        if self.way == Way.GOOGLE:
            given = {"host": GOOGLE_HOST}
        # Nothing typed keeps what is there, unless it belongs to another way than before.
        nothing = None if self.is_change else ""
        return Fetching(
            **given,
            username=said["username"],
            sign_in=SignIn.XOAUTH2 if self.way in {Way.MICROSOFT, Way.TOKEN} else SignIn.PASSWORD,
            secret=said.get("secret") or nothing,
            client_id=said.get("client_id", ""),
            client_secret=said.get("client_secret") or nothing,
            folder=said["folder"],
            takes_old=said.get("takes_old", self.took_old),
        )


def _initial(mailbox: Mailbox) -> dict[str, object]:
    shown = ("username", "host", "port", "security", "token_url", "client_id", "scope", "secret_expires_on", "folder")
    return {name: getattr(mailbox, name) for name in (*shown, "takes_old")} | {"tenant": tenant_of(mailbox)}
