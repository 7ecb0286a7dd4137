from django.urls import include, path

from .views import log, own

app_name = "mail"

_desk = [
    path("", log.outbox, name="outbox"),
    path("attempts", log.attempts, name="attempts"),
    path("addresses/clearing", log.clearing, name="clearing"),
    path("<int:pk>/", log.message, name="message"),
    path("<int:pk>/body", log.body, name="body"),
    path("<int:pk>/attempt", log.attempt, name="attempt"),
]

urlpatterns = [
    path("desk/outbox/", include(_desk)),
    path("you/news/", own.news, name="news"),
    path("you/news/<int:pk>/", own.piece, name="piece"),
    path("you/news/<int:pk>/body", own.piece_body, name="piece_body"),
    path("you/hearing/", own.choices, name="choices"),
]
