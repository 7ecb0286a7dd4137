from django.urls import path

from . import views

app_name = "dispatch"

urlpatterns = [
    path("", views.order, name="order"),
    path("skills/new/", views.new_skill, name="new_skill"),
    path("skills/<int:pk>/", views.skill, name="skill"),
    path("skills/<int:pk>/removal", views.skill_removal, name="skill_removal"),
]
