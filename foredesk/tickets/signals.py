"""What a ticket tells the rooms above it, inside the transaction in which it happens. What takes time is enqueued."""

from django.dispatch import Signal

# A request has been sent, logged or split off. Sent with `ticket`, after everything that belongs to it is stored.
ticket_submitted = Signal()
# Something about a ticket was written: state, holder, class, size, lane, impact, promises. Sent with `ticket` and the
# names of the `fields`, once or more often in one action. Imports and other writes in bulk send nothing: who keeps rows
# beside tickets looks now and then for those it missed.
ticket_changed = Signal()
# Somebody of IT has a ticket open, told by their page every few seconds. Sent with `ticket` and `person`.
ticket_visited = Signal()
# Somebody of IT did something on a ticket that its record tells of. Sent with `ticket` and `by`.
ticket_acted = Signal()
# Somebody was asked to take a ticket on. Sent with `ticket`, `assignee`, `by` and `pierces` (why that is an emergency).
ticket_assigned = Signal()

# The words of these tickets (their numbers, `tickets`) are let go in this transaction.
words_let_go = Signal()
