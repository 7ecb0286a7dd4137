from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.html import escape
from django.utils.translation import gettext as _

from foredesk.people.models import Person

from .. import refusing
from ..enums import NotSent
from ..models import BadAddress, NoticeChoice, OutboxMessage, ThreadId


def forget_mails_about(tokens: Sequence[str]) -> None:
    """Empty the mails about these things, say "ticket:4812"; that they were sent, to whom and when, stays."""
    _empty(OutboxMessage.objects.filter(about__in=tokens))
    ThreadId.objects.filter(about__in=tokens).delete()


def forget_mails_to(*, person: Person, pseudonym: str) -> None:
    """Empty the mails to somebody, put the pseudonym's address in the place of theirs, and forget how they chose."""
    mails = OutboxMessage.objects.filter(Q(to=person.email) | Q(person=person))
    _empty(mails)
    mails.exclude(to="").update(to=pseudonym)
    OutboxMessage.objects.filter(Q(to=pseudonym) | Q(person=person)).update(to_name="", error="")
    BadAddress.objects.filter(address=person.email).delete()
    NoticeChoice.objects.filter(person=person).delete()


def replace_in_mails_about(*, tokens: Sequence[str], words: Sequence[str], by: str) -> None:
    """Put `by` for each of `words` in the mails about these things, as text and as HTML."""
    pairs = [(written, by) for word in words for written in {word, escape(word)}]
    holding = Q()
    for written, _by in pairs:
        holding |= Q(subject__contains=written) | Q(text__contains=written) | Q(html__contains=written)
    for mail in OutboxMessage.objects.filter(holding, about__in=tokens):
        changed = {name: getattr(mail, name) for name in ("subject", "text", "html", "sender")}
        for written, new in pairs:
            changed = {name: value.replace(written, new) for name, value in changed.items()}
        changed["subject"], changed["sender"] = changed["subject"][:250], changed["sender"][:200]
        OutboxMessage.objects.filter(pk=mail.pk).update(**changed)


def _empty(mails: QuerySet[OutboxMessage]) -> None:
    refusing.stop(mails, NotSent.LET_GO)
    mails.update(subject=_("(let go)"), text="", html="", headers={})
