from foredesk.kit.queue import periodic

from . import actions


@periodic(seconds=24 * 60 * 60)
def sweep() -> None:
    actions.sweep_attachments()
    actions.sweep_files()
