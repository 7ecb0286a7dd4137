from ..effects import forecast_all_steps
from .giving import follow_change, promise_anew, promise_first
from .learning import count_outcomes, draw_curves, learn
from .renewing import promise_missing, renew_promises
from .timelines import add_step, change_step, finish_step, remove_step, take_step_up_again

__all__ = [
    "add_step",
    "change_step",
    "count_outcomes",
    "draw_curves",
    "finish_step",
    "follow_change",
    "forecast_all_steps",
    "learn",
    "promise_anew",
    "promise_first",
    "promise_missing",
    "remove_step",
    "renew_promises",
    "take_step_up_again",
]
