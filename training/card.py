"""What the model's ``meta.json`` and ``CARD.md`` say: inputs, scores, speed, licence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import treebank
from scores import UNCUT, score, words_per_second
from spacy.language import Language

SCORED = {"ewt_test": "test", "pud": "pud"}
TITLES = {"ewt_test": "EWT test (web: blogs, mail, reviews, news groups)", "pud": "PUD (news and encyclopaedia)"}
KINDS = {
    "tokens": "words",
    "sentences": "sentences",
    "xpos": "XPOS (Penn tags)",
    "upos": "UPOS",
    "feats": "features",
    "lemma": "lemma (case ignored)",
    "uas": "UAS",
    "las": "LAS",
    "uas_no_punct": "UAS without punctuation",
    "las_no_punct": "LAS without punctuation",
}
# The test suite scores each paragraph whose place is a multiple of this, to check the card quickly.
SAMPLE = 10


def meta(nlp: Language, folder: Path) -> dict[str, Any]:
    """Score the pipeline and return what its ``meta.json`` adds."""
    paths = {name: folder / treebank.FILES[part] for name, part in SCORED.items()}
    pud = treebank.blocks(list(treebank.read_sentences(paths["pud"])), UNCUT)
    texts = [treebank.to_doc(nlp.vocab, block).text for block in pud]
    return {
        "name": "ewt_reports",
        "version": "1.0.0",
        "description": "English words, tags, Universal Dependencies and lemmas for news reports.",
        "author": "The nonaligned authors",
        "license": "CC BY-SA 4.0",
        "sources": [
            {
                "name": "Universal Dependencies English EWT",
                "url": "https://github.com/UniversalDependencies/UD_English-EWT",
                "author": "Silveira, Dozat, de Marneffe, Bowman, Connor, Bauer, Manning and others",
                "license": "CC BY-SA 4.0",
            }
        ],
        "inputs": {name: treebank.sha256(folder / name) for name in treebank.FILES.values()},
        "performance": {name: score(nlp, path) for name, path in paths.items()},
        "performance_sample": {name: score(nlp, path, every=SAMPLE) for name, path in paths.items()},
        "sample_every": SAMPLE,
        "words_per_second": round(words_per_second(nlp, texts), -2),
    }


def table(scores: dict[str, dict[str, float]]) -> str:
    """Return one Markdown table of a treebank's scores."""
    rows = [f"| {title} | {scores['raw'][kind]:.1f} | {scores['gold_tokens'][kind]:.1f} |" for kind, title in KINDS.items()]
    return "\n".join(["| | raw text | treebank's words |", "|---|---:|---:|", *rows])


def text(meta: dict[str, Any]) -> str:
    """Return the card as Markdown."""
    tables = "\n\n".join(f"### {TITLES[name]}\n\n{table(scores)}" for name, scores in meta["performance"].items())
    inputs = "\n".join(f"- `{name}` SHA-256 `{digest}`" for name, digest in meta["inputs"].items())
    return f"""# The parsing model

{meta["description"]}
A spaCy {meta["spacy_version"]} pipeline: {", ".join(meta["pipeline"])}.
Relations, tags and features are those of Universal Dependencies (`nsubj`, `obj`, `obl`, `nmod:poss`, `acl:relcl` ...;
the root is `ROOT`); `tag_` is the Penn tag, `pos_` the UPOS. Sentence limits come from the parser. No pretrained vectors
are used.

## Scores

Whole paragraphs go in. *Raw text*: the program finds words and sentences itself; a word counts where it covers the same
characters, and each score is an F1. *Treebank's words*: words are given, sentence limits are not. Relations are compared
with their subtypes. Neither test set was used in training; the best checkpoint was chosen on EWT dev.
Words of the treebank's training part were varied with lists of names, nouns and verbs written for the project.
UAS and LAS count punctuation unless it is said otherwise; spaCy's own scorer leaves punctuation out.

{tables}

## Speed

{meta["words_per_second"]:,.0f} words per second of processor time (one core, AMD EPYC with AVX-512), from raw text to
lemmas, on PUD, with NumPy's matrix product (`thinc.api.NumpyOps(use_blis=False)`); with thinc's own product about 7,400 there.

## Known weaknesses

The treebank is small (204,577 words) and mostly not news. The attachment of prepositional phrases and of coordination is
where most errors are. Verb forms that the treebank never shows may get a wrong tag (`vetoed`) or be taken for adjectives
(`which buys gas`). Names are read as the treebank reads them (`New` in `New Delhi` is an adjective, `amod`). Punctuation
and some features differ on PUD in part because the two treebanks treat them differently. A full stop that belongs to an
abbreviation and ends a sentence is no word of its own, so that the next sentence may be joined.

## Inputs

{inputs}

## Licence

{meta["license"]}, as the treebank that it is trained on; see `LICENSE` in this folder.
"""
