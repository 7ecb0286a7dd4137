"""Set-up, checklist, running and watching: what the administrators of an installation see."""

from django.urls import path

from .views import checklist, copies, privacy

app_name = "operations"

urlpatterns = [
    path("you/copies/", copies.own, name="own_copies"),
    path("you/copies/<int:pk>/", copies.page, name="copy"),
    path("you/copies/<int:pk>/file", copies.file, name="copy_file"),
    path("desk/settings/people/<int:pk>/copy", copies.of_person, name="copy_of_person"),
    path("desk/settings/privacy/", privacy.overview, name="privacy"),
    path("desk/settings/privacy/copies", copies.of_everything, name="copy_of_everything"),
    path("desk/settings/checklist/", checklist.checklist, name="checklist"),
    path("desk/settings/mail/", checklist.mail, name="mail"),
]
