from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "foredesk.mail"

    def ready(self) -> None:
        from foredesk.people.rules import remark_on_people
        from foredesk.ui.navigation import Entry, register

        from . import queries, rules

        remark_on_people(queries.remark_on_address)
        register(
            Entry(
                place="desk",
                label=_("Outbox"),
                url_name="mail:outbox",
                icon="mail",
                order=80,
                allowed=rules.can_read_outbox,
                count=queries.failed_count,
                key="g o",
            )
        )
        register(
            Entry(
                place="you",
                label=_("News for you"),
                url_name="mail:news",
                icon="newspaper",
                order=10,
                allowed=rules.can_choose_ways,
                count=queries.unseen_count,
                most_told=queries.MOST_UNSEEN,
            )
        )
