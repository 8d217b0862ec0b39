"""The parse: sentences, tags, lemmas and dependencies, with each known name as one token.

The treebank that the parser learnt from is small: names it never saw cost it the verb beside them.
So it parses each name under a stand-in of the same kind that it knows well, and the name is put back.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nonaligned.ground.origins import read_rows
from nonaligned.reports.gazetteer import LEXICON, Hit

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

MODEL = Path(__file__).parent / "model"
LONGEST = 1_200  # characters that are parsed at once where a text has no sentence ends
MONTH_NAMES = frozenset(calendar.month_name)
GRADUAL = frozenset({"increasing", "growing", "rising", "mounting", "declining", "deepening", "renewed"})
NAMES = frozenset({"Iraq", "US", "Washington", "Bush", "which", "that", "who", "it", "It"})
STATE, AFTER_THE, CAPITAL, PERSON, GROUP, AFTER_THE_GROUP = "Iraq", "US", "Washington", "Bush", "Congress", "Union"


@cache
def pipeline() -> Language:
    """The parsing pipeline that ships with the program, loaded once."""
    import spacy
    from thinc.api import NumpyOps, set_current_ops  # pyright: ignore[reportUnknownVariableType]

    # numpy's own products are twice as fast here as thinc's default
    set_current_ops(NumpyOps(use_blis=False))  # pyright: ignore[reportUnknownArgumentType]
    return spacy.load(MODEL)


def parse(text: str, hits: Iterable[Hit] = ()) -> Doc:
    """The parse of a text, paragraph by paragraph; `doc.text` equals `text`.

    Parameters
    ----------
    text : str
        The report.
    hits : iterable of Hit
        Names found in it; each becomes one token.
    """
    from spacy.tokens import Doc

    names = [hit for hit in hits if hit.kind != "nothing"]
    surnames = {text[hit.start : hit.end].rsplit(maxsplit=1)[-1] for hit in names if hit.kind == "person"}
    pieces: list[tuple[list[str], Doc]] = []
    for start, piece in paragraphs(text):
        inside = [hit for hit in names if start <= hit.start < start + len(piece)]
        pieces.append(_with_stand_ins(piece, start, inside, surnames))
    parsed = pipeline().pipe(known for _, known in pieces)
    docs = [_put_back(words, doc) for (words, _), doc in zip(pieces, parsed, strict=True)]
    if not docs:
        return pipeline().make_doc(text)
    return docs[0] if len(docs) == 1 else Doc.from_docs(docs, ensure_whitespace=False) or docs[0]


def _with_stand_ins(piece: str, offset: int, hits: list[Hit], surnames: set[str]) -> tuple[list[str], Doc]:
    """The words of a piece, each name one word, and an unparsed document with the stand-ins in their places."""
    from spacy.tokens import Doc

    nlp = pipeline()
    base = nlp.make_doc(piece)
    starts = {hit.start - offset: hit for hit in hits}
    words: list[str] = []
    known: list[str] = []
    spaces: list[bool] = []
    index = 0
    while index < len(base):
        token = base[index]
        last = token
        hit = starts.get(token.idx)
        stand_in = token.text
        if hit is not None:
            while last.i + 1 < len(base) and base[last.i + 1].idx < hit.end - offset:
                last = base[last.i + 1]
            stand_in = _stand_in(piece[token.idx : hit.end - offset], hit, words[-1].casefold() if words else "")
        elif token.text in surnames:
            stand_in = PERSON
        elif token.text in stand_ins():
            after = base[token.i + 1].text if token.i + 1 < len(base) else ""
            stand_in = _verb_stand_in(token.text, is_after_name=bool(known and known[-1] in NAMES), after=after)
        words.append(piece[token.idx : last.idx + len(last.text)])
        known.append(stand_in)
        spaces.append(bool(last.whitespace_))
        index = last.i + 1
    return words, Doc(nlp.vocab, words=known, spaces=spaces)


def _put_back(words: list[str], parsed: Doc) -> Doc:
    """The parse with the words themselves in place of the stand-ins."""
    from spacy.tokens import Doc

    for token in parsed:  # a gerund with an object is a verb, whatever its class was guessed to be
        if token.tag_ == "VBG" and token.pos_ == "NOUN" and any(child.dep_ == "obj" for child in token.children):
            token.pos_ = "VERB"
            token.lemma_ = pipeline().get_pipe("lemmatizer").lemmatize(token)[0]  # pyright: ignore[reportFunctionMemberAccess]
    heads, deps = _mended(parsed)
    return Doc(
        parsed.vocab,
        words=words,
        spaces=[bool(token.whitespace_) for token in parsed],
        tags=[token.tag_ for token in parsed],
        pos=[token.pos_ for token in parsed],
        morphs=[str(token.morph) for token in parsed],
        lemmas=[token.lemma_ if word == token.text else _lemma(word) for token, word in zip(parsed, words, strict=True)],
        heads=heads,
        deps=deps,
    )


def _lemma(word: str) -> str:
    """The lemma of a word that was parsed under a stand-in: of a verb form by rule, of a name the name."""
    if word not in stand_ins():
        return word
    for ending, put in (
        ("ied", "y"),
        ("ies", "y"),
        ("ained", "ain"),
        ("aining", "ain"),
        ("ed", ""),
        ("ures", "ure"),
        ("ases", "ase"),
        ("rces", "rce"),
        ("s", ""),
    ):
        if word.endswith(ending):
            return word[: -len(ending)] + put
    return word


def _mended(parsed: Doc) -> tuple[list[int], list[str]]:
    """Heads and relations, with two faults of a small treebank mended.

    "X, a member of G, has refused" is an apposition, not two subjects; "depends on X" is oblique, not an object.
    """
    heads, deps = [token.head.i for token in parsed], [token.dep_ for token in parsed]
    for token in parsed:
        marked = any(child.dep_ == "case" and child.i < token.i for child in token.children)
        if token.dep_ == "obj" and marked:
            deps[token.i] = "obl"
        before = parsed[token.i - 1] if token.i else None
        if before is not None and token.tag_ in {"VBD", "VBZ", "VBP", "MD"} and before.tag_ in {"NNP", "NNPS"}:
            _give_subject(token, before, heads, deps)
        if token.tag_ in {"VBD", "VBN"} and token.dep_ == "amod":
            _make_verb(token, heads, deps)
        noun = token.nbor() if token.text in GRADUAL and token.i + 1 < len(parsed) else None
        if noun is not None and noun.dep_ == "obj" and noun.head == token and token.dep_ in {"advcl", "xcomp"}:
            heads[noun.i], deps[noun.i] = token.head.i, "obj"  # "facing increasing pressure"
            heads[token.i], deps[token.i] = noun.i, "amod"
        if token.dep_ != "nsubj" or not any(child.dep_ == "det" for child in token.lefts):
            continue
        first = next((other for other in token.head.lefts if other.dep_ == "nsubj" and other.i < token.i), None)
        edge = token.left_edge.i
        if first is not None and edge > 0 and parsed[edge - 1].text == ",":
            heads[token.i], deps[token.i] = first.i, "appos"
    return heads, deps


def _give_subject(verb: Token, name: Token, heads: list[int], deps: list[str]) -> None:
    """Make the name before a finite verb its subject where the parse hung it elsewhere.

    "voted against it and Britain abstained", "Last December India voted".
    """
    main = verb.head if verb.tag_ == "MD" and verb.dep_ == "aux" else verb
    own = [child for child in main.children if child.dep_ == "nsubj"]
    is_lost_conjunct = name.dep_ == "conj" and main.dep_ == "conj" and not own and name.head.pos_ not in {"VERB"}
    is_after_month = name.dep_ in {"flat", "compound"} and own and own[0] == name.head and own[0].text in MONTH_NAMES
    if is_after_month:
        deps[own[0].i] = "obl:unmarked"
    if is_lost_conjunct or is_after_month:
        heads[name.i], deps[name.i] = main.i, "nsubj"


def _make_verb(verb: Token, heads: list[int], deps: list[str]) -> None:
    """Make a past participle before a noun that has a subject the verb, and the noun its object.

    "The United States imposed sanctions on Turkey", "Poland expelled Russian diplomats".
    """
    noun = verb.head
    subject = next((c for c in (*noun.children, *verb.children) if c.dep_ == "nsubj" and c.i < verb.i), None)
    is_clause = noun.dep_ in {"ROOT", "conj", "ccomp", "parataxis", "advcl"} and not any(c.dep_ == "cop" for c in noun.children)
    if subject is None or not is_clause or noun.i < verb.i:
        return
    heads[verb.i], deps[verb.i] = (verb.i if noun.dep_ == "ROOT" else noun.head.i), noun.dep_
    heads[noun.i], deps[noun.i] = verb.i, "obj"
    for child in noun.children:
        if child.dep_ == "nsubj" or child.dep_ == "punct" and child.i > noun.i:
            heads[child.i] = verb.i


@cache
def stand_ins() -> Mapping[str, tuple[str, str]]:
    """Verb forms that the treebank hardly has -> a common form of the same grammar, and when it stands in."""
    return {row["word"]: (row["stand_in"], row["when"]) for row in read_rows(LEXICON / "stand_ins.csv")}


def _verb_stand_in(word: str, is_after_name: bool, after: str) -> str:
    other, when = stand_ins()[word]
    fits = not when or when == "after_name" and is_after_name or when == "before_for" and after == "for"
    return other if fits else word


def _stand_in(name: str, hit: Hit, before: str) -> str:
    if hit.kind == "person":
        return PERSON
    if hit.kind == "group":
        return AFTER_THE_GROUP if before == "the" else GROUP
    kinds = {entry.kind for entry in hit.states}
    if kinds <= {"adjective", "demonym"}:
        return "Americans" if name.endswith("s") and not name.endswith("ss") else "American"
    if "adjective" in kinds or before == "the":
        return AFTER_THE
    return CAPITAL if kinds <= {"capital", "seat"} else STATE


def paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Pieces of a text with their offsets: no sentence crosses from one to the next.

    A line break ends a piece unless the line is wrapped: it is long and ends without a full stop, or the
    next goes on in lower case. A stretch without any sentence end is cut after `LONGEST` characters.
    """
    start = 0
    merged: list[str] = []
    for line in re.split(r"(?<=\n)(?=[^\n])", text):
        if merged and _goes_on(merged[-1], line):
            merged[-1] += line
        else:
            merged.append(line)
    for piece in merged:
        rest = piece
        while len(rest) > 10 * LONGEST or len(rest) > LONGEST and not re.search(r"[.!?]", rest[:LONGEST]):
            ends = [match.end() for match in re.finditer(r"[.!?]\s|\s", rest[:LONGEST])]
            cut = ends[-1] if ends else LONGEST
            yield start, rest[:cut]
            start, rest = start + cut, rest[cut:]
        if rest:
            yield start, rest
            start += len(rest)


def _goes_on(before: str, line: str) -> bool:
    if before.endswith("\n\n"):
        return False
    end = before.rstrip()
    return line[:1].islower() or end[-1:] in ",;—-" or end[-1:] not in '.!?:"”’)' and len(end.rsplit("\n", 1)[-1]) > 55
