from foredesk.kit.queue import periodic

from . import actions


@periodic(seconds=24 * 60 * 60)
def sweep_files() -> None:
    actions.sweep_files()
