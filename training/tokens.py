"""Bring spaCy's English tokenizer closer to the words of Universal Dependencies English.

The differences that matter in news: a bound prefix keeps its hyphen (``non-aligned``, ``anti-dumping``), any other
hyphen is a word of its own (``oil - rich``, ``F - 16``, ``2019 - 20``), and a unit or a currency parts from its number
(``US$ 10 bn``).
"""

from __future__ import annotations

from typing import Any

from spacy.lang.char_classes import ALPHA, HYPHENS
from spacy.language import Language
from spacy.symbols import ORTH
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

# Prefixes that are no words by themselves: the treebank writes them with their hyphen as one word.
PREFIXES = (
    "anti arch bi co counter e ex extra geo hyper inter intra macro mega meta micro mid mini mis multi neo non over "
    "post pre pro psycho quasi re semi socio sub super trans tri ultra un wi"
).split()
UNITS = "bn|mn|tn|trn|mln|AM|PM|k|K"
DASH = "[-–]"
# Abbreviations that keep their full stop; spaCy's own list has the commoner ones.
ABBREVIATIONS = "Amb. Brig. Capt. Cdr. Col. Cpl. Ft. Lt. Maj. Rs. Sgt. Sq. ca. etc.".split()


def hyphen_rule() -> str:
    """Return the infix rule that splits at a hyphen between letters, except after a bound prefix."""
    guards = "".join(rf"(?<!\b{form})" for prefix in PREFIXES for form in (prefix, prefix.title(), prefix.upper()))
    return rf"(?<=[{ALPHA}0-9]){guards}(?:{HYPHENS})(?=[{ALPHA}0-9])"


def adjust_tokenizer(nlp: Language) -> None:
    """Replace the tokenizer's rules in place."""
    defaults = nlp.Defaults
    hyphens = rf"(?<=[{ALPHA}0-9])(?:{HYPHENS})(?=[{ALPHA}])"
    infixes = list(defaults.infixes or ())
    if hyphens not in infixes:
        raise ValueError("spaCy's rule for hyphens is not where it was: see training/tokens.py")
    infixes[infixes.index(hyphens)] = hyphen_rule()
    infixes += [
        rf"(?<=[{ALPHA}]\.)(?:{HYPHENS})(?=[{ALPHA}])",
        r"—",
        r'[“”"](?=—)',
        r'(?<=—)[“”"]',
        r"(?<=[0-9])–(?=[0-9])",
        rf"(?<=[0-9%nm]){DASH}(?=[$£€¥0-9])",
    ]
    prefixes = [*(defaults.prefixes or ()), r"(?:US|A|AU|C|CA|HK|NZ|S)\$(?=[0-9])"]
    suffixes = [*(defaults.suffixes or ()), rf"(?<=[0-9])(?:{UNITS})"]
    tokenizer: Any = nlp.tokenizer
    tokenizer.prefix_search = compile_prefix_regex(prefixes).search
    tokenizer.suffix_search = compile_suffix_regex(suffixes).search
    tokenizer.infix_finditer = compile_infix_regex(infixes).finditer
    tokenizer.rules = {text: parts for text, parts in tokenizer.rules.items() if text != "and/or"}
    for first in ("wan", "Wan"):
        tokenizer.add_special_case(f"{first}na", [{ORTH: first}, {ORTH: "na"}])
    for abbreviation in ABBREVIATIONS:
        tokenizer.add_special_case(abbreviation, [{ORTH: abbreviation}])
