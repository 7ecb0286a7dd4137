"""What people are told about swaps. To somebody in focus it comes afterwards, as all notices do."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from foredesk.mail.actions import post, render_mail
from foredesk.mail.enums import Topic
from foredesk.people.models import Person
from foredesk.people.queries import zone_for

from .models import Swap
from .rules.wording import span_words


def tell_asked(swap: Swap) -> None:
    """Ask by mail, with the times as the clock of whoever is asked shows them."""
    with timezone.override(zone_for(swap.asked_of)):
        words = _words(swap)
        intro = _("%(asker)s asks whether you hold the rapid desk on %(shift)s.") % words
        if swap.in_return is not None:
            intro = (
                _("%(asker)s asks whether you hold the rapid desk on %(shift)s, and takes %(return)s for you.") % words
            )
        subject = _("%(asker)s asks to swap: %(shift)s") % words
        _tell(swap, swap.asked_of, "asked", subject, intro, _("Answer on the page"))


def tell_answered(swap: Swap) -> None:
    with timezone.override(zone_for(swap.asked_by)):
        words = _words(swap)
        if swap.agreed:
            subject = _("Agreed: %(asked)s holds the rapid desk on %(shift)s") % words
        else:
            subject = _("%(asked)s cannot hold the rapid desk on %(shift)s") % words
        _tell(swap, swap.asked_by, "answered", subject, f"{subject}.", _("See the roster"))


def _words(swap: Swap) -> dict[str, str]:
    given = swap.in_return
    return {
        "asker": swap.asked_by.full_name,
        "asked": swap.asked_of.full_name,
        "shift": span_words(swap.shift.begins_at, swap.shift.ends_at),
        "return": span_words(given.begins_at, given.ends_at) if given else "",
    }


def _tell(swap: Swap, person: Person, what: str, subject: str, intro: str, button: str) -> None:
    context = {
        "subject": subject,
        "heading": subject,
        "intro": intro,
        "action_label": button,
        "action_url": f"{settings.BASE_URL}{reverse('shield:shield')}#swaps",
        "why": _("You get this because it is about your own time at the rapid desk."),
    }
    text, html = render_mail("mail/frame", context)
    about = f"swap:{swap.pk}"
    post(
        to=person,
        kind="notice",
        key=f"{about}:{what}",
        subject=subject,
        text=text,
        html=html,
        about=about,
        topic=Topic.RUNNING,
    )
