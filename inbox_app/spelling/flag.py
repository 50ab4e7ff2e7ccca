"""How a frozen bundle, whose only program is itself, is told to be the spelling process. Loads nothing else."""

from __future__ import annotations

from typing import Final

SPELLING_FLAG: Final = "--spelling-worker"
