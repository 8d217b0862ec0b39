"""Whether a roll call was on a whole text, a paragraph of it, an amendment, or a matter of procedure, read from its title."""

from __future__ import annotations

import re
from typing import Literal

VoteKind = Literal["final", "paragraph", "amendment", "procedural"]

_AS_AMENDED = re.compile(r"\bas\s+(?:orally\s+|further\s+)*(?:amended|revised)\b")
_PROCEDURAL = re.compile(
    r"\badjourn(?:ing|ment of (?:the )?(?:debate|meeting|discussion|session))|\bclos(?:ure of|e|ing) (?:the )?debate|\bpoint of order"
    r"|\bpriority (?:vote|of vote|in voting)|\bmotion\b.{0,60}\b(?:for|to|that)\b|\bno[- ]action\b"
    r"|\b(?:requir\w*|need\w*) (?:a )?(?:2/3|two[- ]thirds)|\bimportant question\b"
    r"|\b(?:president'?s?|chairman'?s?) ruling|\bruling (?:of|by) (?:the )?(?:pres|chair)"
)
_PROCEDURAL_OUTSIDE_RESOLUTIONS = re.compile(
    r"\b(?:inclu\w+|plac\w+|allocat\w+|insert\w*|delet\w+)\b.{0,90}\b(?:agenda|item)\b|\bitem\b.{0,120}\b(?:in|on|from) the agenda\b"
    r"|\b(?:postpon\w+|defer\w*|suspend\w*)\b.{0,60}\b(?:consideration|debate|discussion|vote|voting|elections?|meeting)\b"
    r"|\breconsider\w*|\b(?:request|req|proposal) for (?:a )?(?:separate|roll[- ]call|secret)"
)
_PARAGRAPH_WORD = r"(?:sub-? ?)?par(?:a|as|ag|agraph|agraphs)\b\.?"
_AMENDMENT = re.compile(
    r"^(?:to |the )?(?:adopt\w* |approv\w* |reject\w* )?(?:an? |the )?amm?end(?:ment|ments|ing)?\b"
    r"|^(?:to (?:adopt|approve|reject) )?.{0,110}\bamm?end(?:ment|ments)?\b ?\(?.{0,60}?"
    r"\b(?:to|by|of|adding|replac|delet|insert|which|that|calling|oral)"
    r"|\b(?:draft|oral|joint|power|sub) ?-?amm?endments?\b|\bamm?endments? (?:\(|contained|thereto|circulated|to (?:the )?(?:draft|res))"
)
_ON_AMENDMENT = re.compile(r"\b(?:decision|vote|put) .{0,60}\bamendments?\b")
_PARAGRAPH = re.compile(
    rf"\b(?:op|oper|operative|pream|preamb|preambular|final|last|first)\.? {_PARAGRAPH_WORD}"
    rf"|\bpreamb(?:le|ular)?\b|^(?:to )?(?:adopt\w* |retain\w* |delet\w* |approv\w* )?(?:the )?.{{0,70}}?\b{_PARAGRAPH_WORD} ?[\d(a-z]"
    rf"|\b(?:which|said) (?:sub-? ?)?(?:paragraph|para|parag|clause|phrase|section|part|point)\b"
    r"|\b(?:sections?|points?|parts?|chapters?|annex) (?:[\divx(]+|[a-h]\b)[^.]{0,40}\bof (?:the |an? )?.{0,60}\b(?:draft|resol)"
    r"|\b(?:adopt|retain|retention of|delet\w+|keep) (?:of )?(?:the |a |following )?(?:words?|phrases?|clauses?|sentences?|passages?)\b"
    r"|\bseparate,?(?: recorded)?,? votes?\b.{0,120}\b(?:requested|on)\b|\bput to the vote\b.{0,60}\bparagraph"
    r"|\bminus\b.{0,60}\bpara|\bdivision\b.{0,30}\bvote|\bin parts\b"
)
_RESOLUTION = re.compile(r"\bres(?:ol|\b)")
_OF_A_TREATY = re.compile(r"\bamendments? (?:of|to) the (?:treaty|charter|statutes?|convention|staff|financial)\b")
_SPOKEN = re.compile(r"^(?:the )?(?:acting )?president\b.{0,60}:|\bi shall (?:now|first) put\b")


def kind_of_vote(title: str | None) -> VoteKind:
    """Tell a vote on a whole text from one on a paragraph, an amendment, or procedure.

    A title that says nothing of the kind is one of a whole text ("final"), and so is a text "as amended": the last vote on it. A vote on
    an amendment to a paragraph is one on an amendment.

    Against the amendment and paragraph flags of Voeten's file: of roll calls said here to be on a part of a text or an amendment, .976 are
    flagged in sessions 1 to 39 and .97 after; of those flagged, .86 and .995 are found. Most of the others are final votes on texts
    "as amended", which the file counts as amendments, or have a description that does not tell. For procedure there is no flag to compare.

    Examples
    --------
    >>> kind_of_vote("TO ADOPT OPERATIVE PARAGRAPH 3 OF THE 1ST COMM. DRAFT RESOL. (A/723)")
    'paragraph'
    >>> kind_of_vote("TO ADOPT A U.S.S.R. AMENDMENT (A/L.328) TO THE 43-POWER DRAFT RESOLUTION (A/L.323)")
    'amendment'
    >>> kind_of_vote("TO ADOPT THE PRESIDENT'S RULING ON THE POINT OF ORDER")
    'procedural'
    >>> kind_of_vote("Nuclear disarmament : resolution / adopted by the General Assembly")
    'final'
    """
    text = (title or "").casefold().replace("’", "'")
    text = _OF_A_TREATY.sub(" ", _AS_AMENDED.sub(" ", text))
    if _SPOKEN.search(text):
        return "amendment" if _ON_AMENDMENT.search(text) else "paragraph" if "paragraph" in text or "separate" in text else "final"
    if _AMENDMENT.search(text):
        return "amendment"
    if _PARAGRAPH.search(text):
        return "paragraph"
    is_procedural = _PROCEDURAL.search(text) or (not _RESOLUTION.search(text) and _PROCEDURAL_OUTSIDE_RESOLUTIONS.search(text))
    return "procedural" if is_procedural else "final"
