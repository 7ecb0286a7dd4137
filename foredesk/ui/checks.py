from typing import Any

from django.core.checks import Error
from django.urls import NoReverseMatch, reverse

from .navigation import registered


def navigation_leads_somewhere(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Every entry of the navigation has an address."""
    errors = []
    for entry in registered():
        try:
            reverse(entry.url_name)
        except NoReverseMatch:
            errors.append(
                Error(
                    f"The navigation entry “{entry.label}” leads to “{entry.url_name}”, which is no address.",
                    hint="Mend the url_name where the entry is registered (AppConfig.ready).",
                    id="ui.E001",
                )
            )
    return errors
