# ruff: noqa: E501  (people do not write in lines of 120 characters)
from .story import (
    SIGN_IN,
    TEACHING,
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
        key="locked-after-break",
        service_class=SIGN_IN,
        goal="[Locked out after the break.|Cant log in after the holiday.|Back from the break and my password is gone from my head.] [I need to get at {file}.|I just want to start my day.|First meeting is at {clock}...]",
        happened="It says my account is locked, [contact your administrator|too many attempts]. [Thats you I suppose!|]",
        theory="[I changed my password the day before we left and it did not sink in.|Maybe my {mobile} still has the old one and keeps trying?|No idea honestly.]",
        tried="Everything I could remember. [That's probably what locked it.|Five times, sorry.]",
        severity="stopped",
        people=1,
        perceived="moment",
        slots={"cause": ("your {mobile} still had the old password and knocked too often",)},
        times=9,
        steps=(
            SkipRestatement("Locked account after the break: the need is plain and somebody is waiting.", after=4),
            Fix(
                "Hi {me}, welcome back! Your account is open again, you can sign in with the password you had.\n\n"
                'If you don\'t remember it: choose "Forgot your password?" on the sign-in page, it takes a minute.\n\n'
                "For next time: after a change, type the new password into the mail app on your phone as well. "
                "The phone keeps knocking with the old one, and after ten knocks the door shuts.",
                checked="Unlocked; sign-in log is quiet for five minutes",
                after=5,
                answer="yes",
                words="[Thank you!! Was the phone indeed.|Brilliant, thanks|That was fast. Thank you]",
                answered_after=12,
            ),
        ),
    ),
    Story(
        key="password-expired-home",
        service_class=SIGN_IN,
        goal="[Password expired while I was working from home|my password ran out and im at home] and now nothing works [:(|]",
        happened="Mail asks for the password again and again. When I type the old one it shakes its head at me.",
        tried="restarted, twice",
        impact="I can't read mail or open {file}. [Marks are due tomorrow.|]",
        severity="stopped",
        people=1,
        perceived="moment",
        times=6,
        steps=(
            Restate(
                "You're working from home today, your password has expired, and you need a new one without coming in.",
                after=7,
                answered_after=4,
            ),
            Agent(
                'Hello {me}, that works from home too. On account.ashgrove.example choose "My password has expired", '
                "your phone gets a code, and then you choose a new one. Three or four ordinary words in a row make "
                "a fine password and are easier to remember than signs and digits. I stay here until you're in.",
                after=5,
            ),
            Fix(
                "I see your new password arrived at 100 %: mail and the shared drive both let you in. "
                "The laptop itself keeps the old one until you're next on the college network, so use the old "
                "one to unlock the screen until then. That is the only odd thing about it.",
                checked="Watched the sign-in succeed from the customer's home address",
                after=14,
                words="[ah that explains the screen, i wondered. all good|Works. Thank you for waiting with me.|yes]",
                answered_after=25,
            ),
        ),
    ),
    Story(
        key="new-phone-second-factor",
        service_class=SIGN_IN,
        goal="I have a new phone and the sign-in wants a number from the app that is on the old one. [The old one is at the bottom of a canal.|My daughter has the old one now, wiped.|Traded in on saturday.]",
        theory="I think the app is tied to the phone and I should have moved it first?",
        impact="No mail, no timetable, no marks. I borrowed a colleague's screen to write this",
        severity="stopped",
        people=1,
        perceived="moment",
        times=5,
        steps=(
            Restate(
                "Your second sign-in step is tied to a phone you no longer have, and you'd like it on the new one today.",
                after=10,
            ),
            Judge("agree", after=1),
            Agent(
                "You're quite right about the app, {me}: it lives on one phone. No harm done. Because this step is "
                "what keeps strangers out, I need to see that you are you: please come by the front office with your "
                "college card, or I video-call you and you hold it up. Which suits you?",
                after=4,
            ),
            Customer("[I can come down at {clock}|video call please, I'm in Riverside all day]", after=35),
            Fix(
                "That was quick! The new phone is enrolled, and I also printed you eight single-use codes. "
                "Keep them in your wallet: with one of those you get in even when the phone is not there.",
                checked="Signed in together, phone and one code",
                after=40,
                words="[Painless. Thanks|yes! codes are in the wallet]",
            ),
        ),
    ),
    Story(
        key="two-accounts",
        service_class=SIGN_IN,
        goal="I seem to have two accounts since I changed from {course} tutor to staff. One sees my courses, the other one sees my mail",
        happened="Whichever I sign in with, half of my things is missing",
        theory="Somebody made a second me when my contract changed?",
        tried="Different browsers. In Firefox I am one person and in Chrome the other, which works but feels wrong",
        impact="annoying rather than bad. I keep sending mail as the wrong me",
        severity="annoyed",
        people=1,
        perceived="hour",
        fixed="one account with everything in it",
        times=3,
        departments=TEACHING,
        steps=(
            Restate(
                "You'd like your old tutor account and your staff account to become one, with courses and mail together.",
                after=45,
            ),
            Judge("agree", after=2),
            Note(
                "HR feed made a new identity on the contract change instead of linking. Third one this month, worth raising with Human Resources."
            ),
            HandOff(
                tried="Compared both accounts; the old one owns the courses and 3 GB of files, the new one the mailbox.",
                why="Merging identities means touching the directory and the course system in the right order, about an hour undisturbed.",
                after=30,
            ),
            Agent(
                "Hello {me}, {agent} from the deep-dive team here. Your theory is spot on: when your contract changed, the "
                "personnel system announced you as somebody new. I'll join the two tomorrow early, before you start, so "
                "that nothing you write gets lost. Please sign out on both browsers tonight.",
                after=60,
            ),
            Fix(
                "You're one person again. Sign in with the staff name; your courses, files and mail are all behind it. "
                "Mail to the old address still reaches you.",
                checked="Signed in as a test of both paths, courses 6 of 6 present, mail delivered to both addresses",
                after=540,
                answer="partly",
                words="Nearly! courses and mail are there but my bookmarks in the reading list are from the tutor me. can they come too?",
                answered_after=180,
            ),
            Fix(
                "The reading list keeps its own copy of names, I hadn't thought of it. Your 14 bookmarks are moved now. "
                "Thank you for telling, I added it to our own checklist so the next person doesn't miss theirs.",
                checked="Reading list shows 14 entries under the staff account",
                after=90,
                words="all there. It's nice to be one person :)",
                answered_after=100,
            ),
        ),
    ),
    Story(
        key="guest-lecturer",
        service_class=SIGN_IN,
        goal="A guest lecturer comes on {day} for {course} and needs to get on a computer and onto the wifi",
        happened="I gave her the form but the form wants a staff number, which guests dont have",
        impact="Without it she cannot show her slides",
        needed_by="{day} {clock}",
        severity="slowed",
        people=2,
        perceived="moment",
        departments=("Biology", "History", "Languages", "Mathematics", "Nursing"),
        times=4,
        steps=(
            Restate(
                "Your guest for {course} needs to sign in to a lectern computer and the Wi-Fi on {day} at {clock}.",
                after=25,
            ),
            Agent(
                "The form is unkind to guests, I agree; I've passed that on. You don't need it: may I have her name and an "
                "e-mail address or mobile number she reads? She'll get a visitor's sign-in that works from the evening before until midnight.",
                after=12,
            ),
            Customer(
                "[Dr Orla Finnegan, orla.finnegan@lakeside.example|Prof. Ingeborg Dahl, i.dahl@northbank.example|Dr Wanjiru Kamau, w.kamau@southshore.example]. Thank you!!",
                after=60,
            ),
            Fix(
                "Done: the visitor's account is ready and the details have gone to her and, as a copy, to you. "
                "If she brings her own laptop, the same name and password open the guest Wi-Fi.",
                checked="Tried the account on the lectern computer in {room}",
                after=25,
                words="[she says it worked first time. What a relief|perfect, thanks]",
                answered_after=300,
            ),
        ),
    ),
    Story(
        key="shared-drive-not-allowed",
        service_class=SIGN_IN,
        goal="I can't open the folder of the examination board. it says access denied although I'm IN the examination board since the first of the month",
        theory="Nobody told the computer",
        severity="slowed",
        people=1,
        perceived="moment",
        needed_by="meeting is {day} {clock}",
        times=4,
        steps=(
            Restate(
                "You joined the examination board and need to read and write in its folder before the meeting on {day}.",
                after=18,
            ),
            Judge("agree", after=1),
            Agent(
                "Well put: nobody told the computer. The folder belongs to {colleague}, so I've asked there for a yes; that is usually a matter of an hour.",
                after=6,
            ),
            Wait("customer", "{colleague} owns the folder and has to agree", days=1, after=5),
            Fix(
                '{colleague} says "of course". You can open the folder now; if it still says no, sign out and in once, '
                "the computer only looks at your memberships when you arrive.",
                checked="Membership shows in the directory",
                after=130,
                words="[In! Thanks|works after signing out, thank you]",
            ),
        ),
    ),
    Story(
        key="strange-sign-in-mail",
        service_class=SIGN_IN,
        goal="Got a mail that someone signed in as me from [Lisbon|Toronto|Warsaw]. I have never been there in my life",
        theory="Either I was hacked or the mail itself is the trick, you never know these days",
        tried="I clicked nothing!! and changed nothing",
        impact="a bit scared to open anything now",
        severity="slowed",
        people=1,
        perceived="unknown",
        times=3,
        steps=(
            Restate(
                "You received a warning about a sign-in you don't recognise and want to know whether your account is safe.",
                after=9,
                answered_after=6,
            ),
            Judge("acknowledged", after=1),
            Agent(
                "You did exactly the right thing by clicking nothing and asking. I'm looking at your sign-ins of the last two weeks now, give me a quarter of an hour.",
                after=3,
            ),
            Note(
                "Log: only known addresses. The mail is a fake, sender domain one letter off. 11 others got it, passed to Ada for the filter.",
                mention="Ada",
            ),
            Fix(
                "Your account is fine: every sign-in of the last two weeks is from the college or your home.\n\n"
                "The mail was the trick, as you suspected. You can tell by the sender: *ashgr0ve* with a zero. You can delete it; "
                'our filter now knows it too, thanks to you. If you ever wonder again, the button "Report" in the mail program sends it straight to us.',
                checked="Read the sign-in record, 14 days",
                after=15,
                words="[Oh good. Zero instead of o, sneaky. Thank you for being nice about it|phew. thanks]",
                answered_after=30,
            ),
        ),
    ),
    Story(
        key="keyboard-language",
        service_class=SIGN_IN,
        goal="Password is not accepted on the computer in {room}, on all others it is",
        happened="wrong password, wrong password, wrong password",
        tried="typing slowly",
        severity="slowed",
        people=1,
        perceived="moment",
        times=3,
        steps=(
            Restate("Your password works everywhere but on the computer in {room}.", after=8, answered_after=5),
            Agent(
                "That sounds like the keyboard rather than the password, {me}. At the bottom right of the sign-in screen there are two letters: what do they say?",
                after=4,
            ),
            Customer("FR", after=10),
            Fix(
                "There it is: somebody from Languages set that computer to French, where q and a change places. Click the FR "
                "and choose EN, and your password is your password again. I've also set the sign-in screen in {room} to go back to English by itself at night.",
                checked="Typed a q on that computer",
                after=15,
                words="[ha! never would have found that|yes, in. merci]",
            ),
        ),
    ),
    Story(
        key="locked-every-hour",
        service_class=SIGN_IN,
        departments=("Biology", "Nursing"),
        goal="My account locks itself about every hour since {day}. you have unlocked it three times now (always friendly, but still)",
        happened="I work, suddenly mail asks for the password, and I'm out again",
        theory="[Something somewhere still has my old password. I only don't know where.|I suspect the computer in the lab]",
        tried="Changed the password on my {mobile} and at home",
        impact="every hour ten minutes gone, and I loose my train of thought",
        severity="slowed",
        people=1,
        perceived="hour",
        fixed="a whole day without being thrown out",
        times=3,
        steps=(
            Restate(
                "Your account locks about every hour although you changed the password everywhere you know of, and you want one undisturbed day.",
                after=15,
            ),
            Judge("agree", after=1),
            Resize("hour", "The source has to be found in the logs of several systems"),
            HandOff(
                tried="Unlocked three times; phone and home checked with the customer; lock events come from the lab network at minute 12 of each hour.",
                why="Finding which machine it is takes the domain logs.",
                after=40,
            ),
            Agent(
                "Hi {me}, I'm {agent}. The knocks come at twelve minutes past each hour from something in the lab corridor. I'm following them; until then I've set your account not to lock from there.",
                after=60,
            ),
            Note(
                "Scheduled backup task on the microscope PC in {room}, runs under the customer's name since 2022. Moved to a service account."
            ),
            Fix(
                "Found it: the microscope computer in {room} copies its pictures every hour, in your name and with your old password. "
                "Somebody set it up that way years ago. It now has a name of its own, so your password is yours alone.",
                checked="No lock since the change",
                after=560,
                words="[TWO days without being thrown out. you are a detective|yes, quiet since. thank you {agent}]",
                answered_after=600,
            ),
        ),
    ),
    Story(
        key="leaver-access",
        service_class=SIGN_IN,
        goal="our placement secretary left on {day} and we still need her files and her mailbox",
        departments=("Nursing", "Registry", "Human Resources", "Student Services"),
        impact="Hospitals write to her address and nobody answers them. 3 of us are in the dark",
        severity="slowed",
        people=3,
        perceived="hour",
        times=3,
        steps=(
            Restate(
                "You need the placement files and incoming mail of a colleague who left, for the three who carry on.",
                after=50,
            ),
            Follow("manager", "manager", "milestones", after=5),
            Agent(
                "Hello {me}, of course. Mail of a person who left may hold private things, so I need a yes from your head; I have asked there and put you in copy. The folder itself I can open for you three today.",
                after=20,
            ),
            Wait("customer", "Your head decides about the mailbox", days=2, after=10),
            Fix(
                'You three now see the folder "Placements", and new mail to that address lands in a shared mailbox that appears in your '
                "mail program by itself within the hour. Private mail from before stays closed, as agreed with your head.\n\n"
                "A tip for the future: a shared address such as placements@ survives everybody's holidays. Shall we make one?",
                checked="Sent a test mail, arrived in the shared mailbox",
                after=420,
                words="[yes works, and yes please to the shared address, I'll ask separately|Thank you, works. Good idea with the address]",
                answered_after=200,
            ),
        ),
    ),
]
