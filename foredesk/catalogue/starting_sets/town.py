from ..enums import Nature, Size
from . import everywhere as every
from .start import AN_HOUR, BIGGER, LONG, Start

_COUNTERS = (
    Start(
        name="Counters and public desks",
        description="Citizens are waiting: terminals, card payment, queue numbers, photo and signature pads.",
        icon="hand-helping",
        keywords="counter, counters, front desk, citizens, citizen, queue numbers, ticket machine, waiting room, "
        "passport, passports, id card, id cards, fingerprint, photo station, signature pad, registry office, public "
        "terminal",
        reason="because citizens are waiting, so somebody comes over",
        promise=(10, 120, 30, 960),
    ),
    Start(
        name="Card payment does not work",
        part_of="Counters and public desks",
        description="A payment terminal that refuses or does not start.",
        icon="smartphone",
        keywords="card payment, payment terminal, card terminal, card reader, ec terminal, cash register, till, "
        "cannot pay by card, receipts, daily closing",
        reason="because citizens are waiting, so somebody comes over",
        promise=(10, 120, 30, 960),
    ),
)

_SPECIALIST = (
    Start(
        name="Registers and specialist programs",
        description="Residents, permits, taxes, social services, files: the programs of your office.",
        icon="book-open",
        keywords="register, registers, residents, permit, permits, building permit, tax, taxes, fees, fine, fines, "
        "social services, benefits, case file, case files, records management, file number, specialist program, land "
        "register, council information system, finance system, vehicle registration",
        size=Size.HOUR,
        reason="because we look at it with you and call the maker where only they can help",
        promise=(30, 960, 120, 1440),
    ),
    Start(
        name="Access to a register",
        part_of="Registers and specialist programs",
        description="Seeing or doing something there that you cannot yet.",
        icon="key-round",
        keywords="access to the register, access to residents, rights in, role in, permission in, authorisation, "
        "authorization, deputy, stand-in, no access to",
        nature=Nature.WISH,
        reason="because the office that answers for the data says yes first",
        promise=AN_HOUR,
    ),
    Start(
        name="Maps and plans (GIS)",
        part_of="Registers and specialist programs",
        description="Maps, aerial pictures, plans, data about places.",
        icon="folder-open",
        keywords="gis, map, maps, aerial, plan, plans, plotter, cadastre, parcels, qgis, arcgis, coordinates, survey",
        size=Size.HOUR,
        reason="because large data takes its time to load and to check",
        promise=AN_HOUR,
    ),
    Start(
        name="Online forms and the website",
        part_of="Registers and specialist programs",
        description="Forms that citizens fill in, appointments, pages of the town.",
        icon="app-window",
        keywords="online form, online forms, web form, online service, online services, appointment booking, website "
        "of the town, home page, publish, accessible pdf, broken link, news on the website",
        nature=Nature.WISH,
        size=Size.HOUR,
        reason="because it is tested, also for people who cannot see, before citizens meet it",
        promise=AN_HOUR,
    ),
)

_COUNCIL = (
    Start(
        name="Council meetings and halls",
        description="Microphones, voting, the recording, guests who join from home.",
        icon="projector",
        keywords="council meeting, council chamber, council, committee, town hall meeting, microphone, microphones, "
        "hybrid, live stream, livestream, recording, voting, projector, beamer, loudspeaker, video conference, "
        "meeting room",
        reason="because the meeting does not wait, so somebody comes over",
        promise=(15, 120, 60, 960),
    ),
    Start(
        name="An election or an event",
        part_of="Council meetings and halls",
        description="Polling stations, counting, an open day, equipment for one date.",
        icon="calendar-days",
        keywords="election, elections, polling station, polling stations, counting, postal vote, referendum, open "
        "day, event, festival, public hearing",
        nature=Nature.WISH,
        size=Size.BIGGER,
        deep=True,
        reason="because the date is fixed, so everything is rehearsed before it",
        promise=BIGGER,
    ),
)

CLASSES = (
    *every.SIGNING_IN,
    *_COUNTERS,
    *_SPECIALIST,
    *every.DEVICES,
    every.MAIL,
    every.SHARED_MAILBOX,
    every.SUSPICIOUS_MAIL,
    *every.NETWORK,
    *_COUNCIL,
    *every.BORROW,
    every.MOVE,
    # Eight are offered; what people say about these leads there all the same.
    *every.part_of(every.BORROW[0], *every.SOMEONE_NEW),
    *every.part_of(every.DEVICES[0], *every.PRINTING),
    *every.part_of(every.DEVICES[0], *every.PROGRAMS),
    Start(
        name="Schools, library and outposts",
        part_of="Network, Wi-Fi and working from home",
        description="Places away from the town hall: schools, fire stations, the library, the depot.",
        icon="network",
        keywords="school, schools, kindergarten, library, fire station, fire brigade, depot, museum, swimming pool, "
        "branch office, outpost, access point, coverage, guest wi-fi, public wi-fi",
        size=Size.BIGGER,
        deep=True,
        reason="because we plan the trip, so that one visit is enough",
        promise=LONG,
    ),
)

REPLIES = (
    *every.REPLIES_AT_DESKS,
    (
        "A counter stands still",
        "Hello {customer},\n\nsomebody is on the way to your counter. If citizens can be served at the one beside "
        "it, please send them there meanwhile; tell them that it is our fault and not yours.\n\nKind regards\n{agent}",
        "Counters and public desks",
    ),
)
