from django.urls import path

from . import views

app_name = "mail"
urlpatterns = [
    path("", views.outbox, name="outbox"),
    path("attempts", views.attempts, name="attempts"),
    path("<int:pk>/", views.message, name="message"),
    path("<int:pk>/body", views.body, name="body"),
    path("<int:pk>/attempt", views.attempt, name="attempt"),
]
