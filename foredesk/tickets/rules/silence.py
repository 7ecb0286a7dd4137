"""How long IT may be silent, and when somebody is reminded of it."""

from datetime import timedelta

# An outage promises a word as often as this, day and night.
OUTAGE_SILENCE = timedelta(minutes=30)
# What waits for the customer, a supplier or a date may be silent for this many times its class's interval.
SLOWER_WHILE_WAITING = 3
