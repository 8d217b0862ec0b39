"""Read Universal Dependencies CoNLL-U files into spaCy documents.

A document here is a run of sentences of one paragraph, so that the parser also learns where sentences end.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc
from spacy.vocab import Vocab

FILES = {
    "train": "en_ewt-train.conllu.gz",
    "dev": "en_ewt-dev.conllu.gz",
    "test": "en_ewt-test.conllu.gz",
    "pud": "en_pud-test.conllu.gz",
}
# Documents longer than this are cut at a sentence end: long ones slow training and teach nothing more.
WORDS_PER_DOC = 120


@dataclass(frozen=True, slots=True)
class Word:
    """One syntactic word of a treebank sentence; `head` is the 0-based place in the sentence, the root its own head."""

    text: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: int
    dep: str
    space: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; `begins_paragraph` is True where the treebank marks a new paragraph or document."""

    words: tuple[Word, ...]
    begins_paragraph: bool


def sha256(path: Path) -> str:
    """SHA-256 of a file as 64 hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_sentences(path: Path) -> Iterator[Sentence]:
    """Yield the sentences of a gzipped CoNLL-U file, empty nodes left out.

    A multiword token such as ``don't`` is read as its words, written without a space between them, where the words
    spell the token; the treebank's spelling of the words is kept otherwise.
    """
    words: list[Word] = []
    begins = False
    joined: dict[int, bool] = {}  # word id -> is a space after it, for words inside a multiword token
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in (text.rstrip("\n") for text in lines):
            if line.startswith(("# newdoc", "# newpar")):
                begins = True
            elif line.startswith("#"):
                continue
            elif not line:
                if words:
                    yield Sentence(tuple(words), begins)
                words, begins, joined = [], False, {}
            else:
                cells = line.split("\t")
                number, misc = cells[0], cells[9]
                space = "SpaceAfter=No" not in misc
                if "." in number:
                    continue
                if "-" in number:
                    first, last = (int(part) for part in number.split("-"))
                    joined |= dict.fromkeys(range(first, last), False) | {last: space}
                    continue
                place, head = int(number) - 1, int(cells[6]) - 1
                words.append(
                    Word(
                        text=cells[1],
                        lemma=cells[2],
                        upos=cells[3],
                        xpos=cells[4],
                        feats="" if cells[5] == "_" else cells[5],
                        head=place if head < 0 else head,
                        dep="ROOT" if head < 0 else cells[7],
                        space=joined.get(place + 1, space),
                    )
                )
    if words:
        yield Sentence(tuple(words), begins)


def to_doc(vocab: Vocab, sentences: list[Sentence]) -> Doc:
    """Make one annotated spaCy document of consecutive sentences."""
    words = [word for sentence in sentences for word in sentence.words]
    starts: list[int] = []
    n = 0
    for sentence in sentences:
        starts.append(n)
        n += len(sentence.words)
    heads = [start + word.head for start, s in zip(starts, sentences, strict=True) for word in s.words]
    return Doc(
        vocab,
        words=[word.text for word in words],
        spaces=[word.space for word in words],
        tags=[word.xpos for word in words],
        pos=[word.upos for word in words],
        morphs=[word.feats for word in words],
        lemmas=[word.lemma for word in words],
        heads=heads,
        deps=[word.dep for word in words],
        sent_starts=[place == 0 for s in sentences for place in range(len(s.words))],
    )


def blocks(sentences: list[Sentence], words_per_doc: int = WORDS_PER_DOC) -> list[list[Sentence]]:
    """Group sentences into paragraphs, each cut where it would pass `words_per_doc` words."""
    groups: list[list[Sentence]] = []
    n = 0
    for sentence in sentences:
        if not groups or sentence.begins_paragraph or n + len(sentence.words) > words_per_doc:
            groups.append([])
            n = 0
        groups[-1].append(sentence)
        n += len(sentence.words)
    return groups


def read_docs(path: Path, vocab: Vocab, words_per_doc: int = WORDS_PER_DOC) -> list[Doc]:
    """Read a treebank file as annotated documents of at most about `words_per_doc` words."""
    return [to_doc(vocab, block) for block in blocks(list(read_sentences(path)), words_per_doc)]
