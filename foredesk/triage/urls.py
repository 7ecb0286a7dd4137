from django.urls import path

from . import views

app_name = "triage"

urlpatterns = [
    path("settings/triage/", views.page, name="page"),
    path("tickets/<int:number>/suggestion", views.taken_over, name="taken_over"),
    path("tickets/<int:number>/suggestion/no", views.refused, name="refused"),
]
