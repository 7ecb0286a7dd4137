"""The few addresses of allauth that Foredesk uses; signing up and managing addresses are not among them."""

from allauth.account import views
from allauth.usersessions.views import list_usersessions
from django.urls import path, re_path

from foredesk.kit.access import allow, public

from .rules import is_customer

urlpatterns = [
    path("sign-in/", public(views.login), name="account_login"),
    path("sign-out/", public(views.logout), name="account_logout"),
    path("inactive/", public(views.account_inactive), name="account_inactive"),
    path("password/", allow(is_customer)(views.password_change), name="account_change_password"),
    path("password/first/", allow(is_customer)(views.password_set), name="account_set_password"),
    path("password/forgotten/", public(views.password_reset), name="account_reset_password"),
    path("password/forgotten/sent/", public(views.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("password/new/done/", public(views.password_reset_from_key_done), name="account_reset_password_from_key_done"),
    path("sessions/", allow(is_customer)(list_usersessions), name="usersessions_list"),
]
