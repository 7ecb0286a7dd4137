"""Several at once, for real: each on a connection, and so in a transaction, of its own."""

import threading
from collections.abc import Callable

from django.db import connection

from foredesk.kit.refusals import Refused


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run all acts at the same moment, each on a connection of its own; what each returned or refused."""
    start = threading.Barrier(len(acts))
    outcomes: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            outcomes[place] = act()
        except Refused as refused:
            outcomes[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes
