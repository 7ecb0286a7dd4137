# ruff: noqa: E501  (people do not write in lines of 120 characters)
"""What is nobody else's business: only the team for it sees these. Told once each."""

from .story import CONFIDENTIAL, Agent, Customer, Fix, Note, Restate, SkipRestatement, Story

STORIES = [
    Story(
        key="somebody-reads-my-mail",
        service_class=CONFIDENTIAL,
        goal="I have the feeling that somebody reads my mail. Two messages I had not opened yet were marked as read on Monday, and one of them is about a colleague's illness",
        theory="my old assistant still has my calendar, perhaps more than that",
        tried="changed my password. I'd rather not ask around",
        fixed="I know who can see my mailbox, and it is only me",
        severity="slowed",
        perceived="hour",
        times=0,
        steps=(
            Restate("You'd like to know who can open your mailbox, and that from now on only you can.", after=12),
            Note(
                "Delegation from two years ago: the assistant of then, full access. Took it away before I wrote.",
                after=20,
            ),
            Agent(
                "You noticed well. When you came here, your assistant of that time was given your whole mailbox, and nobody took it back. I have just done that. Nothing shows that anybody meant harm: their program marked as read what it fetched.",
                after=8,
            ),
            Fix(
                "Only you can open your mailbox now; I looked at it with a colleague. Your calendar is still shared as before, because you use that.\n\nFor next time: *Settings, Sharing* in your mail shows at any time who can see what.",
                checked="The list of delegates is empty, the calendar unchanged",
                after=25,
                words="Thank you, also for not making a fuss of it.",
                answered_after=40,
            ),
        ),
    ),
    Story(
        key="laptop-left-on-the-train",
        service_class=CONFIDENTIAL,
        goal="I left my laptop on the train this morning, with the marks of the whole second year on it. I have not told anybody yet",
        happened="The lost property office has nothing so far",
        impact="I don't know whether somebody can read the marks",
        severity="stopped",
        perceived="bigger",
        times=0,
        steps=(
            SkipRestatement("Called at once, every minute counts.", after=4),
            Agent(
                "Thank you for telling us so quickly, that is the part that matters. The disk of your laptop is encrypted: without your password nobody reads the marks. I have signed it out everywhere and locked it from here.",
                after=6,
            ),
            Note(
                "Encryption confirmed in the inventory, last seen 7:52. Data protection officer informed, no report needed.",
                after=35,
            ),
            Fix(
                "Three things are done: the laptop is locked, your accounts are signed out on it, and the data protection officer knows that nothing can be read. A loan laptop with your files waits for you at the desk.",
                checked="Lock confirmed; opened the files on the loan laptop",
                after=30,
                words="You have no idea how relieved I am",
                answered_after=20,
            ),
        ),
    ),
    Story(
        key="leave-and-an-account",
        service_class=CONFIDENTIAL,
        goal="Somebody in my team is off for longer and we need two contracts out of their mailbox. The person must not feel watched, and the team need not know why they are away",
        needed_by="{day}",
        fixed="the two contracts, nothing else",
        severity="slowed",
        perceived="moment",
        times=0,
        steps=(
            Restate(
                "You need two contracts from the mailbox of somebody who is away, without anybody reading anything else or learning why.",
                after=18,
                answered_after=25,
            ),
            Agent(
                "We do this with four eyes: somebody of the staff council looks on while I search for the two contracts by their names, and the person gets a note from us that says exactly that. Shall I arrange it for {tomorrow}?",
                after=14,
            ),
            Customer("Yes please. I didn't know this could be done so decently.", after=30),
        ),
    ),
    Story(
        key="typed-it-in",
        service_class=CONFIDENTIAL,
        goal="I fell for one of those mails. I typed my password into a page that looked like ours, and I work with salaries",
        happened="The page said thank you and then nothing. That is when I knew",
        tried="pulled the network cable. Was that right?",
        severity="stopped",
        perceived="bigger",
        times=0,
        steps=(
            SkipRestatement("Spoken on the phone right away.", after=2),
            Agent(
                "Pulling the cable was quick thinking, and so was telling us. Your account is locked since {clock}, nobody got in before that. Please come by with your card, then you leave with a new password and a code on your phone.",
                after=5,
            ),
            Note(
                "No sign-in from outside in the log. Nine others got the mail; taken out of their mailboxes.", after=20
            ),
        ),
    ),
    Story(
        key="messages-at-night",
        service_class=CONFIDENTIAL,
        goal="I get messages on my work phone at night from a number I don't know. They are not friendly. I would like it to stop and I don't want to show them around",
        severity="slowed",
        perceived="unknown",
        times=0,
    ),
]
