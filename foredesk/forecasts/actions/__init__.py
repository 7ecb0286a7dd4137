from .giving import follow_change, promise_anew, promise_first
from .learning import count_outcomes, draw_curves, learn
from .renewing import promise_missing, renew_promises

__all__ = [
    "count_outcomes",
    "draw_curves",
    "follow_change",
    "learn",
    "promise_anew",
    "promise_first",
    "promise_missing",
    "renew_promises",
]
