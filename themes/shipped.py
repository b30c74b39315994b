"""Where the presets, model cards and the demo study lie: inside an installed wheel, or in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    installed = _PACKAGE / "_shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def configs() -> Path:
    """The folder of presets: `default.toml`, one file per kind of study, and the codebook example."""
    return _folder("configs")


def models() -> Path:
    """The folder of model cards, one TOML file per encoder."""
    return _folder("models")


def demo() -> Path:
    """The folder of the demo study, a fiction written for this project."""
    return _PACKAGE / "demo"
