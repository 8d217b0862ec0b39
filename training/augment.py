"""Vary training sentences without changing their trees: other names, quotes and cases, and the words of diplomacy.

The treebank is mostly blogs, mail and reviews. A parser that has never met ``vetoed`` or ``Djibouti`` may take a verb for a
noun, so the second phase of training puts words of the project's own lists in the place of words of the same kind.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lemmas import VERBS, doubles, regular_forms
from treebank import Sentence, Word

NAMES = Path(__file__).parent / "names.txt"
NAME_TAGS = ("NNP", "NNPS", "CD", "NN", "NNS", "JJ")
NAME_CLASSES = ("PROPN", "NUM", "NOUN", "ADJ")
QUOTES = {"``": "“", "''": "”"}
# A name with one of these among its parts is more than a place.
PARTS_OF_NAMES = {"flat", "compound", "amod", "nummod", "det", "appos", "nmod:desc"}
# A verb of the list takes an object, and no particle and no clause.
OTHER_FRAMES = {"compound:prt", "ccomp", "xcomp", "iobj", "csubj", "expl"}
PASSIVE = {"nsubj:pass", "aux:pass", "obl:agent"}


class Variation:
    """Vary one sentence at a time; the random generator is the caller's.

    With `domain` 1, words of ``names.txt`` and ``verbs.txt`` are put in as well; with 2, verbs are put in more often, and
    also those that the treebank itself has with an object, in all their forms: it may show ``buy`` and never ``buys``.
    """

    def __init__(self, sentences: list[Sentence], rng: random.Random, domain: int = 0) -> None:
        self.rng = rng
        self.verb_chance = 0.3 if domain < 2 else 0.45
        pools: dict[tuple[str, str, str], list[str]] = {}
        for word in (word for sentence in sentences for word in sentence.words):
            if word.xpos in NAME_TAGS and word.upos in NAME_CLASSES:
                pools.setdefault(self.kind(word), []).append(word.text)
        self.pools = pools
        self.lexicon = domain_lexicon() if domain else {}
        if domain > 1:
            for tag, forms in seen_verbs(sentences).items():
                self.lexicon[tag] = self.lexicon[tag] + forms

    @staticmethod
    def kind(word: Word) -> tuple[str, str, str]:
        """What two names must share to stand for each other: tag, features and the way they are written."""
        text = word.text
        shape = "upper" if text.isupper() else "title" if text[:1].isupper() else "lower"
        return word.xpos, word.feats, shape + ("" if text.isalpha() else "-")

    def __call__(self, sentence: Sentence) -> Sentence:
        """Return a variation of the sentence, with the same tree."""
        rng = self.rng
        words = list(sentence.words)
        curly = rng.random() < 0.4
        rename = 0.3 if rng.random() < 0.5 else 0.0
        for place, word in enumerate(words):
            text = word.text
            if curly:
                if word.xpos in QUOTES:
                    text = QUOTES[word.xpos]
                elif "'" in text:
                    text = text.replace("'", "’")
            if word.upos == "PROPN" and rename and rng.random() < rename:
                text = rng.choice(self.pools.get(self.kind(word), [text]))
            if text != word.text:
                words[place] = replace(word, text=text)
        if self.lexicon and rng.random() < 0.6:
            words = self.put_in_domain_words(words)
        roll = rng.random()
        if roll < 0.01:
            words = [replace(w, text=w.text.upper()) for w in words]
        elif roll < 0.03:
            words = [replace(w, text=w.text.lower()) for w in words]
        return Sentence(tuple(words), sentence.begins_paragraph)

    def put_in_domain_words(self, words: list[Word]) -> list[Word]:
        """Replace verbs with an object, common nouns, lone names and adjectives of nationality by words of the lists."""
        rng = self.rng
        deps: list[set[str]] = [set() for _ in words]
        for place, word in enumerate(words):
            if word.head != place:
                deps[word.head].add(word.dep)
        out = list(words)
        for place, word in enumerate(words):
            slot, chance = slot_of(word, deps[place])
            if word.upos == "VERB":
                chance = self.verb_chance
            if slot in self.lexicon and rng.random() < chance:
                text = rng.choice(self.lexicon[slot])
                out[place] = replace(word, text=text[0].upper() + text[1:] if word.text[0].isupper() else text)
        return out


def slot_of(word: Word, deps: set[str]) -> tuple[str, float]:
    """Return the list that may stand for a word with these dependants, and how often it should (verbs: the caller knows)."""
    if word.upos == "VERB" and word.text.isalpha():
        passive = bool(deps & PASSIVE)
        if not deps & OTHER_FRAMES and (("obj" in deps) != passive) and (not passive or word.xpos == "VBN"):
            return word.xpos, 1.0
    elif word.upos == "NOUN" and word.text.isalpha() and not word.text.isupper() and word.dep != "fixed":
        return word.xpos, 0.1
    elif word.upos == "PROPN" and word.xpos == "NNP" and word.text.isalpha() and not deps & PARTS_OF_NAMES:
        if word.dep not in PARTS_OF_NAMES:
            return ("acronyms", 0.2) if word.text.isupper() else ("places", 0.2)
    elif word.upos == "ADJ" and word.xpos == "JJ" and word.dep == "amod" and word.text.istitle():
        return "nationalities", 0.5
    return "", 0.0


def domain_lexicon() -> dict[str, list[str]]:
    """Return the project's words by slot: Penn tags for verbs and nouns, ``places``, ``acronyms``, ``nationalities``."""
    section = ""
    lists: dict[str, list[str]] = {}
    for line in NAMES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#"):
            lists.setdefault(section, []).extend(line.split())
    verbs = VERBS.read_text(encoding="utf-8").split()
    base = plain(verbs)
    present, past, participle = (list(forms) for forms in zip(*(regular_forms(verb) for verb in verbs), strict=True))
    return {
        "places": lists["places"],
        "acronyms": lists["acronyms"],
        "nationalities": lists["adjectives"],
        "NN": lists["nouns"],
        "NNS": [regular_forms(noun)[0] for noun in lists["nouns"]],
        "VB": base,
        "VBP": base,
        "VBZ": present,
        "VBD": past,
        "VBN": past,
        "VBG": participle,
    }


def seen_verbs(sentences: list[Sentence]) -> dict[str, list[str]]:
    """Return, by Penn tag, the forms of verbs that take an object in the treebank, forms it does not show included."""
    forms: dict[str, dict[str, str]] = {}
    objects: Counter[str] = Counter()
    for sentence in sentences:
        for word in sentence.words:
            if word.dep == "obj" and sentence.words[word.head].upos == "VERB":
                objects[sentence.words[word.head].lemma] += 1
            if word.upos == "VERB" and word.text.isalpha() and "Typo=Yes" not in word.feats:
                forms.setdefault(word.lemma, {}).setdefault(word.xpos, word.text.lower())
    tags: dict[str, list[str]] = {tag: [] for tag in ("VB", "VBP", "VBZ", "VBD", "VBN", "VBG")}
    for lemma in sorted(lemma for lemma, n in objects.items() if n >= 2 and lemma.isalpha() and lemma.islower()):
        if len(lemma) < 3 or lemma == "have":
            continue
        present, past, participle = regular_forms(lemma + "*" * doubles(lemma))
        shown = forms.get(lemma, {})
        irregular = any(shown.get(tag, past) != past for tag in ("VBD", "VBN"))
        made = {"VB": lemma, "VBP": lemma, "VBZ": present, "VBG": participle}
        made |= {} if irregular else {"VBD": past, "VBN": past}
        for tag, form in (made | {tag: form for tag, form in shown.items() if tag in tags}).items():
            tags[tag].append(form)
    return tags


def plain(verbs: Iterable[str]) -> list[str]:
    """Return the verbs without their marks."""
    return [verb.rstrip("*") for verb in verbs]
