"""Set-up, checklist, running and watching: what the administrators of an installation see."""

from django.urls import URLPattern, URLResolver

app_name = "operations"

urlpatterns: list[URLPattern | URLResolver] = []
