"""Set-up, checklist, running and watching: what the administrators of an installation see."""

from django.urls import path

from .views import checklist, copies, erasure, imports, privacy, retention, setup, watch

app_name = "operations"

urlpatterns = [
    path("you/copies/", copies.own, name="own_copies"),
    path("you/copies/<int:pk>/", copies.page, name="copy"),
    path("you/copies/<int:pk>/file", copies.file, name="copy_file"),
    path("desk/settings/people/<int:pk>/copy", copies.of_person, name="copy_of_person"),
    path("desk/settings/people/<int:pk>/erasure/", erasure.page, name="erasure"),
    path("desk/settings/privacy/kinds/<int:pk>/", retention.page, name="retention"),
    path("desk/settings/privacy/set-aside/", retention.set_aside, name="set_aside"),
    path("desk/settings/privacy/", privacy.overview, name="privacy"),
    path("desk/settings/privacy/copies", copies.of_everything, name="copy_of_everything"),
    path("setup/", setup.set_up, name="set_up"),
    path("setup/administrator/", setup.administrator, name="set_up_administrator"),
    path("setup/organisation/", setup.organisation, name="set_up_organisation"),
    path("setup/hours/", setup.hours, name="set_up_hours"),
    path("setup/kinds/", setup.kinds, name="set_up_kinds"),
    path("setup/mail/", setup.mail, name="set_up_mail"),
    path("setup/teams/", setup.teams, name="set_up_teams"),
    path("setup/request/", setup.request, name="set_up_request"),
    path("desk/settings/checklist/", checklist.checklist, name="checklist"),
    path("desk/settings/mail/", checklist.mail, name="mail"),
    path("desk/settings/operations/", watch.page, name="watch"),
    path("desk/settings/operations/backup", watch.backup, name="backup"),
    path("desk/settings/operations/tasks/again", watch.retry, name="tasks_retry"),
    path("desk/settings/operations/tasks/<uuid:task>/again", watch.retry, name="task_retry"),
    path("desk/settings/operations/tasks/<uuid:task>/removal", watch.forget, name="task_removal"),
    path("desk/settings/imports/", imports.import_list, name="imports"),
    path("desk/settings/imports/<int:pk>/", imports.import_page, name="import"),
    path("desk/settings/imports/<int:pk>/map", imports.import_map, name="import_map"),
    path("desk/settings/imports/<int:pk>/start", imports.import_start, name="import_start"),
    path("desk/settings/imports/<int:pk>/stop", imports.import_stop, name="import_stop"),
    path("desk/settings/imports/<int:pk>/refused.csv", imports.import_refused, name="import_refused"),
]
