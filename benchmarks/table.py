"""The measured figures as Markdown."""

import os
import platform
import subprocess
from datetime import date
from statistics import median
from typing import Any

import django

from .measure import CLIENTS, THINKING, p95
from .server import PROCESSES, machine

# What a page or action may cost at 100,000 tickets: processor time of web and database, in milliseconds.
GOALS = {"Today: 50 rows of the rapid lane": 25, "Ticket with ten messages": 25, "Reply": 20}
FORM_AND_SENT, FORM_AND_SENT_GOAL = ("Ask: the form", "Ask: sent"), 24
SLOWEST = 100  # p95 in milliseconds
MOST_QUERIES = 25
MOST_GROWTH = 1.3


def table(tickets: int, report: dict[str, Any], small: dict[str, Any] | None, small_tickets: int, notes: str) -> str:
    """One table of everything, the goals below it."""
    pages = report["pages"]
    before = {page["name"]: page for page in small["pages"]} if small else {}
    lines = [
        f"# {tickets:,} tickets, {date.today().isoformat()}",
        "",
        notes,
        "",
        "Milliseconds. p50 and p95: from sending a request to having read the answer, at the client. CPU: processor "
        f"time of the web server + of PostgreSQL for one request. {report['rounds']} rounds of {report['times']} "
        f"requests by one person, the median of the rounds; "
        f"then {CLIENTS} people at the same time who think {THINKING:g} s "
        f"between two requests, together using {report['load']['web']:.0f} % of a processor in the web server and "
        f"{report['load']['database']:.0f} % in PostgreSQL. The web server ({PROCESSES} processes) held "
        f"{report['memory']:.0f} MiB at its peak.",
        "",
        f"| page or action | p50 | p95 | CPU | queries | p50, {CLIENTS} people | p95, {CLIENTS} people | growth |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for page in pages:
        cpu = f"{page['web']:.1f} + {page['database']:.1f}"
        several = page["together"]
        both = f"{median(several):.0f} | {p95(several):.0f}" if several else " | "
        growth = f"{_cpu(page) / _cpu(before[page['name']]):.2f}" if page["name"] in before else ""
        alone = f"{page['p50']:.0f} | {page['p95']:.0f}"
        lines.append(f"| {page['name']} | {alone} | {cpu} | {page['queries']} | {both} | {growth} |")
    if before:
        lines += ["", f"Growth: processor time of a request here, against {small_tickets:,} tickets."]
    return "\n".join([*lines, "", *_goals(pages, before), ""])


def _goals(pages: list[dict[str, Any]], before: dict[str, dict[str, Any]]) -> list[str]:
    by_name = {page["name"]: page for page in pages}
    everybody = [took for page in pages for took in page["together"]]
    slowest = max(pages, key=lambda page: page["p95"])
    most = max(pages, key=lambda page: page["queries"])
    both = sum(_cpu(by_name[name]) for name in FORM_AND_SENT)
    lines = ["| goal | measured | |", "|---|---|---|"]
    rows = [
        (f"p95 below {SLOWEST} ms, one person", slowest["p95"], SLOWEST, slowest["name"]),
        (f"p95 below {SLOWEST} ms, {CLIENTS} people", p95(everybody), SLOWEST, "of all their requests"),
        (f"at most {MOST_QUERIES} queries", most["queries"], MOST_QUERIES, most["name"]),
        *(
            (f"CPU {name[0].lower()}{name[1:]}: {goal} ms", _cpu(by_name[name]), goal, "")
            for name, goal in GOALS.items()
        ),
        (f"CPU, {' + '.join(FORM_AND_SENT)}: {FORM_AND_SENT_GOAL} ms", both, FORM_AND_SENT_GOAL, ""),
    ]
    if before:
        grown = max(pages, key=lambda page: _cpu(page) / _cpu(before[page["name"]]))
        rows.append(
            (f"growth at most {MOST_GROWTH}", _cpu(grown) / _cpu(before[grown["name"]]), MOST_GROWTH, grown["name"])
        )
    for goal, measured, limit, which in rows:
        lines.append(f"| {goal} | {measured:.4g} {which} | {'yes' if measured <= limit else '**no**'} |")
    return lines


def _cpu(page: dict[str, Any]) -> float:
    return float(page["web"] + page["database"])


def circumstances(command: str, database: str) -> str:
    """Where and with what it was measured."""
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return (
        f"`{command}` at {revision.stdout.strip() or 'an unknown revision'} on {machine()}; Python "
        f"{platform.python_version()}, Django {django.get_version()}, {database}, Linux {platform.release()}. "
        f"Load of the machine at the end (1, 5, 15 minutes): {load}; {len(os.sched_getaffinity(0))} processors."
    )
