"""What the people hear who see private requests."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from foredesk.mail.actions import post, render_mail
from foredesk.people.models import Person

from .models import ServiceClass


def tell_privacy(service_class: ServiceClass, people: Iterable[Person], *, by: Person, key: int) -> None:
    """Tell everybody in the teams, old and new, who sees requests of a class from now on, and whose doing it is.

    `key`: the event that it is about; it makes sure that each hears it once.
    """
    names = {"by": by.full_name, "kind": service_class.name}
    if service_class.is_private:
        teams = get_text_list([f"“{team.name}”" for team in service_class.teams.all()], _("and"))
        subject = _("Who sees “%(kind)s”") % names
        said = _("%(by)s decided: in IT, only %(teams)s see requests of the kind “%(kind)s”, old ones too.")
        intro = said % {**names, "teams": teams}
    else:
        subject = _("“%(kind)s” is no longer private") % names
        intro = _("%(by)s decided: everybody of IT sees requests of the kind “%(kind)s” now, old ones too.") % names
    context = {
        "subject": subject,
        "heading": subject,
        "intro": intro,
        "action_label": _("Open the desk"),
        "action_url": f"{settings.BASE_URL}{reverse('portal:home')}",
        "why": _("You get this because you are, or were, among those who see them: this is never changed unseen."),
    }
    text, html = render_mail("mail/frame", context)
    for person in people:
        if person.pk != by.pk:
            mail = f"class:{service_class.pk}:privacy:{key}:{person.pk}"
            post(to=person, kind="notice", key=mail, subject=subject, text=text, html=html)
