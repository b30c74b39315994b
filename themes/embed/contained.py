"""OpenVINO, imported without what its package drags in: a client that reports use over the network."""

from __future__ import annotations

import sys
import threading
from typing import Any

_HIDDEN = ("openvino_telemetry", "openvino.tools")
"""The reporting client, and the command line tools that import it; neither is needed to convert or to run a model."""


def light_openvino() -> Any:
    """OpenVINO as it is where its telemetry package is not installed, which it provides for.

    A tenth of a second instead of a whole one, and no reporting code in the process. Later imports find both packages
    as usual. What this process imported before is not touched.
    """
    absence = _Absence(threading.get_ident())
    sys.meta_path.insert(0, absence)
    try:
        import openvino
    finally:
        sys.meta_path.remove(absence)
    return openvino


class _Absence:
    """An import finder to which the hidden packages are not installed, for one thread."""

    def __init__(self, thread: int) -> None:
        self.thread = thread

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:  # noqa: ARG002  the protocol
        hidden = any(name == package or name.startswith(f"{package}.") for package in _HIDDEN)
        if hidden and threading.get_ident() == self.thread:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
