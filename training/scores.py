"""Score the pipeline against a treebank, on raw text and on the treebank's own words.

A word counts as found where the program's word and the treebank's cover the same characters. Each score is an F1 over
words, as in the CoNLL 2018 shared task (with equal words it is the plain share that is right). Relations are compared
whole, with their subtype (``nsubj:pass`` is not ``nsubj``), which is stricter.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import treebank
from spacy.language import Language
from spacy.tokens import Doc, Token

Span = tuple[int, int]
UNCUT = 10**9


def span(token: Token) -> Span:
    """First and last-but-one character of a token in its document."""
    return token.idx, token.idx + len(token)


def facts(doc: Doc) -> dict[str, set[tuple[object, ...]]]:
    """Return what a document says about its words, one set of facts per kind of score."""
    tokens = [token for token in doc if not token.is_space]
    words = [token for token in tokens if token.pos_ != "PUNCT"]

    def head(token: Token) -> Span | None:
        return None if token.head is token or token.head == token else span(token.head)

    return {
        "tokens": {span(t) for t in tokens},
        "sentences": {(s.start_char, s.text.rstrip()) for s in doc.sents},
        "xpos": {(span(t), t.tag_) for t in tokens},
        "upos": {(span(t), t.pos_) for t in tokens},
        "feats": {(span(t), str(t.morph)) for t in tokens},
        "lemma": {(span(t), t.lemma_.lower()) for t in tokens},
        "uas": {(span(t), head(t)) for t in tokens},
        "las": {(span(t), head(t), t.dep_) for t in tokens},
        "uas_no_punct": {(span(t), head(t)) for t in words},
        "las_no_punct": {(span(t), head(t), t.dep_) for t in words},
    }


def f1(pairs: Iterable[tuple[Doc, Doc]]) -> dict[str, float]:
    """Return F1 in per cent for each kind of fact, over pairs of (treebank's, program's) documents."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for gold, predicted in pairs:
        ours = facts(predicted)
        for kind, theirs in facts(gold).items():
            right[kind] += len(theirs & ours[kind])
            total[kind] += len(theirs) + len(ours[kind])
    return {kind: round(200 * right[kind] / n, 2) for kind, n in total.items()}


def score(nlp: Language, path: Path, every: int = 1) -> dict[str, dict[str, float]]:
    """Score one treebank file by whole paragraphs; `every` = 10 takes each tenth paragraph, for a quick look.

    Returns
    -------
    dict
        ``raw``: paragraphs as text, with the program's own words and sentences; ``gold_tokens``: the treebank's words
        given, the sentence limits still the program's.
    """
    gold = [treebank.to_doc(nlp.vocab, block) for block in treebank.blocks(list(treebank.read_sentences(path)), UNCUT)[::every]]
    bare = [Doc(nlp.vocab, words=[t.text for t in d], spaces=[bool(t.whitespace_) for t in d]) for d in gold]
    return {
        "raw": f1(zip(gold, nlp.pipe(doc.text for doc in gold), strict=True)),
        "gold_tokens": f1(zip(gold, nlp.pipe(bare), strict=True)),
    }


def words_per_second(nlp: Language, texts: Sequence[str], rounds: int = 8) -> float:
    """Return words per second of processor time, from text to lemmas, the best of `rounds` passes over `texts`.

    Processor time, because other work on the machine would count against the program in wall time.
    """
    best = 0.0
    for _ in range(rounds):
        begin = time.process_time()
        n = sum(len(doc) for doc in nlp.pipe(texts))
        best = max(best, n / (time.process_time() - begin))
    return best
