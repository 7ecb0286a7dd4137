"""The queue in the database, whose tasks remember which request gave rise to them."""

from typing import Any

from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.compat import normalize_json

from .tracing import request_id

REQUEST = "request_id"  # beside the task's args and kwargs


class TracedBackend(DatabaseBackend):  # type: ignore[misc]  # the library's own types are not read
    """As the library's, with the id of the present request in the task's row."""

    def _task_to_db_task(self, task: Any, args: Any, kwargs: Any) -> Any:
        from django_tasks_db.models import DBTaskResult

        return DBTaskResult.objects.create(
            id=self._get_id(),
            args_kwargs={**normalize_json({"args": args, "kwargs": kwargs}), REQUEST: request_id()},
            priority=task.priority,
            task_path=task.module_path,
            queue_name=task.queue_name,
            run_after=task.run_after,
            backend_name=self.alias,
        )
