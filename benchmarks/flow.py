"""How long the flow's rounds of the worker take: python -m benchmarks.flow, in a filled, migrated database.

Called by `make bench ARGS="--flow --large"`. OPEN tickets stay open; the others are closed, so that what is measured is
the order of OPEN among all.
"""

import time
from collections.abc import Callable
from datetime import timedelta

import django

OPEN = 10_000
ROUNDS = 5


def main() -> None:
    django.setup()
    from django.db.models import F

    from foredesk.dispatch.actions import place_those_missed, reorder
    from foredesk.dispatch.actions.placing import standing_of
    from foredesk.dispatch.models import Place
    from foredesk.dispatch.rules.order import in_order
    from foredesk.forecasts import actions as forecasts
    from foredesk.forecasts.jobs import requote
    from foredesk.kit import clock
    from foredesk.tickets.enums import TO_DO
    from foredesk.tickets.models import Ticket

    from .fill import settle

    open_ones = Ticket.objects.filter(state__in=TO_DO)
    last = open_ones.order_by("-pk").values_list("pk", flat=True)[OPEN]
    closed = {"state": "closed", "close_reason": "silent", "closed_at": F("solution_target")}
    open_ones.filter(pk__lte=last).update(**closed)
    Place.objects.all().delete()
    _timed(f"placing {OPEN:,} that came in bulk", place_those_missed)
    settle()
    print(f"{open_ones.count():,} open among {Ticket.objects.count():,}")

    def order() -> int:
        now = clock.now()
        return len(in_order(standing_of(one, now) for one in Place.objects.iterator(2_000)))

    for _round in range(ROUNDS):
        _timed("reading and ordering all of them", order)
    start = clock.now()
    for minute in range(1, ROUNDS + 1):
        with clock.at(start + timedelta(minutes=minute)):
            _timed("a minute later: ordering, and writing what moved", reorder)
    _timed("looking for what came or went in bulk", place_those_missed)
    _timed("drawing the curves of all classes", forecasts.draw_curves)
    _timed("promises for what came in bulk", forecasts.promise_missing)
    _timed("looking which promises need to be given anew", requote)
    with clock.at(start + timedelta(days=30)):
        _timed("thirty days later: giving all of them anew", requote)


def _timed(what: str, do: Callable[[], int]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    found = do()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"{what:52} {1000 * wall:8.0f} ms  {1000 * cpu:8.0f} ms of processor time here  {found:,}", flush=True)


if __name__ == "__main__":
    main()
