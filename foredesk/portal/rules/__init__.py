from .steps import KIND, LAST_LOOK, Step, next_step, number_of, step_before, step_named
from .words import FIELDS_OF, Understood, greeting, understood

__all__ = [
    "FIELDS_OF",
    "KIND",
    "LAST_LOOK",
    "Step",
    "Understood",
    "greeting",
    "next_step",
    "number_of",
    "step_before",
    "step_named",
    "understood",
]
