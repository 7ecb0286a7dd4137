"""What keeps the order true while time passes."""

from foredesk.kit.queue import periodic

from . import actions


@periodic(seconds=60)
def keep_in_order() -> None:
    """Place what came in bulk, let the others move with their age, and add up what was work."""
    actions.place_those_missed()
    actions.reorder()
    actions.add_up()


@periodic(seconds=60 * 60)
def measure() -> None:
    """How much work each class usually is."""
    actions.measure_usual_work()
    actions.forget_sittings()
