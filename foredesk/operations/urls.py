"""Set-up, checklist, running and watching: what the administrators of an installation see."""

from django.urls import path

from .views import checklist

app_name = "operations"

urlpatterns = [
    path("desk/settings/checklist/", checklist.checklist, name="checklist"),
    path("desk/settings/mail/", checklist.mail, name="mail"),
]
