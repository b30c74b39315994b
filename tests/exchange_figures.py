"""What comes in from files of other programs, in figures: python tests/exchange_figures.py FILE...

For each file: how many of each kind it holds, how many were carried, and how many were said to be lost; how many
selections are equal to their quote or begin and end where words do, read as the standard counts and as the file does.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

from tests.test_exchange_refi import carried, held, lost
from themes.exchange import Read, read_qualcoder, read_refi, read_taguette

COUNTED = (
    "User", "Code", "Variable", "Case", "TextSource", "PDFSource", "PictureSource", "AudioSource", "VideoSource",
    "PlainTextSelection", "PDFSelection", "PictureSelection", "VideoSelection", "Transcript", "SyncPoint", "Coding",
    "Note", "Link", "Set", "MemberCode", "MemberSource", "Graph",
)  # fmt: skip


def main() -> None:
    """Prints the figures of each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    for path in parser.parse_args().files:
        before = time.process_time()
        read = reader(path)(path)
        print(f"\n{path.name}: {read.exchanged.origin or 'origin not said'}, {time.process_time() - before:.2f} s")
        table(carried(read.exchanged), lost(read), held(path) if path.suffix == ".qdpx" else None)
        positions(read)
        for one in read.lost:
            print(f"  lost: {one.count} {one.what}: {one.why}")
        for remark in read.remarks:
            print(f"  {remark}")


def reader(path: Path):
    """What reads the file."""
    if path.is_dir():
        return read_qualcoder
    return read_taguette if path.suffix == ".sqlite3" else read_refi


def table(came: Counter[str], left: Counter[str], inside: Counter[str] | None) -> None:
    """Prints a line for each kind of element that the file has."""
    for kind in COUNTED:
        if came[kind] or left[kind] or (inside and inside[kind]):
            there = f"{inside[kind]:>6} in the file," if inside else ""
            differs = "" if inside is None or inside[kind] == came[kind] + left[kind] else "  DIFFERS"
            print(f"  {kind:<20}{there} {came[kind]:>5} carried, {left[kind]:>4} lost{differs}")


def positions(read: Read) -> None:
    """Prints how positions were read, summed over the sources."""
    if not read.positions:
        return
    total, fitting, before = (
        sum(getattr(one, name) for one in read.positions) for name in ("selections", "fitting", "as_standard")
    )
    one = read.positions[0]
    print(f"  positions: {one.convention} ({one.sureness}); rival: {one.rival or 'none'}")
    print(f"  of {total} selections {before} fit as the standard counts, {fitting} as they were read")


if __name__ == "__main__":
    main()
