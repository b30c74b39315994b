"""Words that tell a speaker's label from prose that has a colon, English and French."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of the text, each once."""
    return frozenset(text.split())


NOT_SPEAKERS = words(
    "note notes nb n.b ps remark remarks example e.g i.e date place location venue time duration length subject title "
    "topic theme language summary abstract background keywords source sources file recording recorded transcript "
    "transcribed transcription transcriber present participants attendees annex contents version legend key caution "
    "warning correction url http https www email tel phone lieu durée sujet titre langue remarque exemple fichier "
    "enregistrement transcripteur résumé mots-clés"
)
"""First words that head a note or a line of a cover sheet, never a voice."""

SENTENCE_OPENERS = words(
    "he she it they we you i this that these those there here and but or so then because if when while as in on at of "
    "for from with by to what which who how why where my his her its our your their one some many not first second "
    "third finally also however il elle ils elles nous vous on ce cela et mais donc si quand comme dans sur pour "
    "de par"
)
"""First words of a sentence: a label of two words or more does not begin so."""

REPORTING = words(
    "said says say told asked asks added replied answered wrote writes explained is are was were follows following "
    "question point example thing things reasons ways dit disait suivant suivante suivants"
)
"""Last words before a colon in prose."""

HEADINGS = words(
    "speaker name who person voice label turn participant text speech words transcript utterance content talk time "
    "timestamp start locuteur texte nom temps parole"
)
"""What the first row of a table of speakers and words says."""
