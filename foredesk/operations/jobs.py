"""What every worker does for the queue itself."""

from foredesk.kit.queue import periodic
from foredesk.operations import actions


@periodic(seconds=20)
def rescue_abandoned_tasks() -> None:
    actions.rescue_abandoned()


@periodic(seconds=300)
def back_up_nightly() -> None:
    actions.queue_nightly_backup()


@periodic(seconds=600)
def prune_remembered() -> None:
    actions.prune_cache()


@periodic(seconds=3600)
def prune_finished_tasks() -> None:
    actions.prune_finished()


@periodic(seconds=3600)
def forget_copies() -> None:
    actions.forget_copies()


@periodic(seconds=3600)
def forget_imported_files() -> None:
    actions.forget_files()
