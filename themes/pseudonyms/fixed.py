"""What is found by its form alone: addresses, telephone numbers, numbers of papers and vehicles, call signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from themes.pseudonyms.names import Mention, NameKind

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SITE = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+[^\s<>\"').,;:!?\]]")
_HANDLE = re.compile(r"(?<![\w@.])@[A-Za-z_]\w{2,}")
_PHONE = re.compile(r"(?<![\w.,/+-])(?:\+|00)?\(?\d{1,4}\)?(?:[ \u00a0\u202f./-]?\d{1,4}){2,7}(?![\w/-]|[.,:]\d)")
_NUMBER = re.compile(
    r"(?<![\w/-])(?:[A-Z]{1,5}[ /-]?\d{3,}(?:[ /-]?[A-Z]{1,4}\b)?(?:/\d{2,4})?"
    r"|\d{1,6}/[A-Z]{2,6}/\d{2,4}|\d{2,6}[ -][A-Z]{2,3}[ -]\d{1,4}"
    r"|[A-Z]{2,6}(?:/[A-Z]{2,6})*/\d{2,6}(?:/\d{2,4})?)(?![\w/-])"
)
_CALL = re.compile(
    r"(?<![\w-])(?:(?:[Cc]all ?signs?|[Ii]ndicatif)[ \t]+(?:was[ \t]+)?(?P<named>[A-Z]\w+(?:[ -]\d{1,3}\w?)?)"
    r"|(?P<spelt>(?:Alpha|Bravo|Charlie|Delta|Echo|Foxtrot|Golf|Hotel|India|Juliet|Kilo|Lima|Mike|Oscar|Papa"
    r"|Quebec|Romeo|Sierra|Tango|Uniform|Victor|Whiskey|X-ray|Yankee|Zulu)[ -]\d{1,3}[A-Z]?))(?!\w)"
)
_PUBLIC = re.compile(r"(?:S|A|E)/(?:RES|PRST|PV|HRC|[\d/]+).*|[A-Z]{1,2}-\d{1,3}|[A-Z]{2,} (?:19|20)\d\d")
"""Documents of the United Nations, models of aircraft and rifles, an acronym and a year."""
SYMBOL = re.compile(r"(?<!\w)[SAE]/(?:RES|PRST|PV|HRC|[\d/]+)[\w/.]*")
"""The symbol of a document of the United Nations, which is public."""
_THOUSANDS = re.compile(r"\d{1,3}(?:[ .\u00a0\u202f]\d{3})+")
_DATE = re.compile(
    r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:19|20)?\d\d|(?:(?:19|20)\d\d\D?)+"
)

_SURE = 9


def fixed(text: str) -> Iterator[Mention]:
    """The addresses and numbers of the text; where two forms overlap, the one that stands first here."""
    taken: list[tuple[int, int]] = []
    for start, end, kind, noun, rule in _found(text):
        if all(end <= begin or start >= stop for begin, stop in taken):
            taken.append((start, end))
            yield Mention(start, end, kind, noun, rule, _SURE)


def _found(text: str) -> Iterator[tuple[int, int, NameKind, str, str]]:
    for pattern, noun, rule in (
        (_MAIL, "Address", "an e-mail address"),
        (_SITE, "Address", "a web address"),
        (_HANDLE, "Address", "a name on a platform"),
    ):
        for match in pattern.finditer(text):
            yield *match.span(), NameKind.CONTACT, noun, rule
    for match in _CALL.finditer(text):
        yield *match.span("named" if match["named"] else "spelt"), NameKind.NUMBER, "Call sign", "a call sign"
    for match in _PHONE.finditer(text):
        if _is_phone(match[0]):
            yield *match.span(), NameKind.CONTACT, "Telephone", "a telephone number"
    for match in _NUMBER.finditer(text):
        if not _PUBLIC.fullmatch(match[0]):
            yield *match.span(), NameKind.NUMBER, "Number", "a number of a paper or vehicle"


def _is_phone(number: str) -> bool:
    digits = sum(letter.isdigit() for letter in number)
    return 7 <= digits <= 15 and not _THOUSANDS.fullmatch(number) and not _DATE.fullmatch(number)
