"""How mail programs, in the languages they speak, mark what somebody else wrote: by lines and short runs of lines."""

import re
from collections.abc import Sequence

LONGEST_LINE = 400  # characters; no mark is longer
LONGEST_ATTRIBUTION = 5  # lines over which "On … wrote:" is broken
LONGEST_HEADER = 14  # lines of a block "From: … Subject: …"

_QUOTED = re.compile(r"\s{0,3}>")
_FENCE = re.compile(r"\s{0,3}```")
_RULER = re.compile(r"[\s>]*+[-_=~*#+.·•–—─ᐧ\u200b\ufeff\xa0]++\s*+$")
_SIGNATURE_MARK = re.compile(r"(?:- )?(?:--|–|—|––|——)\s{0,2}$")

# --- "On … wrote:" ----------------------------------------------------------------------------------------------------

_VERBS = (
    r"wrote|writes|a écrit|écrit|schrieb|schrieben|escribi[óo]|escreveu|ha scritto|scrisse|scrive|schreef"
    r"|geschreven|het volgende geschreven"
    r"|skrev|kirjoitti|napisa[łl](?:\(a\)|a)?|pisze|napsal(?:\(a\)|a)?|nap[íi]sal(?:\(a\)|a)?|írta|a scris"
    r"|va escriure|je napisa[ol]|napisao"
    r"|написал(?:\(а\)|\(-а\)|а)?|пише(?:т)?|написав|написа|yazd[ıi]|şunları yazdı|έγραψε|kirjutas|rakst[īi]ja"
    r"|raš[ėe]|parašė|viết|menulis|เขียน"
    r"|写道|寫道|写了|のメール|さんは書きました|さんが書きました|作成|(?:님이 )?(?:작성|썼습니다|씀)"
    r"|כתב(?:ה)?|מאת|كتب|نوشت"
)
_VERB = re.compile(rf"(?:^|[\s>\])”\"’',，;]|\d)(?:{_VERBS})(?=$|[\s:：,–—-])", re.IGNORECASE)
_VERB_LAST = re.compile(rf"(?:{_VERBS})\s*[-–—]*\s*[:：]?\s*[-–—]*\s*$", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]@[\w-]")
_DAY = (
    r"(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day)?\b|(?:mo|di|mi|do|fr|sa|so)\b\.?,|(?:montag|dienstag"
    r"|mittwoch|donnerstag|freitag|samstag|sonntag)"
    r"|(?:lun|mar|mer|jeu|ven|sam|dim)[a-z]*\b\.?|(?:lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo"
    r"|segunda|ter[çc]a|quarta|quinta|sexta)"
    r"|(?:пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|понеділок|вівторок"
    r"|середа|четвер|пʼятниця|субота|неділя)"
    r"|(?:man|tir|ons|tor|fre|l[øö]r|s[øö]n)(?:s?dag)?\b\.?|(?:pon|wt|[śs]r|czw|pt|sob|niedz)\b\.?|(?:po|[úu]t"
    r"|st|[čc]t|p[áa]|so|ne)\b\.?[ ,]"
)
_STARTS = (
    r"on|at|in a message dated|am|den|dne|dn[iňa]{1,2}a?|w dniu|le|el|il(?: giorno)?|em|no dia|op|p[åa]"
    r"|ma|vào|pada|tarih|στις|на|в|от|il giorno|ngày|a|data|in data|於|在|ב"
)
_DATE = r"\d{4}[-/.年]\d{1,2}|\d{1,2}[-/.]\s?\d{1,2}[-/.]\s?\d{2,4}|\d{4}\. ?\d{1,2}\. ?\d{1,2}"
_STARTED = re.compile(
    rf"\s*[-*>–—\s]*(?:(?:{_STARTS})\b[\s:,]*|(?={_DAY})|(?={_DATE})|(?=\d{{1,2}}\.? \w{{3,12}}\.? \d{{4}}))",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\s*[-*–—]*\s*[\"“'‘]?[^\W\d_][^<>\n]{0,80}<[^<>\s]*[\w.+-]@[^<>\s]*>")
_DATED = re.compile(rf"{_DATE}|\b\d{{1,2}}[:.h]\d{{2}}\b|\b(?:19|20)\d\d\b|下午|上午")
_COUNTED_DAY = re.compile(r"\d")
_FROM_LAST = re.compile(r"\b(?:from|от|von|de)\b[^:@]{0,120}@[^:]{0,120}[:：]\s*$", re.IGNORECASE)
_ENDS_SENTENCE = re.compile(r"(?:[^\W\d_]{3}|[)\"”])[.!?]\s*$")


def length_of_attribution(lines: Sequence[str], at: int) -> int:
    """How many lines the words "On … wrote:" take that end in line `at`; 0 where none do."""
    last = lines[at]
    if len(last) > LONGEST_LINE or not last.strip():
        return 0
    end = last.rstrip()[-40:]
    if end[-1] not in ":：>)]-–—" and not _VERB_LAST.search(end):
        return 0
    named = 0
    for length in range(1, LONGEST_ATTRIBUTION + 1):
        start = at - length + 1
        if start < 0 or len(lines[start]) > LONGEST_LINE:
            break
        if length > 1 and _ENDS_SENTENCE.search(lines[start]):
            break
        if not lines[start].strip():
            continue
        joined = " ".join(line.strip() for line in lines[start : at + 1] if line.strip())
        if is_quoted(lines[start]) or joined.count("<") < joined.count(">"):
            continue
        found = _is_attribution(joined)
        if found is _STRONG:
            return length
        named = named or (length if found else 0)
    return named


_STRONG = "strong"


def _is_attribution(words: str) -> str:
    """Whether all the words are one: begun as such (strong), or only a name with an address and a verb."""
    if len(words) > LONGEST_LINE or not ("@" in words or _COUNTED_DAY.search(words)):
        return ""
    verb = _VERB.search(words)
    is_ended = words.rstrip()[-1] in ":：" or bool(_VERB_LAST.search(words))
    has_address = bool(_ADDRESS.search(words))
    if _STARTED.match(words):
        if verb and is_ended and (_DATED.search(words) or (has_address and _COUNTED_DAY.search(words))):
            return _STRONG
        if has_address and _DATED.search(words) and _FROM_LAST.search(words):
            return _STRONG
        if (
            has_address
            and _DATED.search(words)
            and words.rstrip().endswith((">:", ">：", "):", ">", "]:"))
            and _dated_first(words)
        ):
            return _STRONG
    if verb and is_ended and has_address and _NAMED.match(words):
        return "named"
    return ""


def _dated_first(words: str) -> bool:
    """Without a verb only a date followed by a sender counts: "2016-10-24 15:36 GMT+02:00 Kim <kim@example.org>:"."""
    return (
        bool(re.match(rf"\s*(?:{_DATE}|{_DAY}|\d{{1,2}}\.? \w{{3,12}}\.? \d{{4}})", words, re.IGNORECASE))
        and words.count("@") == 1
    )


# --- "From: … Sent: … To: … Subject: …" -------------------------------------------------------------------------------

_FIELDS = {
    "from": "From|Von|De|Da|Van|Från|Fra|Od|От|Від|Lähettäjä|Feladó|Kimden|De la|Expéditeur|Remitente|Mittente"
    "|Afzender|Absender|Avsändare|Από|寄件者|寄件人|发件人|發件人|差出人|送信者|보낸 ?사람|Message du",
    "date": "Sent|Date|Gesendet|Gesendet am|Datum|Envoyé|Envoyé le|Date d'envoi|Enviado|Enviado el|Enviado em"
    "|Enviada em|Fecha|Data|Inviato|Inviata|Verzonden|Skickat|Sendt|Dato|Wysłano|Wysłane|Odesláno|Odoslané"
    "|Отправлено|Дата|Надіслано|Lähetetty|Päivämäärä|Päiväys|Gönderildi|Gönderilme|Gönderim|Tarih|Elküldve"
    "|Trimis|Στάλθηκε|Ημερομηνία|发送时间|發送時間|寄件日期|日期|送信日時|日付|日時|보낸 ?날짜|날짜|Am",
    "to": "To|An|À|A|Para|Aan|Till|Til|Do|Komu|Pro|Кому|Vastaanottaja|Címzett|Kime|Către|Destinataire"
    "|Destinatario|Ontvanger|Empfänger|Προς|收件人|收件者|宛先|받는 ?사람|Cc|Kopie|Copie|Copie à|Copia|Kopia"
    "|Копия|Bcc"
    "|Reply-To|Antwort an|抄送|副本|참조",
    "subject": "Subject|Re|Betreff|Betr|Objet|Sujet|Oggetto|Asunto|Assunto|Onderwerp|Ämne|Emne|Temat|Předmět"
    "|Předmet|Predmet|Тема|Aihe|Tárgy|Konu|Subiect|Θέμα|主题|主旨|主題|件名|제목",
}
_FIELD = re.compile(
    r"[\s>]{0,12}[*_]{0,2}(?:"
    + "|".join(f"(?P<{kind}>{names})" for kind, names in _FIELDS.items())
    + r")\s{0,3}[*_]{0,2}\s{0,3}[:：][*_]{0,2}(?:\s|$|[^/\s])",
    re.IGNORECASE,
)


def length_of_header(lines: Sequence[str], at: int, *, is_announced: bool) -> int:
    """How many lines a block of a mail's header takes that begins in line `at`; 0 where there is none.

    A person may begin lines with "From:" and "To:" as well: it takes three different fields, among them an address, or
    a subject and a date, or two below a line that announces them.
    """
    if not (first := _field(lines[at])):
        return 0
    found, end, has_address = {first}, at + 1, "@" in lines[at]
    blanks = 0
    for number in range(at + 1, min(at + LONGEST_HEADER, len(lines))):
        line = lines[number]
        kind = _field(line)
        if kind:
            found.add(kind)
            end, blanks = number + 1, 0
            has_address = has_address or "@" in line
        elif not line.strip():
            blanks += 1
            if blanks > 1 or len(found) >= 3:
                break
        elif blanks or number >= end + 3:
            break  # a field may go on for some lines, but not after a gap
    if is_announced and len(found) >= 2:
        return end - at
    return end - at if len(found) >= 3 and (has_address or {"subject", "date"} <= found) else 0


def _field(line: str) -> str:
    if len(line) > 4 * LONGEST_LINE or (":" not in line and "：" not in line):  # as long as many people on copy
        return ""
    found = _FIELD.match(line)
    return (found.lastgroup or "") if found else ""


# --- Other lines ------------------------------------------------------------------------------------------------------

_BEFORE_ORIGINAL = re.compile(r"[\s>*_\-–—=]*+")
_ORIGINAL = re.compile(
    r"(?:"
    r"(?:original|forwarded|reply|replied|quoted) (?:message|mail|e-?mail|appointment)|original"
    r"|message transféré|message (?:d'origine|original)|mensaje (?:original|reenviado)|mensagem (?:original"
    r"|encaminhada)|messaggio (?:originale|inoltrato)"
    r"|(?:ursprüngliche|weitergeleitete|original)[- ]?(?:nachricht|e-?mail|mail)|originalnachricht"
    r"|oorspronkelijk bericht|doorgestuurd bericht|ursprungligt meddelande|vidarebefordrat meddelande"
    r"|opprinnelig melding|videresendt melding|oprindelig meddelelse|videresendt meddelelse"
    r"|alkuperäinen viesti|välitetty viesti|(?:oryginalna )?wiadomość(?: oryginalna| przekazana)?"
    r"|původní (?:zpráva|e-mail)|přeposlaná zpráva|pôvodná správa|исходное сообщение|пересылаемое сообщение"
    r"|пересланное сообщение|оригинальное сообщение|eredeti üzenet|továbbított üzenet|orijinal (?:mesaj|ileti)"
    r"|mesaj original|αρχικό μήνυμα"
    r"|原始邮件|原始郵件|原邮件|转发邮件|转发的邮件|轉寄郵件|元のメッセージ|転送(?:されたメッセージ"
    r"|メッセージ)|original[- ]?nachricht|원본 ?메(?:시지|일)|전달된 ?메(?:시지|일)"
    r")[^\n]{0,40}$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"[\s>*_]*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail)"
    r"|début du message (?:réexpédié|transféré)|inicio del mensaje reenviado"
    r"|início da mensagem (?:re)?encaminhada|inizio messaggio inoltrato|begin doorgestuurd bericht"
    r"|vidarebefordrat brev|start på videresendt besked|videresendt melding|přeposlaná zpráva"
    r"|начало переадресованного сообщения|下面是被转发的邮件|开始转发的邮件|転送されたメッセージ)\s*[:：]?\s*$",
    re.IGNORECASE,
)
_REPLY_ABOVE = re.compile(
    r"\W{0,12}(?:please )?(?:(?:type|write|add|enter|send) (?:your )?)?(?:reply|response|respond|answer"
    r"|comment)s? (?:\w+ ){0,2}above (?:this|the) (?:\w+ )?line\W{0,12}$"
    r"|\W{0,12}(?:bitte )?(?:(?:schreiben|antworten) sie )?(?:ihre )?(?:antwort )?(?:bitte )?(?:oberhalb"
    r"|über) dieser (?:\w+ )?(?:linie|zeile)(?: schreiben| antworten| eingeben)?\W{0,12}$"
    r"|\W{0,12}(?:veuillez )?(?:répondre|répondez|écrivez) (?:\w+ ){0,3}au-dessus de cette ligne\W{0,12}$"
    r"|\W{0,12}(?:por favor,? )?(?:responda|escriba) (?:\w+ ){0,3}(?:encima|por encima"
    r"|arriba) de esta línea\W{0,12}$",
    re.IGNORECASE,
)
_DEVICE = (
    r"i-?phone\w*|i-?pad\w*|i-?pod|android|samsung|galaxy|blackberry|windows|outlook|mail|e-?mail|yahoo"
    r"|gmail|gmx|web\.de|hotmail|icloud|proton\w*|nokia|huawei|xiaomi|redmi|honor|pixel|oneplus|motorola|sony"
    r"|xperia|htc|lg|mobile?|mobil\w*|handy|smartphone|phone|telefoon|telefon\w*|téléphone|teléfono|celular"
    r"|cellulare|tablet|tablette|device|gerät|appareil|dispositivo|mac(?:book)?|apple|watch|thunderbird|spark|k-9"
    r"|fairemail|airmail|bluemail|nine|mailbox|aol|zoho|yandex|rambler|mail\.ru|电脑|手机"
)
_SENT_FROM = re.compile(
    r"\W{0,3}(?:(?:sent|posted|delivered|composed|written) (?:from|via|with|using|by|on|through)"
    r"|get outlook for|download outlook|gesendet (?:von|mit|über|aus)|von (?:meinem|unterwegs)"
    r"|diese (?:nachricht|e-?mail|mail) wurde (?:von|mit)|von .{0,30}gesendet|von .{0,40}versendet"
    r"|versendet (?:von|mit|über)"
    r"|envoyé (?:de|depuis|à partir|avec|par|via)|téléchargez outlook|obtenir outlook|provenant de"
    r"|enviado (?:desde|do|de|a partir|pelo|pela|mediante|con)|enviada? (?:do|desde|de)|obt[eé]n outlook"
    r"|obter o? ?outlook|inviato (?:da|dal|con|tramite)|scarica outlook|ottieni outlook|verzonden (?:vanaf"
    r"|vanuit|met|via|van)|verstuurd (?:vanaf|met|via|van)"
    r"|skickat? (?:från|med|via)|sendt (?:fra|via|med)|hent outlook|hämta outlook|lähetetty|wysłane? (?:z|za)"
    r"|wysłano z|odesláno (?:z|ze)|odoslané z|отправлено (?:с|из|от)|послано с|надіслано (?:з|із)|elküldve"
    r"|küldve|trimis (?:de|din)|gönderildi|στάλθηκε από|iphone(?:から|에서)|発信元|从我的|发自我?的?"
    r"|來自我?的?|寄自|나의 ?\S{2,20}에서"
    r"|내 ?\S{2,20}에서|iphoneから送信)",
    re.IGNORECASE,
)
_DEVICE_NAMED = re.compile(rf"(?<![a-z])(?:{_DEVICE})(?![a-z])|https?://", re.IGNORECASE)
_FOOTER = re.compile(
    r"mailing ?list|listinfo|unsubscribe|abbestellen|désabonne|darse de baja|disiscri|google groups",
    re.IGNORECASE,
)


def is_quoted(line: str) -> bool:
    return bool(_QUOTED.match(line))


def is_code_fence(line: str) -> bool:
    return bool(_FENCE.match(line))


def is_ruler(line: str) -> bool:
    return len(line) <= LONGEST_LINE and bool(_RULER.match(line))


def is_signature_mark(line: str) -> bool:
    """Two dashes (RFC 3676, 4.3), also where the space behind them was lost, and what typing aids make of them."""
    return bool(_SIGNATURE_MARK.match(line))


def is_original_below(line: str) -> bool:
    """Whether the line says that another mail begins below: "-----Original message-----"."""
    return len(line) <= LONGEST_LINE and bool(_is_original(line) or _FORWARDED.match(line) or _REPLY_ABOVE.match(line))


def _is_original(line: str) -> bool:
    """The words with two dashes or more before them, and before these only what marks a quote or bold type."""
    before = _BEFORE_ORIGINAL.match(line)
    end = before.end() if before else 0
    marks = line[:end].rstrip()
    above = marks.rstrip("-–—_=*")
    return len(marks) - len(above) >= 2 and not set(above) & set("-–—=") and bool(_ORIGINAL.match(line, end))


def is_device_signature(line: str) -> bool:
    """A line that a telephone writes below every mail: "Sent from my …". Its place has to tell, too, if it is one."""
    return len(line) <= 120 and bool(_SENT_FROM.match(line) and _DEVICE_NAMED.search(line))


def is_footer(line: str) -> bool:
    """A line that a mailing list writes below every mail."""
    return len(line) <= LONGEST_LINE and bool(_FOOTER.search(line))
