"""Response headers that keep a page from being more than it is.

Django 5.2 has no middleware for the content policy yet (6.0 brings one); when we move there, this file goes.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

CONTENT_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data: blob:",  # pasted screenshots are previewed before they are sent
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)
# What no page of ours asks for, no script that slipped in can have either.
PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "microphone", "geolocation", "payment", "usb", "serial", "display-capture")
)


class SecurityHeaders:
    """Adds the content policy and its kin to every answer that does not bring a stricter one of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response
