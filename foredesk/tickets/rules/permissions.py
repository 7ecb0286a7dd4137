"""Who may do what to a ticket. Each has its paired query in `queries.visibility`."""

from foredesk.catalogue.queries import classes_hidden_from
from foredesk.people.models import Department, Person
from foredesk.people.rules import is_agent

from ..enums import CALLS, FollowerReason
from ..models import Follower, Ticket


def is_hidden_from(person: Person, ticket: Ticket) -> bool:
    """The ticket is of a private class, and `person` is in none of its teams."""
    return ticket.service_class.is_private and ticket.service_class_id in classes_hidden_from(person)


def serves(person: Person, ticket: Ticket) -> bool:
    """Whoever stands on IT's side of a ticket: every agent, of a private class only who is in one of its teams.

    On a ticket that they do not serve, people of IT are customers like everybody else. The paired query is
    `queries.tickets_served_by`.
    """
    return is_agent(person) and not is_hidden_from(person, ticket)


def is_party(person: Person, ticket: Ticket) -> bool:
    """The customer, or the person who asked on the customer's behalf; not the agent who noted a call.

    An agent may be a customer again one day, and then has no business on all the calls they once took.
    """
    if person.pk == ticket.customer_id:
        return True
    return person.pk == ticket.opened_by_id and ticket.channel not in CALLS


def follows(person: Person, ticket: Ticket) -> bool:
    return any(one.person_id == person.pk and counts_as_follower(one, ticket) for one in ticket.followers.all())


def counts_as_follower(follower: Follower, ticket: Ticket) -> bool:
    """Of a private request only those hear as followers whom the customer named."""
    return follower.by_customer or not ticket.service_class.is_private


def shares_department(person: Person, ticket: Ticket) -> bool:
    """The head sees the department's requests; the colleagues do when the head allows it. Never private ones."""
    department = ticket.customer.department
    if department is None or ticket.service_class.is_private:
        return False
    if department.head_id == person.pk:
        return True
    return department.shares_requests and person.department_id == department.pk


def department_that_sees(ticket: Ticket) -> Department | None:
    """The customer's department if somebody of it sees the ticket: its head, or everybody. Else None."""
    department = ticket.customer.department
    if department is None or ticket.service_class.is_private:
        return None
    has_other_head = department.head_id not in {None, ticket.customer_id}
    return department if has_other_head or department.shares_requests else None


def can_see(person: Person, ticket: Ticket) -> bool:
    return person.is_active and (
        serves(person, ticket)
        or is_party(person, ticket)
        or follows(person, ticket)
        or shares_department(person, ticket)
    )


def can_work_on(person: Person, ticket: Ticket) -> bool:
    """Agents work on every ticket they serve but the one that is their own request: there they are the customer."""
    return serves(person, ticket) and ticket.customer_id != person.pk


def can_answer_as_customer(person: Person, ticket: Ticket) -> bool:
    """Confirm a restatement, judge a solution, withdraw: the customer or who asked for them, not IT itself."""
    if person.pk == ticket.customer_id:
        return True
    return is_party(person, ticket) and not serves(person, ticket)


def reads_conversation(person: Person, ticket: Ticket) -> bool:
    """Followers and colleagues read what was said only where the customer shares it."""
    if serves(person, ticket) or is_party(person, ticket):
        return True
    if not ticket.shares_conversation:
        return False
    return follows(person, ticket) or shares_department(person, ticket)


def can_reply(person: Person, ticket: Ticket) -> bool:
    """Write on a ticket as a customer: its parties, people held up with them or on copy, and who asked the same."""
    if can_answer_as_customer(person, ticket):
        return True
    following = {one.person_id: one.reason for one in ticket.followers.all() if counts_as_follower(one, ticket)}
    if following.get(person.pk) == FollowerReason.MERGED:
        return True
    writes = following.get(person.pk) in {FollowerReason.HELD_UP, FollowerReason.COPIED}
    return writes and reads_conversation(person, ticket)


def can_share(person: Person, ticket: Ticket) -> bool:
    """Decide what followers may read, and name them."""
    return can_answer_as_customer(person, ticket)


def may_be_told(person: Person, ticket: Ticket, *, by_customer: bool) -> bool:
    """Whether somebody may become a follower: of a private request whom the customer names, or who serves it."""
    return by_customer or not ticket.service_class.is_private or serves(person, ticket)
