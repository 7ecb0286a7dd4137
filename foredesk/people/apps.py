from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "foredesk.people"

    def ready(self) -> None:
        from foredesk.ui.navigation import Entry, register

        from . import rules

        def entry(label: object, url_name: str, icon: str, order: int, allowed: object) -> None:
            register(
                Entry(place="settings", label=label, url_name=url_name, icon=icon, order=order, allowed=allowed)  # type: ignore[arg-type]
            )

        entry(_("Organisation"), "people:organisation", "landmark", 5, rules.can_manage_people)
        entry(_("People"), "people:people", "users", 10, rules.can_read_people)
        entry(_("Teams"), "people:teams", "users-round", 20, rules.can_manage_teams)
        entry(_("Departments"), "people:departments", "building-2", 30, rules.can_manage_people)
        entry(_("Sites"), "people:sites", "map", 40, rules.can_manage_people)
        entry(_("Places"), "people:places", "map-pin", 50, rules.can_manage_people)
        register(
            Entry(
                place="portal",
                label=_("Your department"),
                url_name="people:department",
                icon="building-2",
                order=60,
                allowed=rules.heads_a_department,
            )
        )
