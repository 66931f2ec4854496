"""The people who apply, in regions of their own for each act that counts them."""

from dataclasses import dataclass

from lib.authenticator import Authenticator

ADMIN_EMAIL, ADMIN_PASSWORD = "admin@secretariat.example", "a long enough passphrase"
UNKNOWN_ID = "00000000-0000-7000-8000-000000000000"


@dataclass
class Person:
    name: str
    email: str
    member: str
    region: str
    language: str
    password: str = "tram harbour lentil orbit"
    role: str = "ncp"
    verify_token: str = ""
    app: Authenticator | None = None

    def form(self, **changes):
        return {
            "email": self.email,
            "name": self.name,
            "organisation": self.member,
            "role": self.role,
            "phone": "+32 2 209 92 11",
            "languages": sorted({self.language, "en"}),
            "preferred_language": self.language,
            **changes,
        }


AWA = Person("Awa Diop", "awa.diop@douanes.example", "SN", "WCA", "fr")
AISSATA = Person("Aïssata Koné", "Aissata.Kone@douanes.example", "CI", "WCA", "fr")
KWAME = Person("Kwame Mensah", "k.mensah@customs.example", "GH", "WCA", "en")
NGOZI = Person("Ngozi Okafor", "n.okafor@customs.example", "NG", "WCA", "en")
WANJIRU = Person("Wanjiru Kamau", "w.kamau@customs.example", "KE", "ESA", "en")
HERY = Person("Hery Rakotoarimanana", "hery@douanes.example", "MG", "ESA", "fr")
THANDI = Person('Thandi "T." Nkosi', "thandi+ncp@customs.example", "ZA", "ESA", "en")
LEA = Person("Léa Müller", "lea@zoll.example", "CH", "EUR", "fr")
JUERGEN = Person("Jürgen Groß", "j.gross@zoll.example", "DE", "EUR", "en")
IOANA = Person("Ioana Popescu", "ioana@vama.example", "RO", "EUR", "en")
NCPS = [AWA, AISSATA, KWAME, NGOZI, WANJIRU, HERY, THANDI, LEA, JUERGEN, IOANA]
REJECTED, APPROVED = NGOZI, [person for person in NCPS if person is not NGOZI]
READERS = [person for person in APPROVED if person.region in ("WCA", "ESA")]
PAULO = Person("Paulo Tembe", "paulo@alfandegas.example", "MZ", "ESA", "en")
# For the acts about identity, in regions where nobody else is; one a topic, since failures of a person are counted.
AMAL = Person("Amal Haddad", "a.haddad@customs.example", "JO", "MENA", "en")
SALMA = Person("Salma Bennani", "s.bennani@douane.example", "MA", "MENA", "en")
NADIA = Person("Nadia Trabelsi", "n.trabelsi@douane.example", "TN", "MENA", "en", role="coordinator")
YUKI = Person("Yuki Tanaka", "y.tanaka@customs.example", "JP", "AP", "en")
LITIA = Person("Litia Vakatawa", "l.vakatawa@frcs.example", "FJ", "AP", "en")
HANA = Person("Hana Kim", "hana.kim@customs.example", "KR", "AP", "en")
TANE = Person("Tane Walker", "t.walker@customs.example", "NZ", "AP", "en")
NEWCOMERS = [AMAL, SALMA, NADIA, YUKI, LITIA, HANA, TANE]
