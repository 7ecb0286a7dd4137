"""Who handed a mail over by a command may be unknown, which is another thing than nobody."""

import io
import sys
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from foredesk.intake.models import Incoming, Mailbox

from .conftest import letter


@pytest.mark.parametrize(("said", "kept"), [(None, ""), ("", "<>"), ("maya@example.org", "maya@example.org")])
def test_only_a_sender_that_is_said_to_be_empty_is_the_null_return_path(db, monkeypatch, said, kept):
    Mailbox.objects.create(name="Desk", address="desk@example.org")
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(letter().as_bytes())))
    monkeypatch.delenv("SENDER", raising=False)
    if said is not None:
        monkeypatch.setenv("SENDER", said)
    call_command("receive", mailbox="desk@example.org")
    assert Incoming.objects.get().envelope_from == kept
