"""What is new in a reply is told from the rest, and nothing that a person wrote is hidden."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from foredesk.intake.rules.trimming import trim

ANSWER = "It works again.\n\nThank you,\nMaya"


@pytest.mark.parametrize(
    "introduction",
    [
        "On Mon, Feb 3, 2025 at 4:58 PM Foredesk <desk@ashgrove.example> wrote:",
        "On Mon, Feb 3, 2025 at 4:58 PM Foredesk at Ashgrove College <\ndesk@ashgrove.example> wrote:",
        "On 3 Feb 2025, at 16:58, Foredesk at Ashgrove\n<desk@ashgrove.example>\nwrote:",
        "Foredesk <desk@ashgrove.example> wrote:",
        "---- On Mon, 03 Feb 2025 14:17:36 +0100 Foredesk <desk@ashgrove.example> wrote ----",
        "At 3/2/2025 08:32 PM, you wrote:",
        "2025-02-03 15:36 GMT+01:00 Foredesk <desk@ashgrove.example>:",
        "Monday, 3 February 2025, 3:32 PM +0100 from desk@ashgrove.example <desk@ashgrove.example>:",
        "Am 03.02.2025 um 16:58 schrieb Foredesk:",
        "Am Mo., 3. Feb. 2025 um 16:58 Uhr schrieb Foredesk <desk@ashgrove.example>:",
        "Foredesk <desk@ashgrove.example> schrieb am Mo., 3.\nFeb. 2025 um 16:58 Uhr:",
        "Le lun. 3 févr. 2025 à 16:58, Foredesk <desk@ashgrove.example> a\nécrit :",
        "El lun, 3 feb 2025 a las 16:58, Foredesk (<desk@ashgrove.example>) escribió:",
        "Il giorno lun 3 feb 2025 alle ore 16:58 Foredesk <desk@ashgrove.example>\nha scritto:",
        "Em seg., 3 de fev. de 2025 às 16:58, Foredesk <desk@ashgrove.example> escreveu:",
        "Op ma 3 feb 2025 om 16:58 schreef Foredesk <desk@ashgrove.example>:",
        "Den mån 3 feb. 2025 kl 16:58 skrev Foredesk <desk@ashgrove.example>:",
        "man. 3. feb. 2025 kl. 16:58 skrev Foredesk <desk@ashgrove.example>:",
        "ma 3. helmik. 2025 klo 16.58 Foredesk (desk@ashgrove.example) kirjoitti:",
        "pon., 3 lut 2025 o 16:58 Foredesk <desk@ashgrove.example> napisał(a):",
        "po 3. 2. 2025 v 16:58 odesílatel Foredesk <desk@ashgrove.example> napsal:",
        "пн, 3 февр. 2025 г. в 16:58, Foredesk <desk@ashgrove.example>:",
        "03.02.2025 16:58, Foredesk пишет:",
        "Foredesk <desk@ashgrove.example>, 3 Şub 2025 Pzt, 16:58 tarihinde şunu yazdı:",
        "2025年2月3日(月) 16:58 Foredesk <desk@ashgrove.example>:",
        "在 2025年2月3日，下午4:58，Foredesk <desk@ashgrove.example> 写道：",
        "-----Original Message-----\nFrom: Foredesk [mailto:desk@ashgrove.example]\n"
        "Sent: Monday, 3 February 2025 16:58",
        "________________________________\nFrom: Foredesk <desk@ashgrove.example>\n"
        "Sent: Monday, 3 February 2025 16:58\n"
        "To: Maya Ortiz\nCc: Ben Hale;\n Ada Lind\nSubject: RE: Printer",
        "*From:* Foredesk <desk@ashgrove.example>\n*Date:* 3 February 2025\n*To:* Maya\n*Subject:* Printer",
        "Von: Foredesk <desk@ashgrove.example>\nGesendet: Montag, 3. Februar 2025 16:58\nAn: Maya Ortiz\n"
        "Betreff: Drucker",
        "De : Foredesk <desk@ashgrove.example>\nEnvoyé : lundi 3 février 2025 16:58\nÀ : Maya Ortiz\n"
        "Objet : Imprimante",
        "Da: Foredesk <desk@ashgrove.example>\nInviato: lunedì 3 febbraio 2025 16:58\nA: Maya\nOggetto: Stampante",
        "差出人: Foredesk <desk@ashgrove.example>\n送信日時: 2025年2月3日 16:58\n宛先: Maya\n件名: プリンター",
        "---------- Forwarded message ---------\nFrom: Foredesk <desk@ashgrove.example>\nDate: Mon, 3 Feb 2025",
        "##- Please type your reply above this line -##",
    ],
)
@pytest.mark.parametrize("original", ["Which printer is it?\nIs it on?", "> Which printer is it?\n>\n> Is it on?"])
def test_the_mail_that_was_answered_is_not_new(introduction, original):
    trimmed = trim(f"{ANSWER}\n\n{introduction}\n\n{original}\n")
    assert trimmed.answer == ANSWER
    assert "Is it on?" in trimmed.rest
    assert introduction.splitlines()[0] in trimmed.rest


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nMaya Ortiz\nLibrary, room 12",
        "--\nMaya Ortiz",
        "—\nMaya Ortiz",
        "Sent from my iPhone",
        "Sent from my Samsung Galaxy smartphone.",
        "Get Outlook for Android<https://aka.example/x>",
        "Von meinem iPhone gesendet",
        "Gesendet mit der GMX Mail App",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Verzonden vanaf mijn telefoon",
        "Sendt fra min iPad",
        "Отправлено с iPhone",
        "iPhoneから送信",
        "发自我的iPhone",
        "_______________________________________________\nStaff mailing list\n"
        "https://lists.ashgrove.example/listinfo/staff",
        "***\n\n-------",
    ],
)
@pytest.mark.parametrize(
    "below", ["", "\n\nOn 3 Feb 2025 at 16:58 Foredesk <desk@ashgrove.example> wrote:\n> Is it on?\n"]
)
def test_signatures_are_not_new(signature, below):
    assert trim(f"{ANSWER}\n\n{signature}{below}").answer == ANSWER


def test_answers_between_the_lines_stay_with_what_they_answer():
    text = """On 3 Feb 2025, at 16:58, Foredesk <desk@ashgrove.example> wrote:
> Which printer is it?

The one by the stairs.

> Since when?

Since Monday.

> Shall we come?
"""
    trimmed = trim(text)
    assert trimmed.answer == ("> Which printer is it?\n\nThe one by the stairs.\n\n> Since when?\n\nSince Monday.")
    assert "Shall we come?" in trimmed.rest


def test_an_answer_below_what_it_answers():
    text = (
        "On 3 Feb 2025, at 16:58, Foredesk <desk@ashgrove.example> wrote:\n> Is it on?\n> Sure?\n\n"
        "Yes, it is.\n\n-- \nMaya"
    )
    assert trim(text).answer == "Yes, it is."


def test_an_answer_above_and_more_below():
    text = (
        f"{ANSWER}\n\nOn 3 Feb 2025 at 16:58 Foredesk <desk@ashgrove.example> wrote:\n> Is it on?\n\nP.S. It was off."
    )
    trimmed = trim(text)
    assert trimmed.answer == f"{ANSWER}\n\n> Is it on?\n\nP.S. It was off."


@pytest.mark.parametrize(
    "text",
    [
        "First:\n\n-----\n\nSecond, with a line between.\n\n=====\n\nThird.",
        "I travel on Monday.\nFrom: Ashgrove\nTo: Lisbon\nDate: 3 May",
        "On Monday the screen wrote: no signal.\nThen it went dark.",
        "I have two questions:\n> is a sign I cannot type\nand how do I get it?",
        "The mail was sent from my iPhone, as I said.\nCan you see it?",
        "Sent from my iPhone it looks right.\nOn the laptop it does not.",
        "```\n-- \nFrom: a@b.example\nTo: c\nSubject: d\n```\nThis is what it prints.",
        "> only a quotation",
        "On 3 Feb 2025, at 16:58, Foredesk <desk@ashgrove.example> wrote:\n> only a quotation",
        "-- \nMaya Ortiz",
        "Please reply directly above line 12 of the form.",
        "--\n" + "\n".join(f"line {number} of a long text" for number in range(40)),
        "",
        "   \n",
    ],
)
def test_in_doubt_all_of_it_is_new(text):
    assert trim(text).answer == text.strip("\n ")
    assert trim(text).rest == ""


def test_a_mail_passed_on_without_a_word():
    text = (
        "---------- Forwarded message ----------\nFrom: Ada <ada@ashgrove.example>\nDate: 3 Feb 2025\n"
        "Subject: Key\nTo: Maya\n\nThe key is lost."
    )
    trimmed = trim(text)
    assert trimmed.answer == "The key is lost."
    assert "ada@ashgrove.example" in trimmed.rest


# --- What holds for any text ------------------------------------------------------------------------------------------

LINES = st.sampled_from(
    [
        "",
        "",
        "Hello,",
        "it works again. Thanks!",
        "> quoted",
        ">> quoted twice",
        "-- ",
        "--",
        "---",
        "________________",
        "On Mon, Feb 3, 2025 at 4:58 PM Kim <",
        "kim@ashgrove.example> wrote:",
        "> wrote:",
        "On 3 Feb 2025 at 16:58 Kim <kim@ashgrove.example> wrote:",
        "Am 03.02.2025 um 16:58 schrieb Kim:",
        "From: Kim <kim@ashgrove.example>",
        "Sent: Monday",
        "To: Maya",
        "Subject: Printer",
        "-----Original Message-----",
        "Sent from my iPhone",
        "| barred",
        "```",
        "kim@ashgrove.example:",
        "mailing list",
    ]
)
TEXTS = st.one_of(st.lists(LINES, max_size=25).map("\n".join), st.text(max_size=400))


def _said(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


@settings(max_examples=400)
@given(TEXTS)
@example("On 3 Feb 2025 at 16:58 Kim <kim@ashgrove.example> wrote:\n\n<\n> wrote:\nx")
def test_no_line_is_lost_and_none_is_made_up(text):
    trimmed = trim(text)
    assert sorted(_said(trimmed.answer) + _said(trimmed.rest)) == sorted(_said(text))
    assert bool(_said(trimmed.answer)) == bool(_said(text))


@settings(max_examples=400)
@given(TEXTS)
def test_what_is_trimmed_is_not_trimmed_further(text):
    answer = trim(text).answer
    assert trim(answer).answer == answer


@pytest.mark.parametrize(
    "piece",
    [
        "> ",
        "-- \n",
        "---\n",
        "On 3 Feb 2025 ",
        "On 3 Feb 2025 at 16:58 Kim <kim@ashgrove.example> wrote:\n",
        "From: a@b.example\nTo: c\nSubject: d\n",
        "From: \n",
        "<",
        "x <kim@ashgrove.example\n",
        "wrote:\n",
        "a@b.example ",
        "-",
        "Sent from my iPhone\n",
        "x\n--\n\n",
        "```\n",
        ": ",
        "\n",
        "9",
    ],
)
def test_time_is_linear_in_the_text(piece):
    """Four times as much of what could make a pattern try again and again takes about four times as long."""
    took = {}
    for size in (100_000, 400_000):
        text = ("Hello\n" + piece * (size // len(piece)))[:size]
        begun = time.process_time()
        trim(text)
        took[size] = time.process_time() - begun
    assert took[400_000] < max(0.5, 8 * took[100_000])
    assert took[400_000] < 6


def test_what_a_program_reported_is_no_mail_that_was_answered():
    words = "It says:\n\nFrom: server1\nTo: server2\nSubject: failed\n\nPlease help, I cannot work."
    assert trim(words).answer == words


def test_what_is_announced_above_dashes_is_no_signature():
    words = "I did this:\n--\nclosed the lid\nopened it\n\nNow it is dark."
    assert trim(words).answer == words
    assert trim("It is dark.\n--\nMaya Ortiz\nBiology").answer == "It is dark."
