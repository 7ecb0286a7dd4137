from .lanes import Load, Offer, Served, lane_in_order, lanes_with_people, loads, next_for, offer, why_here
from .overview import ClassWork, Skipped, skills, skipped_by_reason, skipped_classes, usual_by_class
from .usual import Usual, usual_work
from .work import Work, effort_of

__all__ = [
    "ClassWork",
    "Load",
    "Offer",
    "Served",
    "Skipped",
    "Usual",
    "Work",
    "effort_of",
    "lane_in_order",
    "lanes_with_people",
    "loads",
    "next_for",
    "offer",
    "skills",
    "skipped_by_reason",
    "skipped_classes",
    "usual_by_class",
    "usual_work",
    "why_here",
]
