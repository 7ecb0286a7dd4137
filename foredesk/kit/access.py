"""Who may open a page. Every view declares it; a view that declares nothing stays shut."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

# A rule is asked with the signed-in person; the kit knows no model, so the type stays open here.
Rule = Callable[[Any], bool]
View = Callable[..., HttpResponseBase]
AnyView = TypeVar("AnyView", bound=Callable[..., Any])

# Views we do not own and cannot decorate, by module. The sign-in pages are not here: they are declared
# where they are wired (foredesk/people/account_urls.py).
OPEN_MODULES = frozenset({"django.contrib.staticfiles.views"})


def allow(rule: Rule) -> Callable[[View], View]:
    """Open a view to signed-in people for whom `rule(person)` holds. Goes outermost.

    Nobody signed in: to the sign-in page and back. Signed in, but not allowed: 404, as if there were nothing.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            if not rule(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.access_rule = rule  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: AnyView) -> AnyView:
    """Declare that a view is open to everybody, signed in or not."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return view(request, *args, **kwargs)

    opened.access_rule = None  # type: ignore[attr-defined]
    return opened  # type: ignore[return-value]


def before_second_factor(view: AnyView) -> AnyView:
    """Declare that a view opens for administrators who have no second factor yet: the steps that lead to one."""
    view.before_second_factor = True  # type: ignore[attr-defined]
    return view


def opens_before_second_factor(view: Callable[..., Any]) -> bool:
    """Whether a view says so; what is open to everybody needs no second factor either."""
    return bool(getattr(view, "before_second_factor", False)) or (is_declared(view) and rule_of(view) is None)


def is_declared(view: Callable[..., Any]) -> bool:
    """Whether a view says who may open it (for the middleware, and for the test that walks all addresses)."""
    return hasattr(view, "access_rule") or getattr(view, "__module__", "") in OPEN_MODULES


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """The rule of a view declared by `allow`; None for a public one."""
    rule: Rule | None = getattr(view, "access_rule", None)
    return rule


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send an unknown visitor to the sign-in page, from where they come back to the page they were on.

    A script's request (htmx, autosave) gets 401, because it would take a redirect for its answer.
    """
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': _way_back(request)})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return HttpResponse(status=401)
    return HttpResponseRedirect(address)


def _way_back(request: HttpRequest) -> str:
    """The page to return to: never the address of a form's submission, which cannot be opened."""
    if request.headers.get("HX-Request") == "true":
        seen = request.headers.get("HX-Current-URL", "")
    elif request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    else:
        seen = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(seen, {request.get_host()}, require_https=request.is_secure()):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    page = urlsplit(seen)
    return f"{page.path}?{page.query}" if page.query else page.path


class RefuseUndeclared:
    """Middleware: a view that declares neither `allow` nor `public` is not shown to anybody.

    Raises ImproperlyConfigured where people develop and test (setting UNDECLARED_VIEWS_RAISE), else 404.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        if is_declared(view):
            return
        if getattr(settings, "UNDECLARED_VIEWS_RAISE", settings.DEBUG):
            name = f"{getattr(view, '__module__', '?')}.{getattr(view, '__qualname__', view)}"
            raise ImproperlyConfigured(f"{name} does not say who may open it: decorate it with @allow or @public.")
        raise Http404
