"""Whether a text is English, and which language or script it looks like where it is not."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from nonaligned.ground.errors import ReportError

WORD = re.compile(r"[^\W\d_]+")
ENGLISH = frozenset(
    "the of and to that for with from by has have its their which will would been were this said are is as at it on was be not".split()
)
# The most frequent small words of languages that reports come in.
OTHERS = {
    "French": "le la les des une est que dans pour qui avec sur par du et au aux ce",
    "Spanish": "el la los las una que en por con para del se su como es y",
    "Portuguese": "o os uma que em por com para da dos não ao na e",
    "German": "der die das und ist nicht mit von den des ein eine auf für sich dem im",
    "Italian": "il gli che di della una per con del nel sono non e la",
    "Dutch": "het een van de dat niet met zijn voor op te en",
    "Swedish": "och att det som för på av inte med är den ett",
    "Danish or Norwegian": "og det som på til af av ikke med er den et",
    "Polish": "nie się na że do jest w z i oraz przez",
    "Czech": "a se na že je v s k pro jsou",
    "Romanian": "și de la în care pe cu nu este un",
    "Hungarian": "a az és hogy nem is egy ez",
    "Finnish": "ja on ei että oli se hän",
    "Turkish": "ve bir bu için ile olarak da de olan",
    "Indonesian or Malay": "yang dan di untuk dengan dari ini itu pada tidak dalam",
    "Vietnamese": "của và là trong cho với các được không một những",
    "Swahili": "ya na wa kwa ni katika la za",
    "Tagalog": "ang ng sa mga na ay",
}
PROFILES = {name: frozenset(word for word in words.split() if len(word) > 1) for name, words in OTHERS.items()}
SCRIPTS = {"CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}
SLICE, SLICES = 6000, 5
MEND = "translate it first, then: nonaligned brief TRANSLATION.txt"


def check_english(text: str, name: str) -> None:
    """Refuse a text that holds no words, or whose words are of another language.

    A short text or a list of names passes: only what is positively of another language, or long and
    without the small words of English, is refused.

    Raises
    ------
    ReportError
        The text is not English.

    Examples
    --------
    >>> check_english("Finland joined NATO in April 2023.", "report.txt")
    >>> check_english("La France a voté pour la résolution des Nations unies sur l'Ukraine.", "report.txt")
    Traceback (most recent call last):
    nonaligned.ground.errors.ReportError: report.txt looks like French; only English is read.
    """
    words = WORD.findall(_sample(text))
    if not words:
        raise ReportError(
            f"{name} holds no words.",
            why="There are only figures and signs in it.",
            mend="nonaligned brief REPORT, with a report in English",
        )
    scripts = Counter(_script(word) for word in words for _ in word)
    latin = scripts.pop("LATIN", 0)
    if scripts.total() > latin:
        script = "HIRAGANA" if scripts["HIRAGANA"] else scripts.most_common(1)[0][0]  # Japanese has Chinese letters too
        known = SCRIPTS.get(script) or f"{script.capitalize()} script"
        raise ReportError(f"{name} looks like {known}; only English is read.", mend=MEND)
    folded = [word.casefold() for word in words]
    english = sum(word in ENGLISH for word in folded) / len(folded)
    seen = Counter(folded)  # single letters are initials more often than words
    hits = {language: sum(seen[word] for word in small) for language, small in PROFILES.items()}
    best = max(hits, key=lambda language: hits[language])
    distinct = sum(word in seen for word in PROFILES[best])
    share = hits[best] / len(folded)
    if english < 0.15 and distinct >= (3 if english else 2) and share > max(0.08, 1.5 * english):
        why = f"{share:.0%} of its words are small words of {best}, {english:.0%} of English."
        raise ReportError(f"{name} looks like {best}; only English is read.", why=why, mend=MEND)
    if english < 0.03 and len(folded) >= 60:
        why = f"{english:.0%} of its words are small words of English."
        raise ReportError(f"{name} does not look like English; only English is read.", why=why, mend=MEND)


def _sample(text: str) -> str:
    """Some slices of a long text: enough to tell a language, whatever the length."""
    if len(text) <= SLICE * SLICES:
        return text
    step = (len(text) - SLICE) // (SLICES - 1)
    return " ".join(text[start : start + SLICE] for start in range(0, step * SLICES, step))


def _script(word: str) -> str:
    """The script of a word by the Unicode name of its first letter."""
    return "LATIN" if word[0].isascii() else unicodedata.name(word[0], "unknown").split()[0].split("-")[0]
