"""The template library of this room: `{% load people %}`."""

import re

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from foredesk.activity.models import Event

register = template.Library()

# The first that fits counts: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """What a browser says about itself, in words that its owner recognises: “Firefox on Windows”."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if re.search(mark, user_agent)), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A device we do not recognise")


@register.simple_tag
def provider() -> dict[str, object] | None:
    """The provider that people sign in with (OpenID Connect): `name`, and whether `others` have passwords here."""
    if not settings.OIDC_URL:
        return None
    return {"name": settings.OIDC_NAME, "others": settings.LOCAL_SIGN_IN == "everybody"}


@register.filter
def deed(event: Event) -> str:
    """What was done to somebody, in words."""
    words = {
        "person:added": _("added"),
        "person:changed": _("changed the facts"),
        "person:profile:changed": _("changed their own profile"),
        "person:role:changed": _("changed the role"),
        "person:deactivated": _("switched off signing in"),
        "person:reactivated": _("switched on signing in"),
        "person:invited": _("sent an invitation"),
        "person:provider:joined": _("signed in with the provider for the first time"),
        "person:role:followed": _("changed the role, as the provider says"),
        "person:rescued": _("signed in with a link from the command line"),
        "person:rescue:made": _("made a link for signing in on the command line"),
        "person:invitation:accepted": _("followed the invitation"),
        "person:password:changed": _("chose a new password"),
        "person:app:added": _("set up the app that shows six digits"),
        "person:app:removed": _("turned the app off that shows six digits"),
        "person:passkey:added": _("added a device that lets them in"),
        "person:passkey:renamed": _("renamed a device that lets them in"),
        "person:passkey:removed": _("removed a device that let them in"),
        "person:codes:made": _("made new recovery codes"),
        "person:code:used": _("used a recovery code"),
        "person:factors:removed": _("let them begin again with signing in"),
    }
    return words.get(event.tag, event.tag)
