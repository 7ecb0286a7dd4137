from django.urls import path

from .views import mailboxes

app_name = "mailboxes"
urlpatterns = [
    path("", mailboxes.mailbox_list, name="mailboxes"),
    path("new/", mailboxes.new_mailbox, name="new"),
    path("<int:pk>/", mailboxes.mailbox_page, name="mailbox"),
    path("<int:pk>/way/", mailboxes.ways, name="ways"),
    path("<int:pk>/way/<slug:way>/", mailboxes.way, name="way"),
    path("<int:pk>/trial", mailboxes.trial, name="trial"),
    path("<int:pk>/pause", mailboxes.pause, name="pause"),
    path("<int:pk>/resumption", mailboxes.resumption, name="resumption"),
    path("<int:pk>/removal", mailboxes.removal, name="removal"),
]
