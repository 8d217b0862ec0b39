"""Train the parsing pipeline and write it, with its card, to a folder.

    python training/train.py --treebank DIR --output src/nonaligned/reports/model
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import spacy
from spacy import util
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.training.initialize import init_nlp
from spacy.training.loop import train
from thinc.api import NumpyOps, set_current_ops

import augment as aug
import treebank
from tokens import adjust_tokenizer

HERE = Path(__file__).parent


@spacy.registry.readers("nonaligned.treebank.v1")
def read_corpus(path: str, part: str, augment: bool) -> Callable[[Language], Iterator[Example]]:
    """Yield examples with the treebank's own words, in a new order and variation each time if `augment`."""
    rng = random.Random(0)

    def examples(nlp: Language) -> Iterator[Example]:
        folder = Path(path)
        sentences = list(treebank.read_sentences(folder / treebank.FILES[part]))
        if augment:
            blocks = treebank.blocks(sentences, rng.choice((60, 120, 120, 180)))
            rng.shuffle(blocks)
            varied = aug.Variation(sentences, rng)
            blocks = ([varied(s) for s in block] for block in blocks)
        else:
            blocks = treebank.blocks(sentences)
        for block in blocks:
            doc = treebank.to_doc(nlp.vocab, block)
            plain = Doc(nlp.vocab, words=[t.text for t in doc], spaces=[bool(t.whitespace_) for t in doc])
            yield Example(plain, doc)

    return examples


def fit(folder: Path, output: Path, overrides: dict[str, object]) -> Language:
    # On recent processors NumPy's matrix product is two to four times as fast as the one that thinc takes by default.
    set_current_ops(NumpyOps(use_blis=False))
    config = util.load_config(HERE / "config.cfg", overrides={"paths.treebank": str(folder), **overrides}, interpolate=False)
    nlp = init_nlp(config)
    adjust_tokenizer(nlp)
    train(nlp, output, stdout=sys.stdout, stderr=sys.stderr)
    return spacy.load(output / "model-best")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--treebank", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    args = parser.parse_args()
    import json
    overrides = {}
    for item in args.set:
        k, v = item.split("=", 1)
        try: v = json.loads(v)
        except ValueError: pass
        overrides[k] = v
    fit(args.treebank, args.work, overrides)


if __name__ == "__main__":
    main()
