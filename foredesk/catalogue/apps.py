from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "foredesk.catalogue"

    def ready(self) -> None:
        from foredesk.mail.rules import hide_scopes
        from foredesk.people.rules import keep_secrets
        from foredesk.ui.navigation import Entry, register

        from .queries import private_names, scopes_hidden_from
        from .rules import can_manage_catalogue

        hide_scopes(scopes_hidden_from)
        keep_secrets(private_names)

        places = (
            (_("Kinds of requests"), "catalogue:classes", "layers", 60),
            (_("Lanes"), "catalogue:lanes", "split", 70),
            (_("Canned replies"), "catalogue:replies", "message-square-text", 80),
        )
        for label, url_name, icon, order in places:
            register(
                Entry(
                    place="settings",
                    label=label,
                    url_name=url_name,
                    icon=icon,
                    order=order,
                    allowed=can_manage_catalogue,
                )
            )
