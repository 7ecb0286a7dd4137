from foredesk.kit.queue import periodic

from . import actions


@periodic(seconds=2)
def file_mails() -> None:
    """File what came in; at most so many in one go, about ten seconds’ worth, that other jobs have their turn."""
    actions.file_waiting(most=1000)
