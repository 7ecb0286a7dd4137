from .focus import begin, end_focus, extend_focus, finish, keep_time, plan_focus, start_focus
from .piercing import Emergency, add_note, assign, hold_assignment
from .roster import (
    add_absence,
    add_slot,
    answer_swap,
    ask_to_swap,
    lay_out,
    remove_absence,
    remove_slot,
    share_between_two,
    take_back_swap,
    tell_of_shifts,
)
from .settling import define_emergency, end_feed, forget_person, let_go_of_reasons, make_feed

__all__ = [
    "Emergency",
    "add_absence",
    "add_note",
    "add_slot",
    "answer_swap",
    "ask_to_swap",
    "assign",
    "begin",
    "define_emergency",
    "end_feed",
    "end_focus",
    "extend_focus",
    "finish",
    "forget_person",
    "hold_assignment",
    "keep_time",
    "lay_out",
    "let_go_of_reasons",
    "make_feed",
    "plan_focus",
    "remove_absence",
    "remove_slot",
    "share_between_two",
    "start_focus",
    "take_back_swap",
    "tell_of_shifts",
]
