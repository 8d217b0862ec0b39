"""Build the tables of spaCy's rule lemmatizer from the treebank.

For each part of speech, suffix rules are learned as a decision list (the longest suffix that matches decides) and the
forms that the rules get wrong are kept as exceptions. The regular forms of the verbs in ``verbs.txt`` are added to what
the treebank shows: the language of diplomacy uses verbs that a treebank of reviews and letters hardly contains.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from spacy.lookups import Lookups
from treebank import Sentence

VERBS = Path(__file__).parent / "verbs.txt"
LONGEST_SUFFIX = 5
# Only these take suffix rules; the words of the other classes are few and stand as exceptions.
INFLECTED = ("VERB", "NOUN", "ADJ", "ADV")
VOWELS = "aeiou"

Pairs = dict[tuple[str, str], int]  # (form, lemma) -> how often


def regular_forms(verb: str) -> list[str]:
    """Return the regular forms of an English verb; ``*`` after the verb doubles its last consonant.

    >>> regular_forms("deny"), regular_forms("bar*")
    (['denies', 'denied', 'denying'], ['bars', 'barred', 'barring'])
    """
    base = verb.rstrip("*")
    stem = base + base[-1] if verb.endswith("*") else base
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        present = base + "es"
    else:
        present = base[:-1] + "ies" if base[-1] == "y" and base[-2] not in VOWELS else base + "s"
    if base.endswith("e"):
        keeps = base.endswith(("ee", "oe", "ye"))
        return [present, base + "d", (base if keeps else base[:-1]) + "ing"]
    past = base[:-1] + "ied" if base[-1] == "y" and base[-2] not in VOWELS else stem + "ed"
    return [present, past, stem + "ing"]


def is_base(upos: str, feats: str) -> bool:
    """Say whether spaCy's English lemmatizer takes the form itself as the lemma, without looking at the tables."""
    return (
        (upos == "NOUN" and "Number=Sing" in feats)
        or "VerbForm=Inf" in feats
        or "Degree=Pos" in feats
        or (upos == "VERB" and "VerbForm=Fin" in feats and "Tense=Pres" in feats and "Number" not in feats)
    )


def count_pairs(sentences: list[Sentence]) -> dict[str, Pairs]:
    """Count (form, lemma) in lower case for each part of speech, base forms left out."""
    counts: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for sentence in sentences:
        for word in sentence.words:
            if word.upos != "PROPN" and not is_base(word.upos, word.feats) and "Typo=Yes" not in word.feats:
                counts[word.upos][word.text.lower().replace("’", "'"), word.lemma.lower()] += 1
    add_regular(counts, sentences)
    return {upos: dict(pairs) for upos, pairs in counts.items()}


def add_regular(counts: dict[str, Counter[tuple[str, str]]], sentences: list[Sentence]) -> None:
    """Add, in place, the regular forms of listed verbs and of the lemmas seen, where no form is shown."""
    seen = Counter((w.upos, w.lemma) for s in sentences for w in s.words if "Typo=Yes" not in w.feats)
    lemmas = sorted(key for key, n in seen.items() if n >= 2 and key[1].isalpha() and key[1].islower() and len(key[1]) > 2)
    verbs = VERBS.read_text(encoding="utf-8").split()
    known = {verb.rstrip("*") for verb in verbs}
    verbs += [lemma + "*" * doubles(lemma) for upos, lemma in lemmas if upos == "VERB" and lemma not in known]
    made = [("VERB", form, verb.rstrip("*")) for verb in verbs for form in regular_forms(verb)]
    made += [("NOUN", regular_forms(lemma)[0], lemma) for upos, lemma in lemmas if upos == "NOUN"]
    taken = {(upos, form) for upos, pairs in counts.items() for form, _ in pairs}
    for upos, form, lemma in made:
        if (upos, form) not in taken:
            counts[upos][form, lemma] += 1


def doubles(verb: str) -> bool:
    """Say whether a verb of one syllable doubles its last consonant: consonant, one vowel, consonant."""
    one_syllable = sum(letter in VOWELS for letter in verb) == 1
    return one_syllable and verb[-2] in VOWELS and verb[-1] not in VOWELS + "wxy"


def learn_rules(pairs: Pairs) -> list[tuple[str, str]]:
    """Learn (suffix, replacement) rules, the longest suffix first, each form counted once."""
    edits: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for form, lemma in pairs:
        if not form.isalpha():
            continue
        same = 0
        while same < min(len(form), len(lemma)) and form[same] == lemma[same]:
            same += 1
        edit = (form[same:], lemma[same:])
        for n in range(len(edit[0]), min(LONGEST_SUFFIX, len(form) - 1) + 1):
            edits[form[len(form) - n :]][edit] += 1
    rules: dict[str, tuple[str, str]] = {}
    for suffix in sorted(edits, key=lambda s: (len(s), s)):
        inherited = next((rules[suffix[n:]] for n in range(1, len(suffix) + 1) if suffix[n:] in rules), ("", ""))
        edit, n = min(edits[suffix].items(), key=lambda item: (-item[1], item[0]))
        if edit != inherited and n >= 2 and n > edits[suffix][inherited]:
            rules[suffix] = edit
    ordered = sorted(rules.items(), key=lambda item: (-len(item[0]), item[0]))
    return [(suffix, suffix[: len(suffix) - len(old)] + new) for suffix, (old, new) in ordered]


def apply_rules(form: str, rules: list[tuple[str, str]]) -> str:
    """Return the lemma that the first matching rule gives, or the form."""
    return next((form[: len(form) - len(old)] + new for old, new in rules if form.endswith(old)), form)


def lemma_tables(sentences: list[Sentence]) -> Lookups:
    """Return the tables `lemma_rules`, `lemma_exc` and an empty `lemma_index` for spaCy's rule lemmatizer."""
    counts = count_pairs(sentences)
    rules = {upos.lower(): learn_rules(counts[upos]) for upos in INFLECTED}
    exceptions: dict[str, dict[str, list[str]]] = {}
    for upos, pairs in sorted(counts.items()):
        best: dict[str, tuple[int, str]] = {}
        for (form, lemma), n in sorted(pairs.items()):
            if n > best.get(form, (0, ""))[0]:
                best[form] = (n, lemma)
        own = rules.get(upos.lower(), [])
        wrong = {form: [lemma] for form, (_, lemma) in best.items() if apply_rules(form, own) != lemma}
        # The tokenizer leaves curly apostrophes as they are.
        exceptions[upos.lower()] = wrong | {form.replace("'", "’"): lemma for form, lemma in wrong.items()}
    lookups = Lookups()
    lookups.add_table("lemma_rules", {upos: [list(rule) for rule in own] for upos, own in rules.items()})
    lookups.add_table("lemma_exc", exceptions)
    lookups.add_table("lemma_index", {})
    return lookups
