from .lanes import Load, Served, lane_in_order, load
from .usual import Usual, forget_usual_work, usual_work

__all__ = ["Load", "Served", "Usual", "forget_usual_work", "lane_in_order", "load", "usual_work"]
