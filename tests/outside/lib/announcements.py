"""Announcements to send, and the words by which their mails are known."""

SUBJECTS = {"en": "Plenary meeting, 14 January", "fr": "Réunion plénière, 14 janvier"}
# The foot of each mail, which says why one gets it.
FEET = {"en": "You receive this announcement", "fr": "Vous recevez cette annonce"}
LINK = "https://portal.example/programme?day=1"


def draft(*regions, **changes):
    variants = {
        "en": {"subject": SUBJECTS["en"], "body_markdown": f"Colleagues,\n\nthe **plenary**: [programme]({LINK})"},
        "fr": {"subject": SUBJECTS["fr"], "body_markdown": f"Collègues,\n\nla **plénière** : [programme]({LINK})"},
    }
    return {"audience": {"regions": list(regions)}, "default_language": "en", "variants": variants, **changes}
