"""What may be joined with what, so that private requests stay private and nobody goes round in circles."""

from foredesk.catalogue.models import ServiceClass

from ..models import Ticket


def stays_private(words_of: ServiceClass, read_in: ServiceClass) -> bool:
    """Whether what was said under one class is read by nobody new when it goes on under another."""
    if not words_of.is_private:
        return True
    return read_in.is_private and _teams(read_in) <= _teams(words_of)


def _teams(service_class: ServiceClass) -> set[int]:
    return {team.pk for team in service_class.teams.all()}


def people_joined(source: Ticket, target: Ticket) -> int:
    """How many more people are held up on `target` once `source` goes on there; whoever is on both counts once."""
    if source.customer_id == target.customer_id:
        return max(0, source.people_held_up - target.people_held_up)  # the same person counted the same people twice
    return max(0, source.people_held_up - len(_held_up(source) & _held_up(target)))


def _held_up(ticket: Ticket) -> set[int]:
    named = {follower.person_id for follower in ticket.followers.all() if follower.reason == "held_up"}
    return {ticket.customer_id, *named}
