from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "foredesk.operations"

    def ready(self) -> None:
        from foredesk.operations import checks  # noqa: F401 (registers the system checks)
        from foredesk.people.rules import is_administrator
        from foredesk.ui.navigation import Entry, register

        from .queries.checklist import serious_count
        from .queries.tasks import failed_tasks_count

        register(
            Entry(
                place="settings",
                label=_("Checklist"),
                url_name="operations:checklist",
                icon="list-checks",
                order=90,
                allowed=is_administrator,
                count=lambda _person: serious_count(),
            )
        )
        register(
            Entry(
                place="settings",
                label=_("Privacy"),
                url_name="operations:privacy",
                icon="shield-check",
                order=85,
                allowed=is_administrator,
            )
        )
        register(
            Entry(
                place="settings",
                label=_("Operations"),
                url_name="operations:watch",
                icon="activity",
                order=91,
                allowed=is_administrator,
                count=lambda _person: failed_tasks_count(),
            )
        )
        register(
            Entry(
                place="settings",
                label=_("Imports"),
                url_name="operations:imports",
                icon="file-input",
                order=94,
                allowed=is_administrator,
            )
        )
