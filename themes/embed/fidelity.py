"""Sentences on which a converted encoder is held to the original one, and how near it has to come."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BF16, F32 = "bf16", "f32"

ENOUGH = {BF16: 0.9999, F32: 0.99999}
"""The least cosine to the original's vector, over all sentences, with which a conversion is used."""

SENTENCES = (
    "",
    "Yes.",
    "Helicopters.",
    "They came at night.",
    "We asked for water three times and nobody wrote it down!",
    "I would not call it peace; the shooting has stopped, that is all.",
    "The road to the north was open in March, closed in April, and mined in May.",
    "MINUSCA, UNPOL and the FACA met at 07:30 – nobody from the préfecture did.",
    "He said: “You protect the base, and the base protects you.” Then he laughed.",
    "SIX BATTALIONS WERE PROMISED. TWO ARRIVED. ONE HAD RADIOS.",
    "On a voté, oui, mais les bureaux de l'est n'ont jamais reçu les urnes.",
    "Nous étions trente-deux dans le camion, et l'escorte n'avait plus d'essence.",
    "Antes venían cada semana; ahora mandan un correo y una encuesta.",
    "Die Patrouille fuhr vorbei, hielt aber nicht an: zu gefährlich, hieß es.",
    "Walituambia tusubiri, lakini hatukujua tunasubiri nini.",
    "لم يسألنا أحد من قبل عمّا نحتاج إليه في القرية.",
    "Мы ждали конвой до вечера, а он повернул обратно у моста.",
    "维和人员来了以后,市场又开了。",
    "選挙のあと、道は静かになりました。",
    "🕊️ peace?? (or 'peace') … 50% – maybe… ½ of us, naïve & tired :-/",
    "a\tb\nc  d\u00a0e\u200bf \u0301 Ⅷ ﬁ",
    "https://example.org/report_2017?page=3#annex-II and S/2017/1234, para. 12(b)",
    "0 1 22 333 4444 55555 666666 7777777",
    "well " * 12 + "you know",
    "The first thing the women's committee did was to draw its own map of the wells, because on the mission's map "
    "there were four and in the dry season there is one.",
    "When the mandate changed we were told that protection now came first, and I asked what had come first before; "
    "the colonel looked at his papers and said that this had been implied all along.",
    "It is difficult to explain to someone from headquarters what a month of rain does. The trucks stay where they "
    "are. The clinic has what it has. The patrol goes on foot to the river and no further, and on the other side of "
    "the river people decide for themselves whom they trust, and by the time the river goes down they have decided.",
    "Au début la population apportait des renseignements tous les jours : qui avait passé, combien, avec quelles "
    "armes. Puis deux hommes qui avaient parlé ont été retrouvés morts, et personne n'est plus venu. On ne peut pas "
    "demander aux gens d'être courageux à notre place, surtout quand nous rentrons dormir derrière un mur.",
    "There were, as I remember it, four separate meetings about the same bridge. In the first the engineers said that "
    "it could be mended in ten days. In the second the budget officer said that a bridge is infrastructure and that "
    "infrastructure belongs to the agencies. In the third the agencies said that they do not work where there is no "
    "bridge. In the fourth the district chief, who had not been invited, came anyway, with planks and with nails and "
    "with forty young men, and asked only for two days of escort. He got one. The bridge is still there, and it is "
    "called by his name, and in our report for that quarter it is listed among the results of the mission.",
)
"""Ours, of one to some 170 words, with what tokenizers stumble over."""


def least_cosine(given: NDArray[np.float32], expected: NDArray[np.float32]) -> float:
    """The cosine of the pair of rows that is furthest apart; -1 where shapes differ or a number is none."""
    if given.shape != expected.shape or not np.isfinite(given).all():
        return -1.0
    one, other = given.astype(np.float64), expected.astype(np.float64)
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    if not lengths.all():
        return -1.0
    return float(((one * other).sum(axis=1) / lengths).min())
