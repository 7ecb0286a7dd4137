from .lanes import Load, Offer, Served, lane_in_order, loads, next_for, offer, why_here
from .usual import Usual, forget_usual_work, usual_work
from .work import Work, effort_of

__all__ = [
    "Load",
    "Offer",
    "Served",
    "Usual",
    "Work",
    "effort_of",
    "forget_usual_work",
    "lane_in_order",
    "loads",
    "next_for",
    "offer",
    "usual_work",
    "why_here",
]
