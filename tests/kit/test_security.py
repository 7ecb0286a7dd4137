"""The headers that keep a page from being more than it is."""

from django.http import HttpRequest, HttpResponse

from foredesk.kit.security import SecurityHeaders


def test_every_answer_gets_the_policy() -> None:
    answer = SecurityHeaders(lambda request: HttpResponse())(HttpRequest())
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_a_stricter_policy_of_a_view_stays() -> None:
    strict = HttpResponse(headers={"Content-Security-Policy": "sandbox"})
    assert SecurityHeaders(lambda request: strict)(HttpRequest()).headers["Content-Security-Policy"] == "sandbox"
