from .history import known_of, known_of_all
from .promises import Promise, outlook_of, promise_of, promises_of, told_of
from .timelines import Timeline, timeline_of

__all__ = [
    "Promise",
    "Timeline",
    "known_of",
    "known_of_all",
    "outlook_of",
    "promise_of",
    "promises_of",
    "timeline_of",
    "told_of",
]
