"""What is still missing, and whether mail goes out: pages for administrators."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from foredesk.kit.access import allow
from foredesk.mail.actions import run_self_test
from foredesk.mail.queries import last_self_test, last_sent
from foredesk.people.rules import PersonRequest, is_administrator

from ..queries.checklist import findings, forget_count
from ..queries.findings import Weight


@allow(is_administrator)
@require_GET
def checklist(request: PersonRequest) -> HttpResponse:
    forget_count()
    found = findings()
    missing = [one for one in found if not one.is_fine]
    context = {
        "serious": [one for one in missing if one.weight >= Weight.SERIOUS],
        "advice": [one for one in missing if one.weight < Weight.SERIOUS],
        "fine": [one for one in found if one.is_fine],
        "seen": _seen(request),
    }
    return render(request, "operations/checklist.html", context)


def _seen(request: PersonRequest) -> dict[str, object]:
    """How this very request came: what a proxy in front did to it."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return {
        "host": request.get_host(),
        "scheme": request.headers.get("X-Forwarded-Proto", ""),
        "hops": len(forwarded.split(",")) if forwarded else 0,
        "trusted": settings.ALLAUTH_TRUSTED_PROXY_COUNT,
    }


@allow(is_administrator)
def mail(request: PersonRequest) -> HttpResponse:
    """How mail leaves the house; POST really sends one to whoever asks, step by step."""
    steps = run_self_test(by=request.user) if request.method == "POST" and settings.MAIL_TRANSPORT == "smtp" else []
    forget_count()
    return render(request, "operations/mail.html", {"steps": steps, **mail_facts()})


def mail_facts() -> dict[str, object]:
    """What the settings say about mail, without the password."""
    encryption = "at_once" if settings.EMAIL_USE_SSL else "starttls" if settings.EMAIL_USE_TLS else ""
    return {
        "kept": settings.MAIL_TRANSPORT == "kept",
        "host": settings.EMAIL_HOST,
        "port": settings.EMAIL_PORT,
        "encryption": encryption,
        "sign_in_as": settings.EMAIL_HOST_USER,
        "sender": settings.DEFAULT_FROM_EMAIL,
        "last_sent": last_sent(),
        "last_test": last_self_test(),
    }
