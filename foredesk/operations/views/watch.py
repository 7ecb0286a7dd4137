"""How the installation does, and the few things that an administrator does about it."""

from uuid import UUID

from django.contrib import messages
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

import foredesk
from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.rules import PersonRequest, is_administrator

from .. import actions
from ..queries.tasks import failed_tasks
from ..queries.watch import recent_runs, troubles, watch


@allow(is_administrator)
@require_safe
def page(request: PersonRequest) -> HttpResponse:
    """The whole page; asked for by htmx, the part of it that changes by itself."""
    seen = watch(request.user)
    context = {"seen": seen, "troubles": troubles(seen)}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "operations/parts/watch.html", context)
    context |= {
        "failed": failed_tasks(),
        "runs": recent_runs(),
        "version": foredesk.__version__,
        "database": {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor],
    }
    return render(request, "operations/watch.html", context)


@allow(is_administrator)
@require_POST
def retry(request: PersonRequest, task: UUID | None = None) -> HttpResponse:
    """Try one given-up task again, or all."""
    number = actions.retry_tasks(by=request.user, task=task)
    if number:
        said = ngettext("%(count)d task is queued again.", "%(count)d tasks are queued again.", number)
        messages.success(request, said % {"count": number})
    else:
        messages.info(request, _("There was nothing left to try again."))
    return redirect("operations:watch")


@allow(is_administrator)
@require_POST
def forget(request: PersonRequest, task: UUID) -> HttpResponse:
    if actions.forget_task(by=request.user, task=task):
        messages.success(request, _("The task is let go."))
    return redirect("operations:watch")


@allow(is_administrator)
@require_POST
def backup(request: PersonRequest) -> HttpResponse:
    """Have the worker take a backup now."""
    try:
        actions.queue_backup(by=request.user)
    except Refused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, _("The backup begins as soon as a worker is free. You may leave this page."))
    return redirect("operations:watch")
