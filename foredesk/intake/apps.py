from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "foredesk.intake"

    def ready(self) -> None:
        from foredesk.mail.rules import take_answers
        from foredesk.people.rules import is_administrator
        from foredesk.tickets.actions import hold_words
        from foredesk.tickets.rules.links import register_answer_links
        from foredesk.tickets.signals import words_let_go
        from foredesk.ui.navigation import Entry, register

        from . import queries
        from .models import Incoming
        from .rules.links import answer_url
        from .rules.permissions import can_read_incoming

        hold_words(Incoming, "ticket", ("subject", "text", "sender", "sender_name"))
        words_let_go.connect(_let_go, dispatch_uid="intake.let_go")
        register_answer_links(answer_url)
        take_answers(queries.answered_at)
        register(
            Entry(
                place="desk",
                label=_("Incoming mail"),
                url_name="intake:quarantine",
                icon="mail-open",
                order=79,
                allowed=can_read_incoming,
                count=queries.quarantine_count,
                key="g i",
            )
        )
        register(
            Entry(
                place="settings",
                label=_("Mailboxes"),
                url_name="mailboxes:mailboxes",
                icon="mailbox",
                order=82,
                allowed=is_administrator,
            )
        )


def _let_go(tickets: list[int], **_kwargs: Any) -> None:
    from .actions import forget_raw_mails_of

    forget_raw_mails_of(tickets)
