"""What pages show of a mail beside its text, as it is kept with its row (`Incoming.details`)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from .letters import Address, Bounce, Invitation, Reading

MOST = 50  # people and invitations of one mail that are kept; the raw mail has them all


@dataclass(frozen=True)
class Details:
    """`rest`: whether more stands in it than on its request's page, quoted text and a signature; who files it says.

    `form`: the web form that sent it in the sender's name.
    """

    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    sent_at: datetime | None = None
    invitations: tuple[Invitation, ...] = ()
    bounces: tuple[Bounce, ...] = ()
    because: str = ""
    form: Address | None = None
    rest: bool = False


def details_of(reading: Reading) -> dict[str, Any]:
    """What is kept of a mail that was read: fit for JSON, moments in ISO 8601."""
    return {
        "to": [asdict(one) for one in reading.to[:MOST]],
        "cc": [asdict(one) for one in reading.cc[:MOST]],
        "sent_at": _written(reading.sent_at),
        "invitations": [
            {**asdict(one), "starts_at": _written(one.starts_at), "ends_at": _written(one.ends_at)}
            for one in reading.invitations[:MOST]
        ],
        "bounces": [asdict(one) for one in reading.bounces[:MOST]],
        "because": reading.machine.because,
        "form": asdict(reading.form) if reading.form else None,
    }


def details_in(kept: dict[str, Any]) -> Details:
    """What `details_of` kept; of a mail that was not read, nothing."""
    return Details(
        to=tuple(Address(**one) for one in kept.get("to", ())),
        cc=tuple(Address(**one) for one in kept.get("cc", ())),
        sent_at=_read(kept.get("sent_at")),
        invitations=tuple(
            Invitation(**{**one, "starts_at": _read(one["starts_at"]), "ends_at": _read(one["ends_at"])})
            for one in kept.get("invitations", ())
        ),
        bounces=tuple(Bounce(**one) for one in kept.get("bounces", ())),
        because=kept.get("because", ""),
        form=Address(**form) if (form := kept.get("form")) else None,
        rest=bool(kept.get("rest")),
    )


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
