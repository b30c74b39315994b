"""The methods of a study in prose, to be pasted into a paper; what only the researcher knows is left to be answered.

The sections on what people did stand in `decided`. Numbers of people are told as `people` allows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path

from themes.domain import MANDATE, Segment, SourceKind, Tier
from themes.report.cited import cite, used
from themes.report.decided import (
    agreement,
    audit,
    codebook,
    coders,
    deviations,
    estimates,
    limits,
    queue,
)
from themes.report.material import Material
from themes.report.options import ReportOptions
from themes.report.people import heard, total
from themes.report.references import Use
from themes.report.sections import Block, Grid, Points, Section, markdown, written
from themes.report.words import counted, listing, percent, thousands

_DESCENT, _FEW = 20_000, 30
"""Different segments above which neighbours are found by descent, and below which all pairs are compared."""


def methods(material: Material, options: ReportOptions) -> tuple[Section, ...]:
    """The sections of the appendix, in the order of the work."""
    return (
        written("Sources", _sources(material, options.min_participants)),
        written("Coders", coders(material)),
        written("Segmentation", segmentation(material)),
        written("Encoder", encoder(material)),
        written("Candidate themes", candidate_themes(material)),
        written("Codebook and its history", codebook(material)),
        written("Suggestions and the order of coding", queue(material)),
        written("Audit", audit(material)),
        written("Agreement", agreement(material)),
        written("Estimates", estimates(material, options)),
        written("Options, seeds and versions", _options(material)),
        written("Deviations", deviations(material)),
        written("Limits", limits(material)),
        written("References", [Points(tuple(one.line.replace("*", "") for one in used(uses(material))))]),
    )


def methods_page(material: Material, options: ReportOptions) -> str:
    """methods.md."""
    return markdown(f"Methods: {material.study.title}", methods(material, options))


def uses(material: Material) -> frozenset[Use]:
    """What of the program the study rests on, for its references."""
    record, method = material.record, material.record.option("cluster", "method")
    texts = len({material.copy_of.get(one.id, one.id) for one in material.segments})
    found = {
        Use.APPROACH: True,
        Use.CHECKLISTS: True,
        Use.ENCODER: bool(material.segments) and record.option("embed", "encoder") != "hashing",
        Use.CONSENSUS: bool(material.themes) and method == "consensus" and texts >= _FEW,
        Use.DESCENT: bool(material.themes) and method == "consensus" and texts > _DESCENT,
        Use.FEW: bool(material.themes) and method == "consensus" and texts < _FEW,
        Use.DENSITY: bool(material.themes) and method == "density",
        Use.TERMS: bool(material.themes),
        Use.MAP: bool(material.places),
        Use.MATCHING: bool(record.acts),
        Use.CODEBOOK: bool(material.suggestions),
        Use.LEARNT: bool(material.suggestions and record.judged),
        Use.SETS: record.promised,
        Use.AUDIT: bool(record.audits),
    }
    return frozenset(use for use, holds in found.items() if holds)


# --- sources ---


def _sources(material: Material, least: int) -> Iterable[Block]:
    kinds = Counter(source.kind for source in material.sources)
    names = [
        counted(kinds[kind], "mandate text" if kind is SourceKind.MANDATE else kind)
        for kind in SourceKind
        if kinds[kind]
    ]
    mandates = len(material.segments) - len(material.talk)
    yield f"The study rests on {listing(names) or 'no source'}."
    if material.talk:
        yield f"Talk has {counted(len(material.talk), 'segment')}, said by {total(material, least)}. {_years(material)}"
        yield _groups(material, least)
    if mandates:
        yield (
            f"Mandate texts have {counted(mandates, 'segment')}; they are public texts and are counted apart from talk."
        )
    yield _tiers(material, least)
    yield _languages(material)
    yield (
        "The researcher must tell: how participants were chosen and approached, who declined, and what they consented "
        "to."
    )


def _years(material: Material) -> str:
    days = [one.day for one in material.sources if one.kind is not SourceKind.MANDATE and one.day]
    if not days:
        return ""
    first, last = min(days).year, max(days).year
    return f"Its sources are dated {first}." if first == last else f"Its sources are dated {first} to {last}."


def _groups(material: Material, least: int) -> Block:
    """People and segments by top-level actor group, small groups together."""
    found = heard(material, least)
    if not found:
        return f"How many people are of which group is not told: fewer than {thousands(least)} are behind some group."
    rows = tuple((", ".join(one.groups), thousands(one.people), thousands(one.segments)) for one in found)
    caption = "Actor groups of the talk"
    if any(len(one.groups) > 1 for one in found):
        caption += f"; groups are told together where one has fewer than {thousands(least)} people"
    return Grid(caption, ("actor group", "people", "segments"), rows)


def _tiers(material: Material, least: int) -> str:
    """How the sources of talk may be attributed; without numbers where a tier has few."""
    tiers = Counter(source.tier for source in material.sources if source.kind is not SourceKind.MANDATE)
    if not tiers:
        return ""
    open_ = all(number >= least for number in tiers.values())
    names = [f"{tier} ({thousands(tiers[tier])})" if open_ else str(tier) for tier in Tier if tiers[tier]]
    closed = " What is not for quotation is counted and quoted nowhere." if tiers[Tier.NOT_FOR_QUOTATION] else ""
    return f"Sources of talk may be attributed, from open to closed: {', '.join(names)}.{closed}"


def _languages(material: Material) -> str:
    found = sorted({source.language or "not recognised" for source in material.sources})
    return f"Languages: {', '.join(found)}. Nothing was translated by the program." if found else ""


# --- what the machine did ---


def segmentation(material: Material) -> Iterable[Block]:
    """How sources were cut, and by which rules missions and periods were found."""
    most, least = material.record.option("segment", "max_words"), material.record.option("segment", "min_words")
    if most is None:
        return
    keeps = material.record.option("segment", "short") == "keep"
    kept = "are segments too" if keeps else "were joined to the next of the same speaker or stayed as context"
    yield (
        f"Each turn of a participant is a segment, the unit of coding. Turns of more than {most} words, or of more "
        "than "
        f"the encoder reads at once, were cut at ends of sentences; turns of fewer than {least} words {kept}. Each "
        "numbered paragraph of a mandate is a segment of its own. Interviewers' turns "
        f"{'are segments too' if material.record.option('segment', 'keep_interviewer') else 'are context, not coded'}."
    )
    if material.has_missions:
        yield Points(tuple(_bases(material)))


def _bases(material: Material) -> Iterable[str]:
    """By which rules missions and periods were found, talk and mandates apart."""
    for register, segments in (
        ("talk", material.talk),
        ("mandates", [one for one in material.segments if one.register == MANDATE]),
    ):
        if segments:
            yield f"Missions of segments of {register}: {_shares(segments, 'mission_basis')}."
            yield f"Periods of segments of {register}: {_shares(segments, 'period_basis')}."


def _shares(segments: Collection[Segment], basis: str) -> str:
    found = Counter(getattr(one, basis) or "not sought" for one in segments)
    return "; ".join(f"{name} {percent(number / len(segments))}" for name, number in found.most_common())


def encoder(material: Material) -> Iterable[Block]:
    """What made vectors of segments."""
    made = material.provenance
    if "encoder" not in made:
        return
    numerics = f" It reckoned with {made['numerics']}." if "numerics" in made else ""
    works = f" {cite('reimers2019')}" if Use.ENCODER in uses(material) else ""
    yield f"Each segment became a vector by the encoder {made['encoder']}{works}.{numerics} Nothing was sent anywhere."
    if "encoder checksum" in made:
        yield f"Checksum of the encoder's files: SHA-256 {made['encoder checksum']}."


def candidate_themes(material: Material) -> Iterable[Block]:
    """How candidate themes were found, how firm they are, and what people did with them."""
    if not material.themes:
        yield "No candidate themes were found."
        return
    placed = percent(len(material.theme_of) / len(material.segments)) if material.segments else "none"
    yield (
        f"The machine put together {counted(len(material.themes), 'candidate theme')}, which hold {placed} of the "
        f"segments. {_way(material)} Clusters are candidates: a theme is what a researcher makes of them "
        f"{cite('braun2006', 'braun2022')}. Their terms are weighed by class TF-IDF "
        f"{cite('grootendorst2022', 'robertson2009')}.{_drawn(material)}"
    )
    if material.has_stability and material.study.approach != "reflexive":
        found = sorted(theme.stability for theme in material.themes if theme.id not in material.lost)
        loose = sum(one < 0.7 for one in found)
        yield (
            f"Each was sought again in ten resamples of four fifths of the segments; the median is found in "
            f"{percent(found[len(found) // 2])} of them, and {thousands(loose)} of {thousands(len(found))} in fewer "
            "than 70%."
        )
    acts = material.record.acts
    done = [f"{act} {thousands(acts[act])}" for act in sorted(acts)]
    matched = f" Themes keep their ids from run to run by their segments {cite('kuhn1955')}." if done else ""
    yield f"Acts of people on them that stand: {', '.join(done) or 'none'}.{matched}"


def _way(material: Material) -> str:
    found, seed = uses(material), material.record.option("cluster", "seed")
    began = f" (seed {seed})" if seed is not None else ""
    if Use.DENSITY in found:
        works = cite("mcinnes2018", "mcinnes2017", "grootendorst2022")
        how = f"by density, on vectors reduced to a few dimensions {works}"
    elif Use.FEW in found:
        how = f"by comparing all pairs, the number of groups by the mean silhouette {cite('rousseeuw1987')}"
    elif Use.CONSENSUS in found:
        how = f"as what several hundred divisions agree on {cite('fred2005', 'bansal2004')}; their number was not given"
    else:
        return ""
    descent = f" Neighbours were found by descent {cite('dong2011')}." if Use.DESCENT in found else ""
    return f"They were found {how}{began}.{descent}"


def _drawn(material: Material) -> str:
    return f" The map was drawn by UMAP {cite('mcinnes2018')}." if material.places else ""


def _options(material: Material) -> Iterable[Block]:
    yield from options_used(material)
    yield "All options, checksums and versions stand in run.json."


def options_used(material: Material) -> Iterable[Block]:
    """Versions, seeds, and options that are not the usual ones; those that list labels of speakers hold names."""
    record, made = material.record, material.provenance
    if "themes" in made:
        yield f"The program is themes {made['themes']}, preset “{Path(made.get('preset', 'default')).name}”."
    if record.python:
        libraries = ", ".join(f"{name} {number}" for name, number in record.libraries.items())
        yield f"Python {record.python}; {libraries}."
    seeds = [
        (f"{stage}.{name}", value)
        for stage, own in record.options.items()
        for name, value in own.items()
        if "seed" in name
    ]
    if seeds:
        yield f"Seeds: {', '.join(f'{name} {value}' for name, value in seeds)}."
    told = [one for one in record.differing if not (material.guard and "_labels = " in one)]
    rows = tuple(tuple(one.split(" = ", 1)) for one in told)
    yield Grid("Options that differ from the usual ones", ("option", "value"), rows)
    if record.options and not record.differing:
        yield "All options have their usual values."
