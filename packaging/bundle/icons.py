"""Draws the icon of `resources/icons` in the sizes and formats that desktops want."""

import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = Path(__file__).resolve().parents[2] / "resources/icons/portavoce.svg"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
BY_SYSTEM = {"win32": ("portavoce.ico", 256), "darwin": ("portavoce.icns", 1024)}


def draw(target: Path, size: int) -> None:
    """Draw the icon as a square picture; the ending of its name says the format."""
    picture = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(0)
    painter = QPainter(picture)
    drawing = QSvgRenderer(str(DRAWING))
    drawing.render(painter)
    painter.end()
    target.parent.mkdir(parents=True, exist_ok=True)
    if not (drawing.isValid() and picture.save(str(target))):
        sys.exit(f"The icon could not be drawn to {target}.")


def draw_theme(hicolor: Path, name: str) -> None:
    """Fill a hicolor folder. https://specifications.freedesktop.org/icon-theme-spec/latest/"""
    for size in SIZES:
        draw(hicolor / f"{size}x{size}" / "apps" / f"{name}.png", size)
    scalable = hicolor / "scalable" / "apps" / f"{name}.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    scalable.write_bytes(DRAWING.read_bytes())


def main() -> None:
    """Run as `icons.py system FOLDER` for what the program file carries, as `icons.py theme HICOLOR NAME` for Linux."""
    application = QGuiApplication([])
    match sys.argv[1:]:
        case ["system", folder] if sys.platform in BY_SYSTEM:
            name, size = BY_SYSTEM[sys.platform]
            draw(Path(folder) / name, size)
        case ["theme", hicolor, name]:
            draw_theme(Path(hicolor), name)
    del application


if __name__ == "__main__":
    main()
