from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "foredesk.desk"

    def ready(self) -> None:
        from foredesk.people.rules import is_agent
        from foredesk.ui.navigation import Entry, register

        from .queries import counts_for, mine_for

        def place(label: object, name: str, icon: str, order: int, key: str, **more: object) -> None:
            register(
                Entry(
                    place="desk",
                    label=label,  # type: ignore[arg-type]
                    url_name=f"desk:{name}",
                    icon=icon,
                    order=order,
                    allowed=is_agent,
                    key=key,
                    **more,  # type: ignore[arg-type]
                )
            )

        place(_("Log a call"), "call", "phone", 0, "c", prominent=True)
        place(_("Today"), "today", "sun", 10, "g t", count=lambda person: counts_for(person).rapid)
        place(_("Deep dive"), "deep", "anchor", 20, "g d", count=lambda person: counts_for(person).deep)
        place(_("Mine"), "mine", "inbox", 30, "g m", count=mine_for)
        place(_("Waiting"), "waiting", "hourglass", 40, "g w", count=lambda person: counts_for(person).waiting)
        place(_("Silent soon"), "silent", "bell", 50, "g s", count=lambda person: counts_for(person).silent_soon)
        place(_("Everything"), "all", "archive", 60, "g a")
