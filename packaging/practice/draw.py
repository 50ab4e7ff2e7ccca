"""Writes the practice community's pictures into resources/pictures; run it after a change of faces or scenes."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from faces import FACES, draw_face, draw_mark
from PySide6.QtGui import QGuiApplication, QImage
from scenes import SCENES, draw_scene

_INTO = Path(__file__).parents[2] / "resources" / "pictures"


def main() -> None:
    """Draw all of them."""
    application = QGuiApplication([])
    for key, face in FACES.items():
        _write(draw_face(face), "faces", key)
    _write(draw_mark(), "faces", "melagrana")
    for key, scene in SCENES.items():
        _write(draw_scene(scene), "posts", key)
    application.quit()


def _write(image: QImage, kind: str, name: str) -> None:
    path = _INTO / kind / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(str(path), quality=1)
    print(path)


if __name__ == "__main__":
    main()
