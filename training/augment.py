"""Vary training sentences without changing their trees: other names, other quotes, other dashes, other cases."""

from __future__ import annotations

import random
from dataclasses import replace

from treebank import Sentence, Word

NAME_TAGS = ("NNP", "NNPS", "CD", "NN", "NNS", "JJ")
NAME_CLASSES = ("PROPN", "NUM", "NOUN", "ADJ")
QUOTES = {"``": "“", "''": "”"}


class Variation:
    """Vary one sentence at a time; the random generator is the caller's."""

    def __init__(self, sentences: list[Sentence], rng: random.Random) -> None:
        self.rng = rng
        pools: dict[tuple[str, str, str], list[str]] = {}
        for word in (word for sentence in sentences for word in sentence.words):
            if word.xpos in NAME_TAGS and word.upos in NAME_CLASSES:
                pools.setdefault(self.kind(word), []).append(word.text)
        self.pools = pools

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
        roll = rng.random()
        if roll < 0.01:
            words = [replace(w, text=w.text.upper()) for w in words]
        elif roll < 0.03:
            words = [replace(w, text=w.text.lower()) for w in words]
        return Sentence(tuple(words), sentence.begins_paragraph)
