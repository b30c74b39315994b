"""In which arithmetic an encoder's vectors are made on this computer: chosen once, by measurement, and written down.

Vectors of one arithmetic never stand in for those of another: the name that `numerics` gives is part of the key of
the vector cache, of the stage's fingerprint and of the provenance. So it is known without loading an encoder.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from themes import domain
from themes.domain import Problem, Severity
from themes.embed import hashing
from themes.embed.cards import Card
from themes.embed.conversion import fitting, place, ready, reference
from themes.embed.fidelity import BF16, ENOUGH, F32, least_cosine
from themes.embed.openvino_encoder import OpenVinoEncoder, runs_bf16
from themes.embed.options import EmbedOptions
from themes.embed.sentences import torch_numerics
from themes.errors import ThemesError

OPENVINO, TORCH = "OpenVINO", "torch"
_TRANSIENT = (OSError, MemoryError)
"""What may be otherwise tomorrow, and is not written down."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What runs an encoder on the processor here, in which precision, and how near it came to the original.

    `least_cosine` is 0 where nothing could be compared. `reason` says why it is not the first choice; else empty.
    """

    engine: str
    precision: str
    least_cosine: float = 0.0
    reason: str = ""

    @property
    def name(self) -> str:
        """Engine, version, precision."""
        if self.engine == TORCH:
            return torch_numerics("cpu")
        return f"OpenVINO {version('openvino')}, {self.precision}"

    def notice(self, card: Card) -> Problem | None:
        """The reason, for whoever reads the list of problems."""
        if not self.reason:
            return None
        return Problem(
            Severity.WARNING,
            f"encoder {card.name}",
            f"{self.reason} It is run by {self.name} instead.",
            "Nothing has to be done: the vectors are right, encoding only takes longer.",
        )


_here: dict[Path, Measured] = {}
"""What this process measured, so that nothing is measured twice where the cache folder cannot be written."""


def numerics(card: Card, options: EmbedOptions) -> str:
    """In what the vectors are made, for example `OpenVINO 2026.4.1, bf16`; empty where it has not been measured yet.

    Reads one small file; torch and OpenVINO are not imported.
    """
    if card.built_in:
        return hashing.NAME
    if on_gpu(options):
        return torch_numerics("cuda")
    found = measured(card, options)
    return found.name if found else ""


def notice(card: Card, options: EmbedOptions) -> Problem | None:
    """Why the encoder does not run in the first choice of numerics here; None where it does, or was never measured."""
    found = None if card.built_in or on_gpu(options) else measured(card, options)
    return found.notice(card) if found else None


def on_gpu(options: EmbedOptions) -> bool:
    """Whether the encoder is to run on a GPU: asked for, or there."""
    return options.device == "cuda" or (options.device == "auto" and _gpu())


def measured(card: Card, options: EmbedOptions) -> Measured | None:
    """What was measured on this computer before, in this process or another."""
    path = _record(card, options)
    if path not in _here:
        try:
            _here[path] = Measured(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
    return _here[path]


def measure(card: Card, folder: Path, options: EmbedOptions) -> Measured:
    """Converts the encoder unless that was done, compares it with the original, and writes down what is to be used.

    The first precision that comes near enough: bfloat16 where the processor has it and `fast` is asked, then 32 bits,
    then torch. Never raises for what a conversion may raise: that is a reason for torch.
    """
    try:
        found = _nearest(card, folder, options)
    except _TRANSIENT as error:
        return remember(card, options, torch_because(card, error), keep=False)
    except Exception as error:  # the libraries raise whatever they like at a model that they do not know
        return remember(card, options, torch_because(card, error))
    return remember(card, options, found)


def torch_because(card: Card, error: BaseException) -> Measured:
    """Torch, because of the error."""
    said = (
        error.problem if isinstance(error, ThemesError) else getattr(error, "strerror", None) or str(error)
    )  # no path
    words = " ".join(said.split()) or type(error).__name__
    told = words if len(words) <= 200 else f"{words[:200]} …"
    return Measured(TORCH, F32, reason=f"The encoder {card.name} cannot be run by OpenVINO ({told.rstrip('.')}).")


def _nearest(card: Card, folder: Path, options: EmbedOptions) -> Measured:
    converted = ready(card, folder)
    sentences, expected = fitting(card), reference(converted)
    reason = ""
    for precision in (BF16, F32) if options.precision == "fast" and runs_bf16() else (F32,):
        given = OpenVinoEncoder(card, folder, converted, precision).encode(sentences)
        nearest = least_cosine(given, expected)
        if nearest >= ENOUGH[precision]:
            return Measured(OPENVINO, precision, nearest, reason)
        reason = (
            f"Converted to OpenVINO in {precision}, the encoder {card.name} strays from the original: "
            f"cosine {nearest:.5f}, below {ENOUGH[precision]}."
        )
    return Measured(TORCH, F32, nearest, reason)


def remember(card: Card, options: EmbedOptions, found: Measured, *, keep: bool = True) -> Measured:
    """Keeps what was measured, for this process and, where the folder can be written, for later ones."""
    path = _record(card, options)
    _here[path] = found
    if keep:
        _written(path, json.dumps(asdict(found), indent=1))
    return found


def _written(path: Path, text: str) -> None:
    """Writes the file, all or nothing; nothing where the folder cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as partial:
            partial.write(text)
        Path(partial.name).replace(path)
    except OSError:
        return


def _record(card: Card, options: EmbedOptions) -> Path:
    """Where the measurement for this processor and precision is written, beside the conversion."""
    kept = place(card)
    return kept.with_name(f"{kept.name}-{options.precision}-{_processor()}.json")


@cache
def _processor() -> str:
    """12 hex digits for what the processor can do: a cache folder may be shared by several computers."""
    parts = [platform.machine(), platform.processor()]
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    parts += [next((line for line in lines if line.startswith(key)), "") for key in ("model name", "flags", "Features")]
    return domain.checksum(parts)[:12]


@cache
def _gpu() -> bool:
    """Whether torch was built for NVIDIA's GPUs and there is one; torch, which takes seconds, is not imported."""
    found = find_spec("torch")
    places = list(found.submodule_search_locations or ()) if found else []
    built = any(
        (Path(place) / "lib" / name).exists() for place in places for name in ("libtorch_cuda.so", "torch_cuda.dll")
    )
    return built and _devices() > 0


def _devices() -> int:
    """How many GPUs NVIDIA's driver offers to this process; 0 without a driver."""
    name = "nvcuda.dll" if os.name == "nt" else "libcuda.so.1"
    count = ctypes.c_int(0)
    try:
        driver = ctypes.CDLL(name)
        calls: tuple[Callable[[], int], ...] = (
            lambda: int(driver.cuInit(0)),
            lambda: int(driver.cuDeviceGetCount(ctypes.byref(count))),
        )
        return count.value if all(call() == 0 for call in calls) else 0
    except (OSError, AttributeError):
        return 0
