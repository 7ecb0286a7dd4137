"""Deny by default: declared views open to whom they say, undeclared ones to nobody."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from foredesk.kit.access import RefuseUndeclared, allow, is_declared, public, rule_of


class Visitor:
    is_authenticated = True


def yes(person: Any) -> bool:
    return True


def no(person: Any) -> bool:
    return False


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello")


def _request(user: object, method: str = "get", path: str = "/somewhere/?page=2", **headers: str) -> HttpRequest:
    request = getattr(RequestFactory(), method)(path, headers=headers)
    request.user = user
    return request


def test_whoever_the_rule_allows_sees_the_page() -> None:
    assert allow(yes)(hello)(_request(Visitor())).content == b"hello"


def test_whoever_it_does_not_allow_finds_nothing() -> None:
    with pytest.raises(Http404):
        allow(no)(hello)(_request(Visitor()))


def test_a_stranger_signs_in_and_comes_back() -> None:
    response = allow(yes)(hello)(_request(AnonymousUser()))
    assert response.status_code == 302
    assert response["Location"] == "/account/sign-in/?next=%2Fsomewhere%2F%3Fpage%3D2"


def test_a_form_sent_by_a_stranger_leads_back_to_its_page_not_to_its_address() -> None:
    request = _request(AnonymousUser(), "post", "/requests/7/closure", Referer="http://testserver/requests/7/")
    assert allow(yes)(hello)(request)["Location"] == "/account/sign-in/?next=%2Frequests%2F7%2F"


def test_nobody_is_sent_to_a_foreign_page_after_signing_in() -> None:
    request = _request(AnonymousUser(), "post", "/requests/7/closure", Referer="https://evil.example/")
    assert "evil" not in allow(yes)(hello)(request)["Location"]


def test_a_partial_sends_the_whole_window_to_sign_in() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/tickets/7/"}
    response = allow(yes)(hello)(_request(AnonymousUser(), **headers))
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/account/sign-in/?next=%2Fdesk%2Ftickets%2F7%2F"


def test_a_script_is_told_that_it_failed() -> None:
    request = _request(AnonymousUser(), "post", **{"Sec-Fetch-Mode": "cors"})
    assert allow(yes)(hello)(request).status_code == 401


def test_declarations_can_be_read() -> None:
    assert rule_of(allow(no)(hello)) is no
    assert rule_of(public(hello)) is None
    assert is_declared(public(hello)) and is_declared(allow(yes)(hello)) and not is_declared(hello)


def test_public_views_open_to_everybody() -> None:
    assert public(hello)(_request(AnonymousUser())).content == b"hello"


def test_an_undeclared_view_is_an_error_here_and_nothing_elsewhere(settings: Any) -> None:
    door = RefuseUndeclared(hello)
    request = _request(Visitor())
    settings.UNDECLARED_VIEWS_RAISE = True
    with pytest.raises(ImproperlyConfigured, match="hello does not say who may open it"):
        door.process_view(request, hello, (), {})
    settings.UNDECLARED_VIEWS_RAISE = False
    with pytest.raises(Http404):
        door.process_view(request, hello, (), {})
    assert door.process_view(request, public(hello), (), {}) is None
    assert door(request).content == b"hello"
