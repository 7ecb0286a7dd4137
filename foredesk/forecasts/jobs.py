"""What happens to promises by itself. All of it works on many rows at once and may run twice."""

from foredesk.kit.queue import periodic

from .actions import (
    count_outcomes,
    draw_curves,
    forecast_all_steps,
    learn,
    promise_missing,
    renew_promises,
)


@periodic(seconds=5 * 60)
def requote() -> int:
    """Renew promises that are about to be missed, and promise what has no promise; returns how many are new."""
    return renew_promises() + promise_missing()


@periodic(seconds=5 * 60)
def find_outcomes() -> None:
    """What became of promises, and the levels that follow from it."""
    learn()


@periodic(seconds=60 * 60)
def draw() -> None:
    """The curves of all classes, and the figures of the calibration page."""
    draw_curves()
    count_outcomes()


@periodic(seconds=60 * 60)
def look_at_timelines() -> None:
    """The dates of steps ahead, promised anew before they are missed."""
    forecast_all_steps()
