"""What the catalogue tells the rooms above it. A receiver only enqueues."""

from django.dispatch import Signal

# A class has become private, or private to other teams. Sent with `service_class`, inside the transaction.
class_closed_off = Signal()
# The escalation path of a class, and of those that have none of their own below it, has changed. Sent with
# `service_class`, inside the transaction.
path_changed = Signal()
