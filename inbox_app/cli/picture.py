"""`picture`: the real window, drawn to a file without a screen."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from inbox_app.cli.command import Command
from inbox_app.cli.desk import Desk
from inbox_app.cli.output import Printed
from inbox_app.domain.ids import ConversationId
from inbox_app.domain.picture import PictureOrder
from inbox_app.i18n import _, available_languages

_SIZE = re.compile(r"(\d{2,5})x(\d{2,5})")
_LARGEST = 10_000
_SCALES = (0.5, 4.0)


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--out", required=True, type=Path, metavar="PNG", help=_("where to write it"))
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    parser.add_argument(
        "--size", type=_size, default=(1640, 960), metavar="WxH", help=_("in logical pixels (1640x960)")
    )
    parser.add_argument("--scale", type=_scale, default=1.0, metavar="S", help=_("2 draws at twice the size (1)"))
    spoken = available_languages()
    parser.add_argument("--language", metavar="L", choices=spoken, help=_("a language code, such as “it”"))
    parser.add_argument("--open", metavar="CONVERSATION", help=_("the conversation to show"))


def _size(words: str) -> tuple[int, int]:
    found = _SIZE.fullmatch(words)
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (0 < width <= _LARGEST and 0 < height <= _LARGEST):
        raise ArgumentTypeError(_("“{size}” is not of the form 1640x960.").format(size=words))
    return width, height


def _scale(words: str) -> float:
    try:
        scale = float(words)
    except ValueError:
        scale = 0.0
    if not _SCALES[0] <= scale <= _SCALES[1]:
        raise ArgumentTypeError(_("“{scale}” is not a number from 0.5 to 4.").format(scale=words))
    return scale


def _picture(desk: Desk, chosen: Namespace) -> Printed:
    order = PictureOrder(
        out=chosen.out.expanduser().absolute(),
        theme=chosen.theme,
        size=chosen.size,
        scale=chosen.scale,
        language=chosen.language,
        open=None if chosen.open is None else ConversationId(chosen.open),
    )
    desk.window.draw(desk.address(), order)
    return Printed({"picture": str(order.out)}, str(order.out))


COMMANDS = {"picture": Command(_arguments, _picture)}
