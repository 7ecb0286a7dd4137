"""Small files and what becomes of them."""

import io
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection

from foredesk.operations.importing.fields import Target
from foredesk.operations.importing.mapping import from_dict
from foredesk.operations.importing.reading import Source
from foredesk.operations.importing.running import Report, run
from foredesk.operations.importing.takers import taker_for
from foredesk.operations.importing.writing import RefusedFile

HEADER = "number,opened,closed,state,caller,mail,title,text"
COLUMNS = {
    "id": "number",
    "created": "opened",
    "closed": "closed",
    "state": "state",
    "customer_name": "caller",
    "customer_email": "mail",
    "subject": "title",
    "description": "text",
}
MAP: dict[str, Any] = {"source": "Old desk", "timezone": "UTC", "columns": COLUMNS}


def bring(
    text: str | bytes,
    *,
    target: Target = Target.TICKETS,
    said: dict[str, Any] | None = None,
    dry: bool = False,
    **more: Any,
) -> tuple[Report, str]:
    """The report of an import, and the file of what was refused."""
    mapping = from_dict(MAP if said is None else said, target)
    file = io.BytesIO(text.encode() if isinstance(text, str) else text)
    source = Source(file, encoding=mapping.encoding, delimiter=mapping.delimiter)
    out = io.StringIO()
    refused = RefusedFile(out, source.columns, mapping.used(), source.delimiter)
    by = more.pop("by", None)
    taker = taker_for(mapping, source.columns, by=by, dry=dry, newest=more.pop("newest", None))
    return run(source, taker, refused, **more), out.getvalue()


def rows(*lines: str) -> str:
    return "\n".join([HEADER, *lines]) + "\n"


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours, to see whether anything changed at all."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table in connection.introspection.table_names()
    }


def csv_file(folder: Path, text: str, name: str = "tickets.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
