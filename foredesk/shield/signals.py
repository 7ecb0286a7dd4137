"""What the shield tells whoever listens (webhooks, say), inside the transaction in which it happens.

Each is sent with `event`: a flat dict of plain values, ready to be sent as JSON. Its keys:

- `type`: "focus.begun", "focus.ended" or "shift.begun"; `id`: of the block or shift; `at`: the moment (ISO 8601, UTC)
- `person`, `name`: key and name of whose time it is
- `begins_at`, `ends_at` (ISO 8601, UTC): as planned; of "focus.ended", `ends_at` is when it really ended
- of a focus block also `shield`: names of those to turn to meanwhile, `announced`: project time of a team of one

No event tells of tickets: who listens may not be allowed to know of them.
"""

from django.dispatch import Signal

focus_begun = Signal()
focus_ended = Signal()
shift_begun = Signal()
