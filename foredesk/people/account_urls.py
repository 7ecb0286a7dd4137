"""The few addresses of allauth that Foredesk uses; signing up and managing addresses are not among them."""

from allauth.account import views
from allauth.usersessions.views import list_usersessions
from django.urls import include, path, re_path

from foredesk.kit.access import allow, before_second_factor, public

from .actions import PROVIDER
from .proofs import confirmed
from .rules import is_customer
from .views import entering, provider, ways

_how = [
    path("", ways.ways, name="account_ways"),
    path("app/", ways.app, name="account_app"),
    path("passkeys/new/", ways.new_passkey, name="account_new_passkey"),
    path("passkeys/new/options", ways.new_passkey_options, name="account_new_passkey_options"),
    path("passkeys/<int:pk>/", ways.passkey, name="account_passkey"),
    path("<int:pk>/removal/", ways.removal, name="account_removal"),
    path("codes/", ways.codes, name="account_codes"),
    path("codes/new/", ways.new_codes, name="account_new_codes"),
]

_provider = {"provider_id": PROVIDER}

urlpatterns = [
    path("provider/", provider.enter, _provider, name="openid_connect_login"),
    path("provider/back/", provider.back, _provider, name="openid_connect_callback"),
    path("how/", include(_how)),
    path("confirm/", ways.confirm, name="account_confirm"),
    path("second-step/", entering.second_step, name="mfa_authenticate"),
    path("passkey/", entering.passkey_sign_in, name="account_passkey_sign_in"),
    path("passkey/options", entering.passkey_options, name="account_passkey_options"),
    path("invitation/", entering.invitation, name="account_invitation"),
    path("invitation/options", entering.invitation_options, name="account_invitation_options"),
    path("invitation/<str:token>/", entering.invitation_link, name="account_invitation_link"),
    path("rescue/<str:token>/", entering.rescue, name="account_rescue"),
    path("sign-in/", public(views.login), name="account_login"),
    path("sign-out/", public(views.logout), name="account_logout"),
    path("inactive/", public(views.account_inactive), name="account_inactive"),
    path("password/", before_second_factor(allow(is_customer)(views.password_change)), name="account_change_password"),
    path(
        "password/first/",
        before_second_factor(allow(is_customer)(confirmed(views.password_set))),
        name="account_set_password",
    ),
    path("password/forgotten/", public(views.password_reset), name="account_reset_password"),
    path("password/forgotten/sent/", public(views.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("password/new/done/", public(views.password_reset_from_key_done), name="account_reset_password_from_key_done"),
    path("sessions/", before_second_factor(allow(is_customer)(list_usersessions)), name="usersessions_list"),
]
