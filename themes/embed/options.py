"""What can be chosen about embedding."""

from __future__ import annotations

from dataclasses import dataclass

from themes.errors import OptionError, check_choice

DEVICES = ("auto", "cpu", "cuda")
PRECISIONS = ("fast", "exact")
LARGEST_BATCH = 4096


@dataclass(frozen=True, slots=True)
class EmbedOptions:
    """Which encoder turns texts into vectors, and how it runs. Raises OptionError where a value is out of range."""

    encoder: str = "all-MiniLM-L6-v2"
    """The name of a model card: a shipped one, or one of the user's own (`themes models` lists them)."""

    batch_size: int = 128
    """Texts encoded together, at most, 1 to 4096; a batch ends sooner when its texts are long. Also what a power cut
    can cost: every finished batch is kept."""

    device: str = "auto"
    """Where the encoder runs: `cpu`, `cuda` (an NVIDIA GPU), or `auto` for the GPU where there is one."""

    precision: str = "fast"
    """How the processor reckons: `fast` takes 16-bit numbers (bfloat16) where it has them and they were measured to
    give the same directions (cosine .9999 or more), `exact` takes 32 bits. A GPU always takes 32 bits."""

    def __post_init__(self) -> None:
        if not isinstance(self.encoder, str) or not self.encoder.strip():
            raise OptionError(
                f"embed.encoder is {self.encoder!r}, not the name of an encoder.",
                "Write the name of a model card, for example all-MiniLM-L6-v2.",
            )
        if type(self.batch_size) is not int or not 1 <= self.batch_size <= LARGEST_BATCH:
            raise OptionError(
                f"embed.batch_size is {self.batch_size!r}, not a whole number from 1 to {LARGEST_BATCH}.",
                "Write a whole number in that range; 128 suits most machines.",
            )
        check_choice("embed.device", self.device, DEVICES)
        check_choice("embed.precision", self.precision, PRECISIONS)
