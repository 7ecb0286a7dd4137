from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from foredesk.mail.actions import change_scope
from foredesk.people.models import Person

from ..enums import State
from ..models import Ticket
from ..rules import may_be_told, serves
from .states import keep, lock, move, note


def let_go_of(ticket: Ticket, by: Person | None) -> None:
    """Leave with a locked ticket of a private class only those who may know of it.

    Followers whom the customer did not name and who do not serve it are taken off, and whoever held it without being
    in one of the class's teams gives it back for the next free hands there.
    """
    for follower in ticket.followers.select_related("person"):
        if not may_be_told(follower.person, ticket, by_customer=follower.by_customer):
            note(ticket, by, "follower:removed", follower=follower.person.full_name)
            follower.delete()
    if ticket.is_open and ticket.assignee is not None and not serves(ticket.assignee, ticket):
        if ticket.state == State.WORKING:
            move(ticket, State.ASKED, assignee=None)
        else:
            keep(ticket, assignee=None)
        note(ticket, by, "put_back")


def class_changed(ticket: Ticket, by: Person, *, was_private: bool) -> None:
    """Draw the consequences for who sees a locked ticket once its class is another one."""
    change_scope(about=f"ticket:{ticket.pk}", scope=f"class:{ticket.service_class_id}")
    if ticket.service_class.is_private:
        teams = get_text_list([team.name for team in ticket.service_class.teams.all()], _("and"))
        note(ticket, by, "made_private", teams=teams)
        let_go_of(ticket, by)
    elif was_private:
        note(ticket, by, "opened_up")


@transaction.atomic
def close_off(*, ticket: Ticket) -> None:
    """The same for a ticket whose class has become private, or private to other teams."""
    lock(ticket)
    if ticket.service_class.is_private:
        let_go_of(ticket, None)
