"""Words of RTF: which groups are not text, which stand for a letter, and which code page a number means."""

from __future__ import annotations

from themes.ingest.label_words import words

SKIPPED = words(
    "fonttbl colortbl stylesheet info header headerl headerr headerf footer footerl footerr footerf pict nonshppict "
    "shprslt fldinst xe tc txe rxe listtext pntext ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn nonesttables "
    "listtable listoverridetable filetbl revtbl rsidtbl themedata datastore latentstyles colorschememapping objdata "
    "annotation atnid atnauthor atnref atrfstart atrfend bkmkstart bkmkend sn sv nesttableprops"
)
"""Groups that hold no words of the text; `listtext` and `pntext` hold the numbers of lists, which no one wrote."""

NOTES = words("footnote")
"""Groups that hold a footnote or an endnote."""

SKIPPED_BUT_FOR = words("upr")
"""Groups of which only what `READ_AFTER_ALL` names is text, as are those of words that the reader does not know."""

READ_AFTER_ALL = words("shptxt ud")
"""Groups of text inside others that are not: the words of a text box, and words in Unicode beside a poorer form."""

CHARACTERS = {
    "line": "\n",
    "softline": "\n",
    "column": "\n",
    "tab": "\t",
    "emdash": "\u2014",
    "endash": "\u2013",
    "emspace": "\u2003",
    "enspace": "\u2002",
    "qmspace": "\u2005",
    "bullet": "\u2022",
    "lquote": "\u2018",
    "rquote": "\u2019",
    "ldblquote": "\u201c",
    "rdblquote": "\u201d",
}

SYMBOLS = {"\\": "\\", "{": "{", "}": "}", "~": "\u00a0", "_": "-", "\t": "\t"}

CHARSETS = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gb18030",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
"""Number of a font's character set -> its code page; those that are not here have the file's own."""

CODE_PAGES = {0: "cp1252", 936: "gb18030", 1361: "johab", 10000: "mac_roman", 65001: "utf-8"}
"""Numbers of code pages whose names are not `cp` and the number."""
