# ruff: noqa: E501  (people do not write in lines of 120 characters)
"""Requests that belong together: two people with one trouble, two troubles of one person, and a whole with its parts."""

from .story import (
    COMPUTER,
    MAIL,
    NETWORK,
    ROOMS,
    Agent,
    Belongs,
    Customer,
    Restate,
    SkipRestatement,
    SplitOff,
    Story,
)

STORIES = [
    Story(
        key="booking-screen-library",
        service_class=ROOMS,
        goal="The booking screen outside the group rooms of the library shows last week, so people sit in rooms that others booked",
        happened="It says 13:00 free. It was not free. Two groups looked at me as if I had done it",
        severity="slowed",
        people=6,
        departments=("Library",),
        times=0,
        steps=(
            Restate("The screens outside the library’s group rooms show old bookings, and groups clash.", after=12),
            Agent(
                "The screens lost their connection to the calendar last night. I am putting them back one after the other; "
                "the paper list at the desk counts until then.",
                after=70,
            ),
        ),
    ),
    Story(
        key="booking-screen-library-second",
        service_class=ROOMS,
        goal="Booked the group room in the library for my seminar and somebody sat in it, the little screen said free!",
        theory="somebody hacked it?",
        severity="slowed",
        people=2,
        departments=("History", "Languages"),
        times=0,
        steps=(Belongs("merge", "booking-screen-library", after=6),),
    ),
    Story(
        key="shared-folder-and-headset",
        service_class=MAIL,
        goal="I need to send the minutes to everybody on the exam board but the list says I am not allowed",
        severity="slowed",
        people=1,
        departments=("Nursing", "Mathematics"),
        times=0,
        steps=(
            Restate(
                "You want to send the minutes to the exam board’s list, which does not take mail from you.", after=10
            ),
            Customer(
                "Yes. And while I have you: my docking station only charges now, the second screen stays black since Friday.",
                after=8,
            ),
            SplitOff("Second screen stays black at the docking station", COMPUTER, after=5),
            Agent(
                "You are on the list of senders from now on. The screen is a request of its own, so that neither waits for the other.",
                after=4,
            ),
        ),
    ),
    Story(
        key="open-day-tent",
        goal="For the open day we need the tent by the pond to work like a classroom: network, two screens, somebody to ring",
        fixed="I walk in at 8 and everything is on",
        needed_by="the open day",
        severity="annoyed",
        people=12,
        perceived="bigger",
        departments=("Student Services",),
        times=0,
        steps=(SkipRestatement("We walked through the tent together.", after=30),),
    ),
    Story(
        key="open-day-network",
        service_class=NETWORK,
        goal="Wi-Fi in the tent for the open day, about 60 visitors at once",
        severity="annoyed",
        people=12,
        departments=("Student Services",),
        times=0,
        steps=(Belongs("part", "open-day-tent", after=15),),
    ),
    Story(
        key="open-day-screens",
        service_class=ROOMS,
        goal="Two big screens in the tent for the open day, one for the welcome and one with the timetable",
        severity="annoyed",
        people=12,
        departments=("Student Services",),
        times=0,
        steps=(Belongs("part", "open-day-tent", after=15),),
    ),
]
