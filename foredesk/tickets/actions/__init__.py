from .closing import answer_solution, close_unanswered, offer_solution, remind, withdraw
from .conversing import add_note, keep_draft, reply, visit, write_as_customer
from .following import change_measure, follow, share_conversation, unfollow
from .forgetting import forget_person, hold_words, let_go_of_what_is_past
from .importing import LONGEST_WORDS, PastTicket, check_past, ids_here, import_tickets
from .interviewing import (
    attach_to_interview,
    choose_customer,
    detach_from_interview,
    discard_interview,
    log_call,
    name_held_up,
    save_answers,
    send_interview,
    skip_prompts,
    start_interview,
    unskip_prompt,
)
from .joining import merge, undo_merge
from .linking import link, make_part_of, take_out, unlink
from .privacy import close_off
from .splitting import split
from .understanding import confirm_restatement, correct_restatement, restate, skip_restatement, take_stance
from .working import assign, classify, hand_off, put_back, resume, set_impact, set_next_update, take, wait_for

__all__ = [
    "LONGEST_WORDS",
    "PastTicket",
    "add_note",
    "answer_solution",
    "assign",
    "attach_to_interview",
    "change_measure",
    "check_past",
    "choose_customer",
    "classify",
    "close_off",
    "close_unanswered",
    "confirm_restatement",
    "correct_restatement",
    "detach_from_interview",
    "discard_interview",
    "follow",
    "forget_person",
    "hand_off",
    "hold_words",
    "ids_here",
    "import_tickets",
    "keep_draft",
    "let_go_of_what_is_past",
    "link",
    "log_call",
    "make_part_of",
    "merge",
    "name_held_up",
    "offer_solution",
    "put_back",
    "remind",
    "reply",
    "restate",
    "resume",
    "save_answers",
    "send_interview",
    "set_impact",
    "set_next_update",
    "share_conversation",
    "skip_prompts",
    "skip_restatement",
    "split",
    "start_interview",
    "take",
    "take_out",
    "take_stance",
    "undo_merge",
    "unfollow",
    "unlink",
    "unskip_prompt",
    "visit",
    "wait_for",
    "withdraw",
    "write_as_customer",
]
