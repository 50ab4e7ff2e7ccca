"""The language of the window: our own texts and those of Qt's standard dialogs, changed together."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from inbox_app.i18n import current_language, set_language

_worn: list[QTranslator] = []


def speak(code: str | None) -> None:
    """Speak this language from now on, the environment's with None; what is shown already keeps its texts."""
    set_language(code)
    translate_qt()


def translate_qt() -> None:
    """Let Qt's own texts follow."""
    app = QCoreApplication.instance()
    if app is None:
        return
    while _worn:
        before = _worn.pop()
        QCoreApplication.removeTranslator(before)
        before.deleteLater()
    standard = QTranslator(app)
    _worn.append(standard)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if standard.load(QLocale(current_language()), "qtbase", "_", folder):
        QCoreApplication.installTranslator(standard)


def own_name(code: str) -> str:
    """A language's name in itself, as its speakers look for it."""
    name = QLocale(code).nativeLanguageName()
    return "English" if code == "en" else name[:1].upper() + name[1:]
