# ruff: noqa: E501  (people do not write in lines of 120 characters)
from .story import (
    PRINTING,
    Agent,
    Customer,
    Fix,
    Follow,
    HandOff,
    Judge,
    Note,
    Resize,
    Restate,
    SkipRestatement,
    Story,
    Wait,
)

STORIES = [
    Story(
        key="jam-118",
        service_class=PRINTING,
        goal="[Trying to print {count} worksheets for {course} and the printer in 118 eats them|I need {count} copies for {course} at {clock}, printer in 118 jams AGAIN|printer in room 118 jam. {count} sheets for {course}]",
        happened="[Every third or fourth page gets stuck somewhere in the back.|Crunch, stop, orange light. I open the flap, pull out an accordion, close the flap, crunch.|paper stuck, i pulled it out, now it prints half a page and stops]",
        theory="[Since it stands at the window the paper gets wavy from the sun.|I think it hates the cheap paper|it's old and tired, like all of us]",
        tried="[Other paper, off and on, kind words|opened everything that opens|turned the stack around]",
        impact="[without the sheets the lesson is me talking for 90 minutes|class starts without worksheets]",
        needed_by="{clock}",
        severity="stopped",
        people=3,
        perceived="moment",
        departments=("Biology", "History", "Languages", "Mathematics"),
        times=6,
        steps=(
            Restate(
                "You need {count} sheets for {course} by {clock}, and the printer in room 118 jams every few pages.",
                after=8,
                answered_after=4,
            ),
            Judge("acknowledged", after=1),
            Agent(
                "First things first: send the file to print@ashgrove.example or bring it on a stick, I print your {count} sheets "
                "at the front desk now and have somebody carry them up. Then we look at the printer without a class waiting for it.",
                after=4,
            ),
            Note(
                "[Rollers of 118 look fine, paper in tray feels damp.|Took a wad out of the rear path of 118. Paper curls.|118 again. Counter is only at 61,000, it should not do this.] Window side, heater below. Worth a look at the pattern.",
                after=30,
            ),
            Fix(
                "Your sheets were in your pigeonhole in time. The printer: I took out a scrap that sat deep inside, put in paper from a "
                "closed pack, and ran fifty pages both sides without a hiccup. If it happens again please leave the paper in and ring 4000, "
                "the crumpled sheet tells us more than you'd think.",
                checked="50 pages both sides",
                after=60,
                words="[sheets arrived in time, you're a treasure|Works today. We'll see.. but thank you|yes! Thanks for the rescue copies]",
                answered_after=90,
            ),
        ),
    ),
    Story(
        key="jam-118-again",
        service_class=PRINTING,
        goal="Sorry, it's me again about 118. It jams again, same place",
        happened="Same as last time, third page, back of the machine",
        theory="I really do believe it is the window. Mornings it works, after lunch it doesn't. Sun!",
        tried="I left the crumpled sheet in, as you said",
        impact="printing in the library now, which is 6 minutes there and 6 back",
        severity="slowed",
        people=4,
        perceived="hour",
        departments=("Biology",),
        fixed="a whole class set in the afternoon without a jam",
        times=1,
        steps=(
            Restate(
                "The printer in 118 jams every afternoon since it moved to the window, and you want whole class sets after lunch too.",
                after=20,
            ),
            Judge("agree", "the log shows jams between 12 and 16 only", after=3),
            Note(
                "Customer's observation is right: 9 jams since the move, all between 12:10 and 15:50. Heater and sun, paper takes up moisture over night and dries on one side. Moving it beats new rollers.",
                after=12,
            ),
            Agent(
                "Please don't say sorry, {me}, the sheet you left in told us the whole story. You are right about the afternoons: nine jams, all after noon. I've asked Estates to move it to the inner wall, there is a socket there already.",
                after=10,
            ),
            Wait("date", "Estates moves the printer to the inner wall", days=2, after=20),
            Fix(
                "It now stands at the inner wall, with a drawer that keeps the paper closed. I printed 120 pages at two in the afternoon, in full sun. Not one jam.",
                checked="120 pages at 14:00",
                after=900,
                words="And I said it was the window :) Thank you for believing me.",
                answered_after=240,
            ),
        ),
    ),
    Story(
        key="toner-faint",
        service_class=PRINTING,
        goal="[{printer} prints very light|prints from {printer} are so pale the students think its a riddle]",
        theory="toner?",
        severity="annoyed",
        people=2,
        perceived="moment",
        times=6,
        steps=(
            SkipRestatement(
                "Pale print on a known printer, toner at 3 % in the monitor: nothing to misunderstand.", after=30
            ),
            Fix(
                "Toner it was, well guessed. There's a fresh one in, and I left a spare in the cupboard beside it. "
                "It's two clips and a gentle push if you'd like to do it yourself some day, there is a drawing inside the flap.",
                checked="Test page, black is black",
                after=55,
                words="[Dark as night. Thanks|yes|👍 thanks for the spare]",
            ),
        ),
    ),
    Story(
        key="a3-posters",
        service_class=PRINTING,
        goal="How do I print A3? Need {count} posters for the open evening",
        happened="It comes out A4 with a big white edge",
        perceived="moment",
        severity="slowed",
        people=1,
        needed_by="{day}",
        times=4,
        steps=(
            Restate("You'd like to print {count} A3 posters before {day}, and it comes out as A4.", after=40),
            Agent(
                "Only two printers carry A3: the one in the copy room of the main building and the one in the Library. In the print window choose "
                '"Ashgrove A3", then under *Paper* tick A3 in **both** places, size and source. The second one is where everybody (me too) falls into the trap.',
                after=5,
            ),
            Fix(
                "With both ticks set I printed one of yours as a trial, it's lying in the copy room. Does yours come out like it?",
                checked="One poster printed",
                after=30,
                words="[Yes!! Both ticks, who would think of that|They look great, thank you]",
                answered_after=120,
            ),
        ),
    ),
    Story(
        key="print-queue-stuck",
        service_class=PRINTING,
        goal="Nothing comes out of {printer}. I sent {file} four times",
        happened="The list says 'waiting' and gets longer. Others stand here too",
        tried="sent it again (four times, see above)",
        theory="someone sent something enormous",
        severity="stopped",
        people=5,
        perceived="moment",
        times=5,
        steps=(
            Restate(
                "Nothing prints on {printer} for the five of you, and there's a queue of waiting jobs.",
                after=6,
                answered_after=5,
            ),
            Judge("agree", after=1),
            Fix(
                "Your hunch was good: a 900-page scan stood at the front and had fallen asleep. It's out of the way and the rest is printing now. "
                "I took the liberty of removing three of your four copies. When it's stuck, one job is enough, it does wait patiently.",
                checked="Queue empty, pages in the tray",
                after=12,
                words="[Printing! 900 pages, who does that|thanks, one copy is indeed enough ;)]",
                answered_after=20,
            ),
        ),
    ),
    Story(
        key="scan-to-mail",
        service_class=PRINTING,
        goal="Scanning to my mail does not arrive any more",
        happened="The machine says sent. Nothing in the inbox, nothing in junk",
        tried="scanned a smaller thing, also nothing",
        impact="[I have forty signed forms to get to the hospital|a stack of signed forms, they're wanted today]",
        severity="slowed",
        people=1,
        perceived="moment",
        times=4,
        steps=(
            Restate(
                "Scans that you send to your own mail from {printer} never arrive, and forms are waiting to be sent on.",
                after=20,
            ),
            Agent(
                "I found your scans: they sit in the outgoing queue because they're 40 MB each, the mail takes 25. You can have them all in your folder \"Scans\" on the shared drive right now, I've put them there.",
                after=15,
            ),
            Fix(
                "The machine now scans at 200 dots instead of 600, which for forms looks the same and weighs a tenth. For photos there's a button *fine*. I sent myself ten pages: 1.8 MB, arrived in a few seconds.",
                checked="Ten-page scan arrived",
                after=25,
                answer="yes",
                words="[Got them. And quicker too|all there thank you]",
            ),
        ),
    ),
    Story(
        key="colour-not-allowed",
        service_class=PRINTING,
        goal="The printer refuses colour for me but not for {colleague}. We do the same job!",
        severity="annoyed",
        people=1,
        theory="someone decided I am not worth colour",
        perceived="moment",
        times=3,
        steps=(
            Restate(
                "You'd like to print in colour like your colleagues in the same job, and the printer refuses.", after=60
            ),
            Judge(
                "differ",
                "it is a leftover of your old department's setting, nobody decided anything about you",
                after=2,
            ),
            Agent(
                "Nobody decided that, promise. Colour hangs on the department, and yours in the system is still the one you had before the summer. I've put it right, it takes effect over night.",
                after=5,
            ),
            Fix(
                "Colour should be yours this morning, I see your department arrived at the print server.",
                checked="Allowance shows on the server",
                after=540,
                words="Confirmed, I am now worth colour. Thanks :)",
                answered_after=70,
            ),
        ),
    ),
    Story(
        key="exam-print-run",
        service_class=PRINTING,
        goal="We need 840 exam booklets, 16 pages each, stapled, in sealed bags, for the finals week. The copy shop we always used has closed!",
        impact="no booklets no exam, it's as simple as that",
        needed_by="[Thursday in two weeks|in about two weeks]",
        severity="slowed",
        people=6,
        perceived="bigger",
        departments=("Registry", "Mathematics", "Nursing"),
        fixed="Sealed bags, counted, on the tables the evening before",
        times=2,
        steps=(
            Restate(
                "You need 840 stapled 16-page booklets in sealed, counted bags the evening before the finals, now that the copy shop is gone.",
                correction="Almost! 840 in total but in SEVEN different versions, 120 each. And only Registry may see the content before.",
                after=40,
                answered_after=60,
            ),
            Restate(
                "You need seven versions of a 16-page booklet, 120 of each, sealed and counted by the evening before, and nobody outside Registry may see the content.",
                after=20,
                answered_after=20,
            ),
            Resize("bigger", "13,440 pages in a protected print run with counting and sealing"),
            HandOff(
                tried="Asked the Library and Estates about machines: the Library's folding stapler does 16 pages.",
                why="Needs a plan over days: protected print queue, two evenings on the Library's machine, paper order.",
                after=30,
            ),
            Follow("manager", "manager", "milestones", after=5),
            Agent(
                "Hello {me}, {agent} here. A plan in four lines:\n\n1. Today: a print queue only you and one colleague can release.\n2. Paper (6 boxes) arrives in three days.\n"
                "3. Two evenings on the Library's machine, 17:00 to 20:00, with you holding the card.\n4. You seal, we carry.\n\nDoes that keep the content safe enough for you?",
                after=180,
            ),
            Customer(
                "Better than the copy shop ever did! Yes. {colleague} is the second person with the card.", after=120
            ),
            Wait("supplier", "Paper has been ordered, six boxes", days=3, after=30),
            Note(
                "Trial booklet done, staples sit right. Library closes the hall to others both evenings, thanks to their head."
            ),
            Fix(
                "All 840 are printed, counted twice, sealed by you and locked in the strong room; Estates carries them to the halls the evening before. "
                "The protected queue stays, so the next finals start from here.",
                checked="Counted 7 × 120 twice, four eyes",
                after=1500,
                words="Everything on the tables, every number right. The whole Registry says thank you. Cake is on its way",
                answered_after=500,
            ),
        ),
    ),
    Story(
        key="printer-offline-mac",
        service_class=PRINTING,
        goal="My Mac says {printer} is 'paused'. I did not pause anybody",
        severity="slowed",
        people=1,
        perceived="moment",
        times=3,
        steps=(
            Restate("Your Mac shows {printer} as paused and you'd like to print again.", after=14, answered_after=8),
            Agent(
                "It pauses itself when it can't reach the printer once, for instance on a train, and then is too polite to start again. Open the printer's window (in the Dock while you print) and press *Resume*. Does it roll?",
                after=4,
            ),
            Customer("it rolls", after=9),
            Fix(
                "Lovely. So that you needn't do this after each train ride I can set it not to pause: come by with the Mac some time, half a minute. Otherwise it's that one button.",
                after=3,
                words="I'll remember the button. Thanks",
                answered_after=15,
            ),
        ),
    ),
    Story(
        key="label-printer",
        service_class=PRINTING,
        goal="The label printer at the counter prints the labels one line too low so the barcode is cut",
        departments=("Library",),
        happened="since the new roll",
        theory="the new roll is a milimetre different?",
        tried="put the old roll's end in, there it is right",
        impact="we write numbers by hand, about 80 a day",
        severity="slowed",
        people=4,
        perceived="moment",
        times=1,
        steps=(
            Restate(
                "Since the new roll the labels at the counter come out one line low and the barcodes are cut.", after=22
            ),
            Judge("agree", "your trial with the old roll proves it", after=1),
            Fix(
                "The new labels are 38 mm instead of 36: you nailed it with the old roll. I told the printer the new size, and the size is written on the box so whoever orders next can compare.",
                checked="Twenty labels, all scan",
                after=60,
                answer="partly",
                words="Barcodes scan, great, but now the return slips (other tray) are too HIGH",
                answered_after=45,
            ),
            Fix(
                "One setting too many moved along, my apologies. Slips and labels now each have their own. Ten of both, all straight.",
                checked="10 slips, 10 labels",
                after=20,
                words="Straight as soldiers. thank you",
                answered_after=30,
            ),
        ),
    ),
]
