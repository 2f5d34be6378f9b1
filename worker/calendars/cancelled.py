"""Titles that call an event off. Outlook leaves its STATUS as it was, and writes it before the title."""

import re
import unicodedata

WORDS = (
    "canceled", "cancelled",                               # English
    "abgesagt",                                            # German
    "annulé", "annulée",                                   # French
    "cancelado", "cancelada",                              # Spanish, Portuguese
    "annullato", "annullata",                              # Italian
    "geannuleerd",                                         # Dutch
    "avlyst", "inställt", "inställd", "aflyst",            # Norwegian, Swedish, Danish
    "peruutettu", "peruttu",                               # Finnish
    "odwołane", "odwołano", "anulowano", "anulowane",      # Polish
    "zrušeno", "zrušené", "preklicano", "otkazano",        # Czech, Slovak, Slovenian, Croatian
    "lemondva", "törölve", "anulat", "anulată",            # Hungarian, Romanian
    "cancel·lat", "cancel·lada", "tühistatud",             # Catalan, Estonian
    "atcelts", "atšaukta", "ακυρώθηκε", "отменено",        # Latvian, Lithuanian, Greek, Russian
    "скасовано", "отменена", "iptal edildi",               # Ukrainian, Bulgarian, Turkish
    "キャンセル済み", "キャンセル", "已取消", "취소됨", "בוטל", "ملغى",
)  # fmt: skip
"""Each stands before a colon."""


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).replace("\u0307", "")


_CALLS_OFF = re.compile(rf"\W*({'|'.join(re.escape(_folded(each)) for each in WORDS)})\s*:")


def calls_off(title: str) -> bool:
    """Whether a title says that the event does not take place."""
    return _CALLS_OFF.match(_folded(title)) is not None
