from foredesk.kit.queue import periodic

from . import actions


@periodic(seconds=10)
def keep_time() -> None:
    """Focus begins and ends, and shifts begin, by themselves."""
    actions.keep_time()
    actions.tell_of_shifts()


@periodic(seconds=3600)
def lay_out() -> None:
    actions.lay_out()


@periodic(seconds=3600)
def let_go_of_reasons() -> None:
    actions.let_go_of_reasons()
