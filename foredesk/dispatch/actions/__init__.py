from .effort import act, add_up, correct_effort, forget_person, forget_sittings, measure_usual_work, sit
from .placing import place, place_those_missed, reorder
from .serving import serve_next, skip
from .skills import keep_skill, remove_skill

__all__ = [
    "act",
    "add_up",
    "correct_effort",
    "forget_person",
    "forget_sittings",
    "keep_skill",
    "measure_usual_work",
    "place",
    "place_those_missed",
    "remove_skill",
    "reorder",
    "serve_next",
    "sit",
    "skip",
]
