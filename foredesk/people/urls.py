from django.urls import include, path

from .views import manage, own, structure

app_name = "people"

_settings = [
    path("organisation/", structure.organisation, name="organisation"),
    path("people/", manage.people, name="people"),
    path("people/new/", manage.new_person, name="new_person"),
    path("people/<int:pk>/", manage.person, name="person"),
    path("people/<int:pk>/invitation", manage.invitation, name="invitation"),
    path("people/<int:pk>/new-beginning", manage.new_beginning, name="new_beginning"),
    path("people/invitations", manage.invitations, name="invitations"),
    path("people/<int:pk>/access", manage.access, name="access"),
    path("departments/", structure.departments, name="departments"),
    path("departments/new/", structure.new_department, name="new_department"),
    path("departments/<int:pk>/", structure.edit_department, name="edit_department"),
    path("sites/", structure.sites, name="sites"),
    path("sites/new/", structure.new_site, name="new_site"),
    path("sites/<int:pk>/", structure.edit_site, name="edit_site"),
    path("places/", structure.places, name="places"),
    path("places/new/", structure.new_place, name="new_place"),
    path("places/<int:pk>/", structure.edit_place, name="edit_place"),
    path("teams/", structure.teams, name="teams"),
    path("teams/new/", structure.new_team, name="new_team"),
    path("teams/<int:pk>/", structure.team, name="team"),
    path("teams/<int:pk>/removal", structure.team_removal, name="team_removal"),
    path("teams/<int:pk>/members", structure.members, name="members"),
    path("teams/<int:pk>/members/<int:person_pk>/removal", structure.member_removal, name="member_removal"),
]

urlpatterns = [
    path("you/", own.profile, name="profile"),
    path("department/", own.department, name="department"),
    path("department/<int:pk>/sharing", own.sharing, name="sharing"),
    path("people/colleagues", own.colleagues, name="colleagues"),
    path("desk/people/search", own.search, name="search"),
    path("desk/settings/", include(_settings)),
]
