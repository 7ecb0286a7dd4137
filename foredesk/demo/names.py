"""Names of invented people, combined in a fixed order so that every demo college has the same ones."""

from collections.abc import Iterator
from unicodedata import normalize

FIRST = [
    "Jon",
    "Priya",
    "Samuel",
    "Lea",
    "Nadia",
    "Willem",
    "Aoife",
    "Chidi",
    "Hannah",
    "Rafael",
    "Mei",
    "Oskar",
    "Fatima",
    "Giulia",
    "Dmitri",
    "Saoirse",
    "Kwame",
    "Ingrid",
    "Yusuf",
    "Clara",
    "Hiroshi",
    "Beatriz",
    "Callum",
    "Zanele",
    "Emil",
    "Leila",
    "Patrick",
    "Noor",
    "Stefan",
    "Amara",
    "Luca",
    "Wilhelmina",
    "Tariq",
    "Elif",
    "Joseph",
    "Marta",
    "Andrés",
    "Freya",
    "Gopal",
    "Simone",
    "Viktor",
    "Thandi",
    "Declan",
    "Yuki",
    "Bram",
    "Rosalind",
    "Idris",
    "Katarzyna",
    "Hugo",
    "Ayesha",
    "Lars",
    "Odette",
    "Benedict",
    "Sunita",
    "Piotr",
    "Gwen",
    "Malik",
    "Annika",
    "Theo",
    "Carmen",
    "Ravi",
    "Imogen",
    "Kaito",
    "Esther",
    "Jamal",
    "Sofie",
    "Nikolai",
    "Bridget",
    "Omar",
    "Cecilia",
    "Finn",
    "Zahra",
    "Matteo",
    "Astrid",
    "Ibrahim",
    "Delphine",
    "Anton",
    "Chiara",
    "Lindiwe",
    "Gareth",
    "Mina",
    "Ezra",
    "Pilar",
    "Sven",
    "Adaeze",
    "Tobias",
]
LAST = [
    "Abebe",
    "Nair",
    "Whitfield",
    "Brandt",
    "Haddad",
    "Jansen",
    "Byrne",
    "Okafor",
    "Lindgren",
    "Silva",
    "Chen",
    "Nowak",
    "Rahman",
    "Conti",
    "Volkov",
    "Murphy",
    "Asante",
    "Dahl",
    "Demir",
    "Fischer",
    "Tanaka",
    "Almeida",
    "Fraser",
    "Dlamini",
    "Holm",
    "Karimi",
    "Keane",
    "Bakker",
    "Weber",
    "Eze",
    "Moretti",
    "Vos",
    "Aziz",
    "Yilmaz",
    "Carter",
    "Zielińska",
    "Romero",
    "Hansen",
    "Iyer",
    "Laurent",
    "Petrov",
    "Mokoena",
    "Gallagher",
    "Sato",
    "Peeters",
    "Ashdown",
    "Mensink",
    "Kowalska",
    "Durand",
    "Siddiqui",
    "Eriksen",
    "Lemaire",
    "Osei",
    "Pillai",
    "Wójcik",
    "Rhys",
    "Farouk",
    "Nyström",
    "Papas",
    "Vidal",
    "Menon",
    "Thorne",
    "Kimura",
    "Goldberg",
    "Barnes",
    "Smit",
    "Orlov",
    "Nolan",
    "Saleh",
    "Fuentes",
    "Larkin",
    "Hosseini",
    "Ricci",
    "Berg",
    "Toure",
    "Girard",
    "Keller",
    "Greco",
    "Nkosi",
    "Price",
]

# Those who work at the desk, lead a department or are somebody whom visitors play have names of their own.
AGENTS = {
    "rapid": ("Tomás Reyes", "Ines Moreau", "Ruth Adeyemi", "Kofi Mensah", "Lotte Visser"),
    "deep": ("Ada Lindqvist", "Sanjay Rao", "Mirela Popescu", "Owen Pritchard"),
}
LEAD = "Ines Moreau"
# The team for what is nobody else's business: neither the desk lead nor the administrator is in it.
TRUSTED_TEAM = "Trusted hands"
TRUSTED = ("Ada Lindqvist", "Ruth Adeyemi")
ADMINISTRATOR = "Hanneke Prins"
CUSTOMER = "Maya Ortiz"

# Department, site, head, how many people.
DEPARTMENTS = (
    ("Biology", "Main building", "Harriet Okonjo", 30),
    ("History", "Main building", "Edmund Castellane", 22),
    ("Mathematics", "Main building", "Lakshmi Raman", 24),
    ("Languages", "Main building", "Colette Marchand", 28),
    ("Nursing", "St Brigid’s annexe", "Brendan Achterberg", 40),
    ("Library", "Riverside", "Solveig Aas", 18),
    ("Registry", "Riverside", "Peter Blackwood", 20),
    ("Finance", "Riverside", "Manuela Teixeira", 16),
    ("Human Resources", "Riverside", "Josephine Aubert", 11),
    ("Estates", "Main building", "Gregor Sinclair", 17),
    ("Student Services", "Riverside", "Wanjiru Kamau", 18),
    ("Principal’s Office", "Main building", "Margaret Ellingham", 7),
)
IT = ("Information Technology", "Main building")
SITES = {
    "Main building": (
        "1 Ashgrove Lane",
        ("104", "112", "118", "121", "203", "204", "207", "215", "219", "304", "308", "311"),
    ),
    "Riverside": ("20 Mill Quay", ("B07", "B12", "B15", "C02", "Reading room", "Library counter", "Student counter")),
    "St Brigid’s annexe": ("St Brigid’s Hospital, gate 4", ("Skills lab", "Ward office", "Seminar 1", "Seminar 2")),
}


def invented() -> Iterator[str]:
    """Endless different full names: two lists of different length, walked side by side."""
    taken = {*AGENTS["rapid"], *AGENTS["deep"], ADMINISTRATOR, CUSTOMER, *(head for _, _, head, _ in DEPARTMENTS)}
    number = 0
    while True:
        name = f"{FIRST[number % len(FIRST)]} {LAST[(number * 7 + number // len(FIRST)) % len(LAST)]}"
        number += 1
        if name not in taken:
            taken.add(name)
            yield name


HELPDESK = "helpdesk@ashgrove.example"  # its mailbox


def address_of(name: str) -> str:
    """firstname.lastname@ashgrove.example, in plain letters."""
    plain = normalize("NFKD", name.replace("ø", "o").replace("ł", "l")).encode("ascii", "ignore").decode()
    return ".".join(plain.lower().split()) + "@ashgrove.example"
