from django.urls import path

from .views import answers, incoming, mails

app_name = "intake"
urlpatterns = [
    path("answer/<str:token>/", answers.answer, name="answer"),
    path("requests/<int:number>/mails/<int:pk>/", mails.mail, name="mail"),
    path("requests/<int:number>/mails/<int:pk>/body", mails.body, name="body"),
    path("requests/<int:number>/mails/<int:pk>/invitation", mails.invitation, name="invitation"),
    path("desk/tickets/<int:number>/mails/<int:pk>/raw", mails.raw, name="raw"),
    path("desk/tickets/<int:number>/mails/<int:pk>/outsider", mails.outsider, name="outsider"),
    path("desk/incoming/", incoming.log, name="log"),
    path("desk/incoming/<int:pk>/", incoming.mail, name="incoming"),
    path("desk/incoming/<int:pk>/body", incoming.body, name="incoming_body"),
    path("desk/incoming/<int:pk>/raw", incoming.raw, name="incoming_raw"),
    path("desk/incoming/<int:pk>/attempt", incoming.attempt, name="attempt"),
    path("desk/incoming/<int:pk>/aside", incoming.aside, name="aside"),
    path("desk/incoming/<int:pk>/request", incoming.made_request, name="made_request"),
    path("desk/quarantine/", incoming.quarantine, name="quarantine"),
    path("desk/quarantine/attempts", incoming.attempts, name="attempts"),
]
