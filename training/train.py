"""Train the parsing pipeline of ``nonaligned`` from Universal Dependencies English EWT, score it and write its card.

    python training/train.py --treebank DIR --work DIR --output src/nonaligned/reports/model

`--treebank` holds the four files named in ``treebank.py``, `--work` takes the checkpoints. The seed is fixed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import card
import spacy
import treebank
from augment import Variation
from lemmas import lemma_tables
from spacy import util
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from thinc.api import Config, NumpyOps, set_current_ops
from tokens import adjust_tokenizer

HERE = Path(__file__).parent
# The later phases go on from the best model of the one before: words of diplomacy are put in, the steps shrink to nothing.
LATER: tuple[dict[str, Any], ...] = (
    {
        "corpora.train.domain": 1,
        "training.max_steps": 1750,
        "training.optimizer.learn_rate": {"initial_rate": 0.001, "total_steps": 3500},
    },
    {
        "corpora.train.domain": 2,
        "training.max_steps": 1750,
        "training.optimizer.learn_rate": {"initial_rate": 0.0006, "total_steps": 1750},
    },
)
IN_ALL_LATER = {"training.dropout": 0.2, "training.eval_frequency": 350, "training.batcher.size.start": 1000}


@util.registry.readers("nonaligned.treebank.v1")
def read_corpus(path: str, part: str, augment: bool, domain: int) -> Callable[[Language], Iterator[Example]]:
    """Yield examples with the treebank's own words, in a new order and variation each time if `augment`.

    `domain` above 0: the variation also puts in words of diplomacy (see ``augment.py``).
    """
    rng = random.Random(0)
    sentences = list(treebank.read_sentences(Path(path) / treebank.FILES[part]))
    varied = Variation(sentences, rng, domain)

    def examples(nlp: Language) -> Iterator[Example]:
        blocks = treebank.blocks(sentences)
        if augment:
            blocks = treebank.blocks(sentences, rng.choice((60, 120, 120, 180)))
            rng.shuffle(blocks)
        for block in blocks:
            gold = treebank.to_doc(nlp.vocab, [varied(s) for s in block] if augment else block)
            yield Example(bare(gold), gold)

    return examples


def bare(doc: Doc) -> Doc:
    """Return the words of a document without their annotation."""
    return Doc(doc.vocab, words=[t.text for t in doc], spaces=[bool(t.whitespace_) for t in doc])


def fit(folder: Path, work: Path, source: Path | None = None, changes: dict[str, Any] | None = None) -> Path:
    """Train as ``config.cfg`` says, with `changes`, from nothing or from the model `source`; return the best model."""
    overrides: dict[str, Any] = {"paths.treebank": str(folder)}
    changes = dict(changes or {})
    rate = changes.pop("training.optimizer.learn_rate", None)
    config = util.load_config(HERE / "config.cfg", overrides=overrides | changes, interpolate=False)
    if rate:
        rate = {"@schedules": "warmup_linear.v1", "warmup_steps": 100, **rate}
        config["training"]["optimizer"]["learn_rate"] = rate
    if source:
        for name in config["nlp"]["pipeline"]:
            config["components"][name] = {"source": str(source)}
    work.mkdir(parents=True, exist_ok=True)
    nlp = init_nlp(config)
    train(nlp, work, stdout=sys.stdout, stderr=sys.stderr)
    return work / "model-best"


def fit_all(folder: Path, work: Path) -> Path:
    """Train all phases one after the other; return the last one's best model."""
    best = fit(folder, work / "phase1")
    for n, changes in enumerate(LATER, start=2):
        best = fit(folder, work / f"phase{n}", best, IN_ALL_LATER | changes)
    return best


def finish(best: Path, sentences: list[treebank.Sentence]) -> Language:
    """Load a trained model and give it the tokenizer's rules and the lemmatizer."""
    nlp = spacy.load(best)
    adjust_tokenizer(nlp)
    lemmatizer = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
    lemmatizer.initialize(lookups=lemma_tables(sentences))  # type: ignore[attr-defined]
    return nlp


def write(nlp: Language, output: Path, texts: dict[str, str]) -> None:
    """Put the model and `texts` (file name -> content) in the place of what is in `output`; its LICENSE stays."""
    new = output.with_name(output.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    nlp.to_disk(new)
    # The store of strings holds every word seen in training; the model needs its labels only.
    labels = {label for _, pipe in nlp.pipeline for label in getattr(pipe, "labels", ())}
    parts = {part for label in labels for part in label.replace("||", "|").split("|")}
    keep = set(spacy.blank("en").vocab.strings) | labels | parts | {label.split("-", 1)[-1] for label in labels}
    keep |= {value for part in parts if "=" in part for value in part.split("=", 1)}
    (new / "vocab" / "strings.json").write_text(json.dumps(sorted(keep - {""}), ensure_ascii=False), encoding="utf-8")
    # Of the configuration only what a reader needs: the rest tells of the machine that it was trained on.
    config = util.load_config(new / "config.cfg", interpolate=True)
    Config({part: config[part] for part in ("nlp", "components")}).to_disk(new / "config.cfg")
    for name, text in texts.items():
        (new / name).write_text(text, encoding="utf-8")
    if (output / "LICENSE").exists():
        shutil.copy(output / "LICENSE", new / "LICENSE")
    old = output.with_name(output.name + ".old")
    if output.exists():
        os.replace(output, old)
    os.replace(new, output)
    shutil.rmtree(old, ignore_errors=True)


def main() -> None:
    """Run the whole: train, finish, score, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--treebank", type=Path, required=True, help="folder of the conllu.gz files")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--output", type=Path, required=True, help="folder that the model is written to")
    parser.add_argument("--from-model", type=Path, help="skip training: finish, score and write this trained model")
    args = parser.parse_args()
    # On recent processors NumPy's matrix product is two to four times as fast as the one that thinc takes by default.
    set_current_ops(NumpyOps(use_blis=False))
    best = args.from_model
    if best is None:
        best = fit_all(args.treebank, args.work)
    nlp = finish(best, list(treebank.read_sentences(args.treebank / treebank.FILES["train"])))
    nlp.meta.update(card.meta(nlp, args.treebank))
    write(nlp, args.output, {"CARD.md": card.text(nlp.meta)})


if __name__ == "__main__":
    main()
