"""Bringing in files: choose one, say what its columns are, try it, bring it in. For administrators."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from foredesk.kit.access import allow
from foredesk.kit.refusals import Refused
from foredesk.people.rules import PersonRequest, is_administrator

from .. import actions
from ..enums import RunState
from ..forms.imports import FileForm, MapForm
from ..importing.background import target_of
from ..importing.fields import Target
from ..models import Run
from ..queries.imports import imports_open_to, is_under_way, pace_of


@allow(is_administrator)
def import_list(request: PersonRequest) -> HttpResponse:
    """What was brought in so far, and the form for another file."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            run = actions.begin_import(
                by=request.user, target=Target(told["target"]), upload=told["file"], encoding=told["encoding"]
            )
        except Refused as refused:
            form.add_error(refused.field or None, str(refused))
        else:
            return redirect("operations:import", pk=run.pk)
    context = {"form": form, "runs": imports_open_to(request.user)[:50]}
    return render(request, "operations/imports/list.html", context, status=422 if form.errors else 200)


@allow(is_administrator)
@require_GET
def import_page(request: PersonRequest, pk: int) -> HttpResponse:
    """One import where it stands: its map, its progress or what came of it."""
    run = _import(request, pk)
    if request.headers.get("HX-Request") and is_under_way(run):
        return render(request, "operations/imports/progress.html", _context(run))
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Refresh": "true"})
    if run.state == RunState.DRAFT and run.path and (not run.report or "map" in request.GET):
        return render(request, "operations/imports/map.html", _context(run) | {"form": _map_form(run)})
    return render(request, "operations/imports/run.html", _context(run))


@allow(is_administrator)
@require_POST
def import_map(request: PersonRequest, pk: int) -> HttpResponse:
    """Say which column is what. With `look` only the samples are shown anew; else it is tried."""
    run = _import(request, pk)
    if is_under_way(run) or not run.path:
        raise Http404
    form = _map_form(run, request.POST)
    if "look" in request.GET:
        return render(request, "operations/imports/columns.html", _context(run) | {"form": form.as_typed()})
    if form.is_valid():
        try:
            actions.try_import(by=request.user, run=run, said=form.said())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("operations:import", pk=pk)
    return render(request, "operations/imports/map.html", _context(run) | {"form": form}, status=422)


@allow(is_administrator)
@require_POST
def import_start(request: PersonRequest, pk: int) -> HttpResponse:
    run = _import(request, pk)
    try:
        actions.start_import(by=request.user, run=run)
    except Refused as refused:
        return render(request, "operations/imports/run.html", _context(run) | {"refused": str(refused)}, status=422)
    return redirect("operations:import", pk=pk)


@allow(is_administrator)
@require_POST
def import_stop(request: PersonRequest, pk: int) -> HttpResponse:
    actions.stop_import(by=request.user, run=_import(request, pk))
    return redirect("operations:import", pk=pk)


@allow(is_administrator)
@require_GET
def import_refused(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The refused rows, to mend and bring again."""
    run = _import(request, pk)
    if not run.refused_path or not default_storage.exists(run.refused_path):
        raise Http404
    name = f"refused-{run.pk}.csv"
    return FileResponse(
        default_storage.open(run.refused_path, "rb"), as_attachment=True, filename=name, content_type="text/csv"
    )


def _import(request: PersonRequest, pk: int) -> Run:
    run = imports_open_to(request.user).filter(pk=pk).first()
    if run is None:
        raise Http404
    return run


def _map_form(run: Run, data: object = None) -> MapForm:
    return MapForm(target_of(run), run.options["columns"], run.options["map"], data)


def _context(run: Run) -> dict[str, object]:
    report = run.report
    return {
        "run": run,
        "report": report,
        "pace": pace_of(run),
        "is_people": target_of(run) == Target.PEOPLE,
        "under_way": is_under_way(run),
        "hidden": max(0, report.get("refused", 0) - len(report.get("refusals", []))),
    }
