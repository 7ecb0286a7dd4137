"""How the mail of a mailbox comes, and what is known beforehand about those who keep mailboxes for others."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import Security, SignIn
from ..models import Mailbox

MICROSOFT_HOST, GOOGLE_HOST = "outlook.office365.com", "imap.gmail.com"
MICROSOFT_TOKENS = "https://login.microsoftonline.com/%s/oauth2/v2.0/token"
MICROSOFT_SCOPE = "https://outlook.office365.com/.default"


class Way(models.TextChoices):
    MICROSOFT = "microsoft", _("Fetched from Microsoft 365")
    GOOGLE = "google", _("Fetched from Google")
    SERVER = "server", _("Fetched from another server (IMAP)")
    TOKEN = "token", _("Fetched from another server that wants a token (XOAUTH2)")
    HANDED = "handed", _("Handed over by your own mail server")


@dataclass(frozen=True, kw_only=True)
class Fetching:
    """How a mailbox is fetched. A secret that is None stays what it is."""

    host: str
    port: int = 993
    security: str = Security.TLS
    username: str
    sign_in: str = SignIn.PASSWORD
    secret: str | None = None  # password, or refresh token
    token_url: str = ""
    client_id: str = ""
    client_secret: str | None = None
    scope: str = ""
    folder: str = "INBOX"
    takes_old: bool = False


def way_of(mailbox: Mailbox) -> Way:
    if not mailbox.host:
        return Way.HANDED
    if mailbox.sign_in == SignIn.XOAUTH2:
        return Way.MICROSOFT if mailbox.host == MICROSOFT_HOST else Way.TOKEN
    return Way.GOOGLE if mailbox.host == GOOGLE_HOST else Way.SERVER


def tenant_of(mailbox: Mailbox) -> str:
    """The directory in Microsoft's token address, "" without one."""
    before, _gap, after = MICROSOFT_TOKENS.partition("%s")
    url = mailbox.token_url
    return url[len(before) : -len(after)] if url.startswith(before) and url.endswith(after) else ""
