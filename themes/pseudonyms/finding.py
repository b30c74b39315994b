"""What may be a name in one text, and by which rule: forms, labels, titles, heads of organisations, prepositions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from themes.pseudonyms.fixed import SYMBOL, fixed
from themes.pseudonyms.folding import folded
from themes.pseudonyms.lists import grouped, is_public, nouns, ordinary, public
from themes.pseudonyms.names import Mention, NameKind
from themes.pseudonyms.runs import Run, find_runs
from themes.pseudonyms.words import Word, words_of

PUBLIC = "a public name"
WEAK = "a capital at the beginning of a sentence"

_LABEL = re.compile(
    r"^[ \t]*(?:[\[(]?[\d:.,]+[\])]?[ \t]*)?(?:\*\*|__)?([^\W\d_][^:\n\d\[\]]{1,40}?)(?:\*\*|__)?[ \t\u00a0]*:", re.M
)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>\d]+)>", re.IGNORECASE)
_CODE = re.compile(r"^[ \t]*([A-Z]{1,3}[-_ ]?\d{1,4})[ \t\u00a0]*:", re.M)
_AND = re.compile(r",?\s+(?:and|or|et|ou)\s+|,\s+")
_ORDINAL = re.compile(r"\b\d{1,3}(?:st|nd|rd|th|e|er|ème|eme)\s+$")
_OF = re.compile(r"\s+(?:of|of the|de|du|des|de la|de l['’]|d['’]|à|à la)\s*")
_NEXT_TO = re.compile(r"[ \t\u00a0]+|[ \t]*\n[ \t]*")
_TAIL = re.compile(r"\s(?:[^\W\d_]+(?:ieure?s?|ales?|aux|ères?|iques?|aires?|elles?|iennes?))\b")
_ARTICLE = r"(?:the|our|his|her|their|my|your|a|an|le|la|les|un|une|notre|son|sa|leur|du|au|des|l'|d'|of)"
_OWNER = re.compile(r"\s+(?:of the|of|des|du|de la|de l'|de|d')\s*(?P<owner>[^\W\d_][\w'-]*)(?:\s+[A-Z][\w'-]*)?")
_NOT_VOICES = frozenset(("re", "ps", "nb", "subject", "objet", "lieu", "place", "note", "notes", "title", "file"))


def find(seen: str, text: str, small: frozenset[str]) -> tuple[Mention, ...]:
    """Everything in a text that may be a name, in order. `seen` is the text without what nobody said (`visible`).

    `small` are words (folded) that some text writes with a small letter. No two mentions overlap.
    """
    sure = [*fixed(seen), *_voices(text), *_labels(seen)]
    taken = [(one.start, one.end) for one in sure]
    blanked = without(seen, [*taken, *(match.span() for match in SYMBOL.finditer(seen))])
    codes = {match[1] for match in _CODE.finditer(text)}
    runs = (run for run in find_runs(blanked, list(words_of(blanked)), small) if _may_name(run, codes))
    named = list(_in_lists(blanked, [_classified(blanked, run) for run in runs]))
    titled = [one for one in named if one.weight >= 4]
    held = without(blanked, [(one.start, one.end) for one in titled])
    offices = list(_offices(held))
    spans = [(one.start, one.end) for one in offices]
    rest = [one for one in named if not _inside(one, spans)]
    return tuple(sorted([*sure, *rest, *offices], key=lambda one: one.start))


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with semicolons, which neither join names nor end sentences, in place of the spans."""
    letters = list(text)
    for start, end in spans:
        letters[start:end] = ";" * (end - start)
    return "".join(letters)


def _may_name(run: Run, codes: set[str]) -> bool:
    """Whether the run is more than a title alone, a letter alone, the code of a speaker (`P05`) or common words.

    Words that are all public or ordinary (`Haitian Government`) are a name only behind a title.
    """
    word = run.words[0].text
    titled = any(one in nouns("titles") for one in (*run.folded, *(near.folded for near in run.before[:1])))
    if len(run.words) > 1 and not titled and not is_public(_written(run)):
        common = [one.folded in ordinary() or is_public(one.text) for one in run.words]
        if all(common):
            return False
    return len(run.words) > 1 or (run.folded[0] not in nouns("titles") and word not in codes and len(word) > 1)


def _written(run: Run) -> str:
    """The capital words of a run."""
    return " ".join(word.text for word in run.words)


def _in_lists(text: str, named: Iterable[Mention]) -> Iterator[Mention]:
    """The mentions; one of which little is known is a place behind a place: `Bankass, Koro and Mopti`."""
    before: Mention | None = None
    for one in named:
        kept = one
        doubtful = one.kind is NameKind.PERSON and one.weight <= 1
        behind = before is not None and before.kind is NameKind.PLACE
        if doubtful and behind and before and _AND.fullmatch(text[before.end : one.start]):
            kept = replace(one, kind=NameKind.PLACE, noun="Place", weight=2, rule="a place before it in a list")
        yield kept
        before = kept


def _inside(one: Mention, spans: Sequence[tuple[int, int]]) -> bool:
    return any(one.start < end and one.end > start for start, end in spans)


# --- labels ---


def _labels(seen: str) -> Iterator[Mention]:
    """Labels of speakers that are names: several words with capitals, or one that comes again."""
    found = [match for match in _LABEL.finditer(seen) if _is_voice(match[1])]
    often = {match[1] for match in found if sum(other[1] == match[1] for other in found) > 1}
    for match in found:
        if match[1] in often or len(match[1].split()) > 1:
            start, noun = _after_titles(match[1])
            yield Mention(match.start(1) + start, match.end(1), NameKind.PERSON, noun, "the label of a speaker", 8)


def _voices(text: str) -> Iterator[Mention]:
    for match in _VOICE.finditer(text):
        if _is_voice(match[1]):
            yield Mention(*match.span(1), NameKind.PERSON, "Person", "the label of a speaker", 8)


def _is_voice(label: str) -> bool:
    words = label.split()
    capitals = all(word[0].isupper() for word in words if word.casefold() not in ("ag", "de", "al", "el", "van", "von"))
    named = [folded(word) for word in words]
    known = ordinary() | public() | _NOT_VOICES
    return (
        len(words) <= 4
        and capitals
        and not any(word.strip(".,") in known for word in named if word not in nouns("titles"))
    )


def _after_titles(label: str) -> tuple[int, str]:
    """Where the name begins in a label after its titles, and the noun of the first title."""
    at, noun = 0, "Person"
    for match in re.finditer(r"([^\W\d_]+)\.?\s+", label):
        if match.start() != at or folded(match[1]) not in nouns("titles"):
            break
        noun = nouns("titles")[folded(match[1])] if noun == "Person" else noun
        at = match.end()
    return at, noun


# --- runs of capitals ---


def _classified(text: str, run: Run) -> Mention:
    """The run as a mention by the first rule that speaks."""
    if is_public(text[run.start : run.end]):
        kind = NameKind.ORGANISATION if run.words[0].text.isupper() else NameKind.PLACE
        return Mention(run.start, run.end, kind, "", PUBLIC, 7)
    for rule in (_organisation, _titled, _place_by_head, _acronym, _person, _place_by_preposition):
        found = rule(text, run)
        if found is not None:
            return found
    alone = len(run.words) == 1 and run.words[0].begins
    rule_name = WEAK if alone else "a capital inside a sentence"
    return Mention(run.start, run.end, NameKind.PERSON, "Person", rule_name, 0 if alone else 1)


def _organisation(text: str, run: Run) -> Mention | None:
    heads = [word for word in run.folded if word in nouns("organisations")]
    if heads and len(run.words) > 1 and run.folded[0] not in _ranks():
        ordinal = _ORDINAL.search(text[max(0, run.start - 8) : run.start])
        start = run.start - (len(ordinal[0]) if ordinal else 0)
        end = run.end
        noun = nouns("organisations")[heads[0]]
        tail = _TAIL.match(text, end) if noun == "Ministry" and " de" in text[start:end] else None
        return Mention(
            start, tail.end() if tail else end, NameKind.ORGANISATION, noun, "the head of an organisation", 5
        )
    if " & " in text[run.start : run.end] or re.search(r"\sfor\s", text[run.start : run.end]):
        return Mention(run.start, run.end, NameKind.ORGANISATION, "Organisation", "capitals joined by for or &", 4)
    return _organisation_after(text, run)


def _organisation_after(text: str, run: Run) -> Mention | None:
    """An organisation whose head is written small before it: `ministère de la Sécurité`, `bataillon Harmattan`."""
    head = _small_head(run)
    if head is None or run.folded[0] in nouns("titles"):
        return None
    common = head.folded in grouped("introductions")["common"]  # `in front of Kidal` speaks of no front
    noun = None if common else nouns("organisations").get(head.folded)
    gap = text[head.end : run.start]
    if noun is None or not (_OF.fullmatch(gap) or _NEXT_TO.fullmatch(gap)):
        return None
    if noun in ("Office", "Firm") and " of" in gap:
        return None
    tail = _TAIL.match(text, run.end) if noun == "Ministry" else None
    end = tail.end() if tail else run.end
    return Mention(head.start, end, NameKind.ORGANISATION, noun, "the head of an organisation", 4)


def _small_head(run: Run) -> Word | None:
    """The word with a small letter of which the run says more: `village` before `of Tinzawa`."""
    joints = ("of", "the", "de", "du", "des", "la", "le", "à", "a")
    head = next((word for word in run.before if word.folded not in joints), None)
    return None if head is None or head.is_capital else head


@cache
def _ranks() -> frozenset[str]:
    """Titles that are no heads of organisations."""
    return frozenset(nouns("titles")) - frozenset(nouns("organisations"))


def _titled(_: str, run: Run) -> Mention | None:
    titles = nouns("titles")
    count = 0
    while count < len(run.words) - 1 and run.folded[count] in titles:
        count += 1
    found = [titles[word] for word in run.folded[:count]]
    if not found and run.before and _NEXT_TO.fullmatch(run.gap.removeprefix(".")) and _is_title(run.before[0], run.gap):
        found = [titles[run.before[0].folded]]
    if not found:
        return None
    noun = next((one for one in found if one != "Person"), "Person")
    return Mention(run.words[count].start, run.end, NameKind.PERSON, noun, "a title before it", 6)


def _is_title(word: Word, gap: str) -> bool:
    if len(word.text) <= 2 and not (word.is_capital or "." in gap):
        return False
    return word.folded in nouns("titles")


def _place_by_head(text: str, run: Run) -> Mention | None:
    heads = nouns("places")
    first = re.split(r"[-‐‑]", run.folded[0])
    noun = heads.get(first[0]) if len(first) > 1 or len(run.words) > 1 else None
    if noun is None and len(run.words) > 1:
        noun = heads.get(run.folded[-1])
    head = _small_head(run)
    if noun is None and head is not None:
        gap = text[head.end : run.start]
        alone = head.folded not in ("well", "port", "base", "hill", "state") and _NEXT_TO.fullmatch(gap)
        noun = heads.get(head.folded) if alone or _OF.fullmatch(gap) else None
    if noun is None and run.after and _NEXT_TO.fullmatch(text[run.end : run.after[0].start]):
        noun = heads.get(run.after[0].folded) if not run.after[0].is_capital else None
    if noun is None:
        return None
    return Mention(run.start, run.end, NameKind.PLACE, noun, "the head of a place", 5)


def _acronym(text: str, run: Run) -> Mention | None:
    word = run.words[0].text
    if len(run.words) == 1 and 2 <= len(word) <= 10 and word.isupper() and _is_mixed(text, run.start):
        return Mention(run.start, run.end, NameKind.ORGANISATION, "Organisation", "an acronym", 3)
    return None


def _is_mixed(text: str, at: int) -> bool:
    """Whether small letters stand in the same line: a heading in capitals holds no acronyms."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return any(letter.islower() for letter in text[start : end if end >= 0 else len(text)])


def _person(text: str, run: Run) -> Mention | None:
    words = grouped("introductions")
    before = run.before[0].folded if run.before else ""
    near = bool(re.fullmatch(r"[,:;]?\s+", run.gap))
    if before in words["person"] and near:
        return Mention(run.start, run.end, NameKind.PERSON, "Person", "a word for a person before it", 3)
    following = run.after[0].folded if run.after else ""
    nearby = run.after and _NEXT_TO.fullmatch(text[run.end : run.after[0].start])
    if nearby and following in words["after"]:
        return Mention(run.start, run.end, NameKind.PERSON, "Person", "an act of a person after it", 2)
    if run.owns and before not in words["place"]:
        return Mention(run.start, run.end, NameKind.PERSON, "Person", "something of a person after it", 1)
    return None


def _place_by_preposition(_: str, run: Run) -> Mention | None:
    if not run.before:
        return None
    words = grouped("introductions")
    nearest = run.before[0].folded
    if nearest == "the" and len(run.before) > 1:
        nearest = run.before[1].folded
    rule = "a preposition of place before it"
    if nearest in words["place"] and _NEXT_TO.fullmatch(run.gap):
        return Mention(run.start, run.end, NameKind.PLACE, "Place", rule, 3)
    elided = re.fullmatch(r"\s+d['’]", run.gap)
    if (nearest in words["route"] and _NEXT_TO.fullmatch(run.gap)) or elided:
        return Mention(run.start, run.end, NameKind.PLACE, "Place", rule, 1)
    return None


# --- offices ---


def _offices(text: str) -> Iterator[Mention]:
    """Offices that few hold, named without a name."""
    low = folded(text)
    for match in _office_pattern().finditer(low):
        office = match["office"]
        noun = nouns("offices")[office]
        if office in _SHORT_OFFICES and not text[match.start("office") : match.end("office")].isupper():
            continue
        end = match.end("whole")
        owner = _OWNER.match(text, end)
        if noun == "Elder":
            nobody = owner is None or folded(owner["owner"]) in grouped("introductions")["nobody"]
            if owner is None or nobody or not match["article"]:
                continue
            end = owner.end()
        yield Mention(match.start("whole"), end, NameKind.OFFICE, noun, "an office that few hold", 6)


_SHORT_OFFICES = frozenset(("fc", "dfc"))


@cache
def _office_pattern() -> re.Pattern[str]:
    offices = "|".join(re.escape(one) for one in sorted(nouns("offices"), key=len, reverse=True))
    ahead = r"(?:deputy|former|acting|assistant|ancien|ancienne|adjoint)\s+"
    return re.compile(rf"(?<![\w-])(?P<article>{_ARTICLE}\s*)?(?P<whole>(?:{ahead})?(?P<office>{offices}))(?![\w-])")
