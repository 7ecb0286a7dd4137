from foredesk.intake.enums import Became, IncomingState
from foredesk.tickets.enums import Channel


def test_a_mail_becomes_a_request_of_its_writer(arrive, maya):
    mail = arrive()
    assert (mail.state, mail.became) == (IncomingState.FILED, Became.REQUEST)
    assert (mail.ticket.customer, mail.ticket.channel, mail.ticket.subject) == (maya, Channel.EMAIL, "Printer")
    assert mail.ticket.interview.goal == "The printer on the second floor prints nothing."
