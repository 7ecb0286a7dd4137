"""All addresses. Nothing decides here; each room brings its own."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("foredesk.people.account_urls")),
    path("", include("foredesk.people.urls")),
    path("desk/settings/calendars/", include("foredesk.calendars.urls")),
    path("desk/settings/mailboxes/", include("foredesk.intake.mailbox_urls")),
    path("desk/settings/", include("foredesk.catalogue.urls")),
    path("", include("foredesk.operations.urls")),
    path("", include("foredesk.mail.urls")),
    path("", include("foredesk.intake.urls")),
    path("desk/order/", include("foredesk.dispatch.urls")),
    path("desk/", include("foredesk.triage.urls")),
    path("desk/shield/", include("foredesk.shield.urls")),
    path("", include("foredesk.forecasts.urls")),
    path("desk/", include("foredesk.desk.urls")),
    path("", include("foredesk.portal.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("foredesk.demo.urls")))
