"""Where numba keeps what it has compiled: asked before the first package is imported that uses it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from platformdirs import user_cache_path


def choose_cache_folder() -> None:
    """NUMBA_CACHE_DIR points into the user's cache folder, or a temporary one where that cannot be written.

    numba stops where it can keep its code nowhere, as in a container without a home. A setting of the user's stays.
    """
    if os.environ.get("NUMBA_CACHE_DIR"):
        return
    folder = Path(user_cache_path("themes")) / "numba"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="themes-numba-"))
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
