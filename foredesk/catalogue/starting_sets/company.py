from ..enums import Nature, Size
from . import everywhere as every
from .start import AN_HOUR, BIGGER, LONG, Start

_BUSINESS = (
    Start(
        name="Business systems",
        description="Orders, invoices, stock, customers: the programs that the company runs on.",
        icon="server",
        keywords="erp, crm, sap, navision, dynamics, salesforce, odoo, datev, sage, invoice, invoices, booking, "
        "order entry, orders, stock, warehouse, time recording, time sheet, payroll, expense report, web shop, price "
        "list, production",
        reason="because work stands still without them, so we look at once and say what we see",
        promise=(15, 240, 60, 960),
    ),
    Start(
        name="Access to a business system",
        part_of="Business systems",
        description="Seeing or doing something there that you cannot yet.",
        icon="key-round",
        keywords="access to the erp, access to sap, access to the crm, role in, rights in, authorisation, "
        "authorization, permission in, approve invoices, no access to",
        nature=Nature.WISH,
        reason="because whoever is responsible for the data says yes first",
        promise=AN_HOUR,
    ),
    Start(
        name="A report or a change in a business system",
        part_of="Business systems",
        description="New fields, new reports, another way through.",
        icon="book-open",
        keywords="report, reports, evaluation, dashboard, export the data, interface, new field, additional field, "
        "workflow, template for invoices, automate, query",
        nature=Nature.WISH,
        size=Size.BIGGER,
        deep=True,
        reason="because we try it with you on a copy before everybody gets it",
        promise=LONG,
    ),
)

_MEETINGS = (
    Start(
        name="Meeting rooms and video calls",
        description="Screens, cameras and sound; calls with customers.",
        icon="presentation",
        keywords="meeting room, conference room, projector, beamer, video conference, video call, teams meeting, "
        "zoom meeting, camera, presentation, hdmi, screen sharing, share my screen, remote control, boardroom, "
        "training room",
        reason="because people are waiting in the room, so somebody comes over",
        promise=(15, 120, 60, 960),
    ),
)

CLASSES = (
    *every.SIGNING_IN,
    *every.SOMEONE_NEW,
    *every.DEVICES,
    every.MAIL,
    every.SHARED_MAILBOX,
    every.SUSPICIOUS_MAIL,
    *_BUSINESS,
    *every.NETWORK,
    *every.PROGRAMS,
    *every.BORROW,
    every.MOVE,
    # Eight are offered; what people say about these two leads there all the same.
    *every.part_of(every.DEVICES[0], *every.PRINTING),
    *every.part_of(every.DEVICES[0], *_MEETINGS),
    Start(
        name="Servers and storage",
        part_of="Business systems",
        description="Room for data, a test system, a database.",
        icon="hard-drive",
        keywords="server, servers, virtual machine, vm, database, storage, terabyte, terabytes, archive, hosting, "
        "domain, certificate, test system, api",
        nature=Nature.WISH,
        size=Size.BIGGER,
        deep=True,
        reason="because size, backup and who may read it are planned with you first",
        promise=BIGGER,
    ),
)

REPLIES = (
    *every.REPLIES_AT_DESKS,
    (
        "The system is slow for everybody",
        "Hello {customer},\n\nyou are not alone: others see the same, and we are on it. You need not do anything. "
        "The next word comes {next_update}, sooner when it runs again.\n\nKind regards\n{agent}",
        "Business systems",
    ),
)
