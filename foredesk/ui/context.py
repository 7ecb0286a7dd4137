from typing import Any

from django.conf import settings
from django.http import HttpRequest

from .navigation import Navigation


def shell(request: HttpRequest) -> dict[str, Any]:
    """What every page's shell needs; the navigation costs nothing until a template shows it."""
    return {
        "navigation": Navigation(request),
        "demo": settings.DEMO,
    }
