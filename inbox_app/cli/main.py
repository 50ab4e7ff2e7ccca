"""The command's main: reads the arguments, runs one subcommand, and turns every failure into a sentence."""

from __future__ import annotations

import gc
import importlib
import logging
from argparse import REMAINDER, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from inbox_app import __version__
from inbox_app.cli.catalogue import ENTRIES
from inbox_app.cli.output import Output, Printed, be_lenient, drop_output
from inbox_app.cli.reader import Misread, Reader
from inbox_app.domain.errors import UserFacingError, WrongUse
from inbox_app.i18n import _, set_language, speak_for_python

if TYPE_CHECKING:
    from inbox_app.cli.desk import Window
    from inbox_app.contract.manifest import Manifest

LINK = "portavoce:"
"""How a link to a message begins that the desktop hands over instead of a command."""
DONE, FAILED, WRONG_USE = 0, 1, 2
_NEW_ONES = 50_000
"""After so many new objects Python looks for cycles: at its own 700 that is a fifth of the time of a large report."""

log = logging.getLogger(__name__)


def run_command(arguments: Sequence[str], catalogue: Callable[[], Mapping[str, Manifest]], window: Window) -> int:
    """Run the `portavoce` command and return its exit code."""
    be_lenient()
    # Where no log can be written, logging would print what we log, the traceback included.
    logging.getLogger().addHandler(logging.NullHandler())
    _speak_as_chosen()
    output = Output(as_json="--json" in arguments)
    try:
        link = arguments[-1] if arguments and arguments[-1].lower().startswith(LINK) else ""
        options = _parse_global(arguments[:-1] if link else arguments)
        if options.command is None:
            return window.open(options.workspace, link, minimised=options.minimised)
        if link:
            options = _parse_global(arguments)
        output.as_json = options.json
        return _run(options, catalogue, window, output)
    except UserFacingError as error:
        output.fail(error, before=error.usage if isinstance(error, Misread) else "")
        return WRONG_USE if isinstance(error, WrongUse) else FAILED
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        drop_output()
        return FAILED
    except KeyboardInterrupt:
        return FAILED
    except Exception as error:
        log.exception("unexpected failure of the command")
        output.fail(_unexpected(error))
        return FAILED


def _speak_as_chosen() -> None:
    """Before the first word, which may be a complaint about the arguments."""
    from inbox_app.paths import find_places
    from inbox_app.settings import SettingsFile

    set_language(SettingsFile(find_places().settings_file).current.language)
    speak_for_python()


def _run(options: Namespace, catalogue: Callable[[], Mapping[str, Manifest]], window: Window, output: Output) -> int:
    import asyncio

    from inbox_app.cli.command import Command
    from inbox_app.cli.desk import Desk, prepare_logs

    module = importlib.import_module(f"inbox_app.cli.{ENTRIES[options.command].module}")
    command: Command = module.COMMANDS[options.command]
    parser = Reader(
        prog=f"portavoce {options.command}", description=str(ENTRIES[options.command].help), allow_abbrev=False
    )
    command.configure(parser)
    chosen = parser.parse_words(options.arguments)
    prepare_logs()
    gc.set_threshold(_NEW_ONES)
    running = command.run(Desk(options.workspace, catalogue, window, output), chosen)
    printed = running if isinstance(running, Printed) else asyncio.run(running)
    output.show(printed)
    return FAILED if printed.failed else DONE


def _parse_global(arguments: Sequence[str]) -> Namespace:
    width = max(map(len, ENTRIES))
    listed = "\n".join(f"  {name:<{width}}  {entry.help}" for name, entry in ENTRIES.items())
    parser = Reader(
        prog="portavoce",
        usage=_("portavoce [--workspace W] [--json] [--minimised] [COMMAND …]"),
        description=_("Every conversation of your community in one inbox. Without a command, opens the window."),
        epilog=_("Commands ({help} after one tells more):").format(help="--help") + "\n" + listed,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    where = _("a folder, a name, or a postgresql:// address; without it PORTAVOCE_WORKSPACE, else the last one opened")
    parser.add_argument("--workspace", metavar="W", help=where)
    parser.add_argument("--json", action="store_true", help=_("print one JSON document"))
    quietly = _("open the window in the tray, or minimised where there is none")
    parser.add_argument("--minimised", action="store_true", help=quietly)
    parser.add_argument("--version", action="version", version=f"Portavoce {__version__}")
    parser.add_argument("command", nargs="?", metavar="COMMAND", help=_("what to do"))
    parser.add_argument("arguments", nargs=REMAINDER, help=_("the command's own arguments"))
    options = parser.parse_args(arguments)
    if options.command is not None and options.command not in ENTRIES:
        parser.error(_unknown(options.command))
    # argparse drops the first "--" even from what is the command's own: "search -- -kiln" needs it.
    start = len(arguments) - len(options.arguments)
    if options.arguments and arguments[start - 1] == "--":
        options.arguments.insert(0, "--")
    return options


def _unknown(word: str) -> str:
    """Not all there are, which would fill the screen: those that it may have been meant for."""
    from difflib import get_close_matches

    near = get_close_matches(word, ENTRIES)
    meant = " " + _("Did you mean {names}?").format(names=", ".join(near)) if near else ""
    said = _("there is no command “{word}”.{meant} “portavoce --help” lists them all")
    return said.format(word=word, meant=meant)


def _unexpected(error: Exception) -> UserFacingError:
    from inbox_app.paths import find_places

    return UserFacingError(
        _("Something unexpected happened ({kind}). Nothing was lost; the details are in {folder}.").format(
            kind=type(error).__name__, folder=find_places().logs
        ),
        code="unexpected",
    )
