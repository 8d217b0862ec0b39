"""The lexicon of events: which verb or noun is which PLOVER type, and where its recipient stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from nonaligned.ground.origins import read_rows
from nonaligned.reports.clauses import Clause, patients
from nonaligned.reports.document import preposition
from nonaligned.reports.gazetteer import LEXICON

if TYPE_CHECKING:
    from spacy.tokens import Token

EVENT_TYPES = (
    "AGREE",
    "CONSULT",
    "SUPPORT",
    "CONCEDE",
    "COOPERATE",
    "AID",
    "RETREAT",
    "REQUEST",
    "ACCUSE",
    "REJECT",
    "THREATEN",
    "PROTEST",
    "SANCTION",
    "MOBILIZE",
    "COERCE",
    "ASSAULT",
)
HOSTILE = frozenset({"ACCUSE", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"})
VERBAL = frozenset({"AGREE", "SUPPORT", "REQUEST", "ACCUSE", "REJECT", "THREATEN", "PROTEST"})

# Where the recipient of a type stands, in order of preference, where the lexicon's line does not say: the direct
# object, inside it ("Ukraine's army"), a preposition, the verb below ("refused to meet X"), each other.
RECIPIENT = {
    "AGREE": "with to inside control each",
    "CONSULT": "obj with each",
    "SUPPORT": "obj inside to for control",
    "CONCEDE": "obj inside to on from",
    "COOPERATE": "with obj inside to from each",
    "AID": "obj to inside for",
    "RETREAT": "from inside to",
    "REQUEST": "obj on to from with inside control",
    "ACCUSE": "obj inside against at of",
    "REJECT": "obj inside control from to by",
    "THREATEN": "obj inside against control",
    "PROTEST": "against at over obj inside",
    "SANCTION": "on against obj inside with from",
    "MOBILIZE": "to against in on along near into at over inside",
    "COERCE": "obj inside on against",
    "ASSAULT": "obj inside on against at",
}

# Words that many lines need, written @name in the lexicon.
WORDS = {
    "talk": "talk talks meeting summit discussion consultation negotiation dialogue conversation conference visit call session",
    "agreement": "agreement deal treaty pact memorandum mou accord contract declaration protocol convention communique",
    "official": "president premier minister leader delegation counterpart envoy ambassador chancellor king prince diplomat secretary "
    "official representative emissary chief head crown emir sultan",
    "tie": "tie ties relation relations relationship partnership friendship alliance link links bond bonds embassy",
    "cooperation": "cooperation co-operation collaboration coordination interoperability",
    "trade": "trade commerce investment",
    "military": "patrol exercise",
    "exercise": "exercise exercises drill drills manoeuvre manoeuvres maneuver maneuvers wargame patrol patrols",
    "support": "support solidarity backing praise appreciation gratitude condolence sympathy recognition endorsement confidence",
    "decision": "decision move step announcement plan proposal initiative offer effort role contribution stance",
    "deal": "deal bid",
    "sanction": "sanction sanctions restriction restrictions embargo ban tariff tariffs curb curbs duty duties quota limit penalty visa",
    "prisoner": "prisoner detainee hostage captive inmate soldier sailor citizen pilot body remains crew activist journalist dissident",
    "aid": "aid assistance relief vaccine food medicine supplies humanitarian shelter help support backing",
    "money": "loan grant fund funds funding money credit package dollar euro million billion bailout",
    "weapon": "weapon weapons arms ammunition missile jet tank artillery drone system howitzer rifle helicopter fighter aircraft submarine",
    "equipment": "equipment gear kit vehicle ambulance medicine ventilator mask dose",
    "fuel": "oil gas fuel grain wheat fertiliser fertilizer uranium electricity coal equipment",
    "force": "troop troops force forces army soldier soldiers military personnel police battalion brigade contingent unit guard militia "
    "marine peacekeeper",
    "warship": "warship warships carrier destroyer frigate fleet ship submarine bomber aircraft jet warplane jets",
    "missile": "missile missiles rocket rockets shell shells artillery mortar torpedo bomb drone shot salvo barrage",
    "attack": "attack attacks strike strikes airstrike airstrikes raid offensive invasion assault operation bombardment bombing war "
    "campaign massacre incursion shelling missile rocket attempt genocide",
    "diplomat": "diplomat diplomats ambassador envoy attache attaché consul",
}

# Verbs that only carry their object: "hold talks", "launch an attack", "sign a deal".
LIGHT = frozenset(
    "hold have make issue launch conduct carry stage lodge express voice offer extend provide give deliver impose reach begin start resume "
    "continue open mount pay place put send level announce declare do take wage pursue maintain enter exert undertake broker arrange plan "
    "schedule engage complete strengthen expand deepen increase step host sign perform commit execute intensify".split()
)

IRREGULAR = {"shot": "shoot", "froze": "freeze", "lent": "lend", "fought": "fight", "withdrew": "withdraw", "overthrew": "overthrow"}
PARTICLES = frozenset("off up out down over back away".split())  # never prepositions of a recipient: "broke off relations"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the lexicon.

    `lemma` may hold a particle ("shoot down"); `needs` are words one of which its object must
    hold; `slots` say where the recipient stands, in order.
    """

    lemma: str
    pos: str
    needs: frozenset[str]
    slots: tuple[str, ...]
    event_type: str

    @property
    def particle(self) -> str:
        """The second word of the lemma."""
        return self.lemma.partition(" ")[2]


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found in the text: `head` carries the arguments, `noun` the meaning where the verb is light."""

    entry: Entry
    clause: Clause
    noun: Token | None = None

    @property
    def head(self) -> Token:
        """The predicate."""
        return self.clause.head

    @property
    def is_verb(self) -> bool:
        """Whether a verb carries the arguments."""
        return self.noun is not None or self.entry.pos == "verb"


@cache
def lexicon() -> Mapping[tuple[str, str], tuple[Entry, ...]]:
    """Entries by first word and part of speech; the most specific come first.

    Returns
    -------
    mapping
        (word, ``verb`` or ``noun``) to entries: with a particle and needed words before bare ones.

    Examples
    --------
    >>> [entry.event_type for entry in lexicon()["invade", "verb"]]
    ['ASSAULT']
    """
    found: dict[tuple[str, str], list[Entry]] = {}
    for row in read_rows(LEXICON / "plover.csv"):
        needs: set[str] = set()
        for word in row["needs"].split("|") if row["needs"] else ():
            needs |= set(WORDS[word[1:]].split()) if word.startswith("@") else {word}
        slots = row["recipient"].split("|") if row["recipient"] else RECIPIENT[row["event_type"]].split()
        entry = Entry(row["lemma"], row["pos"], frozenset(needs), tuple(slots), row["event_type"])
        found.setdefault((entry.lemma.split()[0], entry.pos), []).append(entry)
    return {key: tuple(sorted(rows, key=_generality)) for key, rows in found.items()}


def _generality(entry: Entry) -> tuple[bool, bool]:
    return not entry.particle, not entry.needs


# Verbs whose subject is the recipient of what they are said of: "faces pressure from X".
FACING = frozenset({"face", "receive", "get", "suffer", "endure", "resist", "obtain", "accept", "win", "secure"})


def match(clause: Clause) -> Match | None:
    """The lexicon's reading of a predicate: the verb with its words, a light verb's noun, the bare verb, the noun."""
    head = clause.head
    if head.tag_ == "VBG" and head.dep_ == "xcomp" and head.head.lemma_.casefold() in FACING:
        return None  # "facing increasing pressure": a participle that the parse took for a verb
    if head.pos_ == "VERB" and head.dep_ != "amod" or mistaken_subject(head):
        entries = [e for e in entries_of(head) if not e.particle or e.particle in particles(head)]
        special = next((e for e in entries if e.needs and e.needs & object_words(clause)), None)
        if special is not None:
            return Match(special, clause)
        if head.lemma_.casefold() in LIGHT:
            for noun in things(clause):
                carried = noun_entry(noun)
                if carried is not None:
                    return Match(carried, clause, noun)
        bare = next((e for e in entries if not e.needs), None)
        return Match(bare, clause) if bare is not None else None
    entry = noun_entry(head)
    return Match(entry, clause) if entry is not None and head.dep_ not in {"compound", "amod"} else None


def mistaken_subject(head: Token) -> tuple[Token, ...]:
    """The subject where the parse took "X expelled Y" for a noun phrase: a participle before Y, or a noun with an object."""
    if head.i == head.sent.start or head.text.casefold() == head.lemma_.casefold() and head.pos_ != "NOUN":
        return ()
    before = head.nbor(-1)
    if head.dep_ == "amod" and head.tag_ == "VBN" and before == head.head.head and before.lemma_.casefold() == "have":
        return tuple(c for c in before.children if c.dep_ == "nsubj")  # "had imposed sanctions" read as "had (imposed sanctions)"
    if head.dep_ == "amod" and head.tag_ in {"VBN", "VBD"} and head.head.i > head.i:
        names = [c for c in (*head.children, *head.head.children) if c == before and c.dep_ in {"nsubj", "compound", "nmod:poss"}]
    elif head.pos_ == "NOUN" and head.text.casefold().endswith(("ed", *IRREGULAR)):
        names = [c for c in head.children if c == before and c.dep_ in {"compound", "nsubj"}]
    else:
        return ()
    return tuple(c for c in names if c.text[:1].isupper() and not any(k.dep_ == "case" for k in c.children))


def is_content_gerund(head: Token) -> bool:
    """Whether "accused X of attacking" was parsed with the gerund on X."""
    is_on_object = head.dep_ in {"nmod", "acl"} and head.tag_ == "VBG" and head.head.dep_ in {"obj", "nsubj:pass"}
    return is_on_object and any(c.text.casefold() in {"of", "for", "against", "from"} for c in head.children if c.i < head.i)


def entries_of(head: Token) -> tuple[Entry, ...]:
    """Lines of the lexicon for a verb."""
    found = lexicon()
    return next((found[base, "verb"] for base in _bases(head) if (base, "verb") in found), ())


def _bases(token: Token) -> Iterator[str]:
    """The lemma, and base forms by rule, as the lemmatizer does not know every verb."""
    yield token.lemma_.casefold()
    word = token.text.casefold()
    yield IRREGULAR.get(word, word)
    for ending in ("ing", "ed", "es", "s", "d"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[: -len(ending)]
            yield from (stem, stem + "e", stem[:-1] if stem[-1] == stem[-2] else stem)
            if stem.endswith("i"):
                yield stem[:-1] + "y"


def noun_entry(noun: Token) -> Entry | None:
    """The line of the lexicon for a noun, by its lemma or its form."""
    if noun.pos_ not in {"NOUN", "PROPN"}:
        return None
    for word in (noun.text.casefold(), noun.lemma_.casefold()):
        if entries := lexicon().get((word, "noun")):
            return entries[0]
    return None


def particles(head: Token) -> set[str]:
    """Particles of a verb and prepositions of its arguments ("shoot down", "call on")."""
    found = {c.text.casefold() for c in head.children if c.dep_ in {"compound:prt", "advmod", "case", "mark"}}
    return found | {preposition(c) for c in head.children if c.dep_ in {"obl", "obj"}}


def things(clause: Clause) -> tuple[Token, ...]:
    """What the verb is done to: its objects, what a passive says it of, and what is coordinated with them."""
    head = clause.head
    heads = (*clause.objects, *patients(head))
    if not heads and mistaken_subject(head):
        heads = (head.head,) if head.dep_ == "amod" else heads
    heads = heads or tuple(c for c in head.children if c.dep_ == "obl" and preposition(c) in PARTICLES)
    return tuple(token for thing in heads for token in (thing, *(c for c in thing.children if c.dep_ == "conj")))


def object_words(clause: Clause) -> set[str]:
    """Words of the object's noun phrase, or of the prepositional arguments where the verb has no object."""
    heads = things(clause) or tuple(t for tokens in clause.obliques.values() for t in tokens)
    return {word for head in heads for token in _phrase(head) for word in (*token.text.casefold().split(), token.lemma_.casefold())}


def _phrase(head: Token) -> Iterator[Token]:
    yield head
    for child in head.children:
        if child.dep_ in {"compound", "amod", "nummod"} or child.dep_ == "nmod" and preposition(child) == "of":
            yield child
            yield from (c for c in child.children if c.dep_ in {"compound", "conj"})
