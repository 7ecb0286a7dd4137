"""`foredesk simulate`: what other orders of work, and other numbers of seats, would have meant for customers."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from foredesk.catalogue.enums import LaneKey
from foredesk.dispatch.queries import lanes_with_people
from foredesk.dispatch.queries.history import jobs_of_log, past_jobs
from foredesk.dispatch.rules import simulation
from foredesk.dispatch.rules.drawing import bars
from foredesk.dispatch.rules.simulation import Choose, Help, Job, Outcome, busy, outcome, simulate
from foredesk.kit.refusals import Refused
from foredesk.ui.wording import working


class Command(BaseCommand):
    help = "Replay the desk's own history, or a log, under other orders of work and with other numbers of seats."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, default=90, help="of the desk's own history (90)")
        parser.add_argument("--log", type=Path, help="a CSV file instead: asked, work; lane, severity, people, target")
        parser.add_argument("--rapid", type=int, help="seats of the rapid lane (as many as work on it)")
        parser.add_argument("--deep", type=int, help="seats of the deep lane (as many as work on it)")
        parser.add_argument("--picture", type=Path, help="write the table as a picture too (SVG)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            jobs, source = self._jobs(options)
            seats = self._seats(options, jobs)
            lines = self._orders(jobs, seats) + self._other_seats(jobs, seats)
        except (Refused, ValueError, OSError) as wrong:
            raise CommandError(str(wrong)) from wrong
        self.stdout.write(source)
        told = seats | {"busy": round(100 * busy(jobs, sum(seats.values())))}
        self.stdout.write(
            _("Seats: %(rapid)d rapid, %(deep)d deep, at work on requests %(busy)d %% of the time. Times are working"
              " time; nobody is interrupted; lost is people held up x how badly x how long, in hours.") % told
        )  # fmt: skip
        self.stdout.write("")
        width = max(len(name) for name, _found in lines)
        heads = (_("lost"), _("95 of 100 wait"), _("999 of 1,000"), _("longest"))
        self.stdout.write(f"{'':{width}}  {heads[0]:>10}  {heads[1]:>15}  {heads[2]:>13}  {heads[3]:>12}")
        for name, found in lines:
            waits = (working(found.p95), working(found.p999), working(found.longest))
            self.stdout.write(f"{name:{width}}  {found.lost:10,.0f}  {waits[0]:>15}  {waits[1]:>13}  {waits[2]:>12}")
        if options["picture"]:
            title = _("Hours that customers lose, and how long 95 of 100 wait")
            drawn = bars(title, [(name, found.lost, working(found.p95)) for name, found in lines])
            options["picture"].write_text(drawn, encoding="utf-8")
            self.stdout.write(_("\nThe picture is in %(path)s.") % {"path": options["picture"]})

    def _jobs(self, options: dict[str, Any]) -> tuple[list[Job], str]:
        if options["log"]:
            jobs = jobs_of_log(options["log"])
            source = _("%(number)d requests of %(file)s.") % {"number": len(jobs), "file": options["log"].name}
        else:
            jobs, measured = past_jobs(options["days"])
            source = _(
                "%(number)d requests of the last %(days)d days; work measured on %(measured)d of them, else what is"
                " usual for their kind."
            ) % {"number": len(jobs), "days": options["days"], "measured": measured}
        if not jobs:
            raise Refused(_("There is nothing to replay yet."))
        simulation.with_priorities(jobs)
        return jobs, source

    def _seats(self, options: dict[str, Any], jobs: list[Job]) -> dict[str, int]:
        people = lanes_with_people()
        wished = {lane: options[lane] for lane in LaneKey.values}
        seats = {lane: people.get(lane, 0) if wish is None else wish for lane, wish in wished.items()}
        if min(seats.values()) < 0 or not any(seats.values()):
            raise Refused(_("Say how many sit there: --rapid 3 --deep 2."))
        return seats

    def _orders(self, jobs: list[Job], seats: dict[str, int]) -> list[tuple[str, Outcome]]:
        spill = Help(limit=60)
        runs: list[tuple[str, Choose, Help | None]] = [
            (_("first come, first served"), simulation.first_come, spill),
            (_("priorities P1 to P4"), simulation.by_priority, spill),
            (_("Foredesk’s order without the guard"), simulation.by_index_alone, spill),
            (_("Foredesk’s order"), simulation.by_index, spill),
        ]
        if all(seats.values()):
            runs.append((_("Foredesk’s order, lanes keep to themselves"), simulation.by_index, None))
        return [(name, outcome(jobs, simulate(jobs, seats, order, help_))) for name, order, help_ in runs]

    def _other_seats(self, jobs: list[Job], seats: dict[str, int]) -> list[tuple[str, Outcome]]:
        """Foredesk's order with a seat more or less."""
        found = []
        for lane, more in (("rapid", -1), ("rapid", 1), ("deep", -1), ("deep", 1)):
            other = seats | {lane: seats[lane] + more}
            if other[lane] >= 0 and any(other.values()):
                name = _("… with %(rapid)d rapid, %(deep)d deep") % other
                found.append((name, outcome(jobs, simulate(jobs, other, simulation.by_index, Help(limit=60)))))
        return found
