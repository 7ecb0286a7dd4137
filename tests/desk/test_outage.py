"""Treating a ticket as an outage at the desk."""

from django.urls import reverse


def test_marking_an_outage_and_ending_it(desk, ticket, maya, client):
    address = reverse("desk:outage", args=[ticket.pk])
    assert "Is this an outage?" in desk.get(address).content.decode()
    given = {"reason": "Nobody in B reaches the network", "version": ticket.version}
    page = desk.post(address, given, follow=True).content.decode()
    assert "Maya hears at least every 30 minutes" in page
    ticket.refresh_from_db()
    assert ticket.is_outage
    assert "outage</span>" in desk.get(reverse("desk:today")).content.decode()
    client.force_login(maya)
    mine = client.get(reverse("portal:request", args=[ticket.pk])).content.decode()
    assert "We treat it as an outage and write at least every 30 minutes." in mine
    assert "Nobody in B reaches the network" in mine
    assert "Is the outage over?" in desk.get(address).content.decode()
    desk.post(address, {"reason": "It is back", "version": ticket.version})
    ticket.refresh_from_db()
    assert not ticket.is_outage


def test_a_reason_is_asked_for(desk, ticket):
    answer = desk.post(reverse("desk:outage", args=[ticket.pk]), {"reason": "", "version": ticket.version})
    assert answer.status_code == 422
    assert "Say why, in words the customer can read." in answer.content.decode()
    ticket.refresh_from_db()
    assert not ticket.is_outage
