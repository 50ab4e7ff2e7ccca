"""The style sheet, made from the tokens alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from ui.theme.tokens import Tokens

_SHEET = """
* { outline: 0; }
QMainWindow, QDialog, QWidget[pane="list"], QWidget[pane="thread"], QWidget[pane="members"] { background: %(bg)s; }
QWidget[pane="side"] { background: %(side)s; }
QSplitter::handle { background: %(line)s; }
QSplitter::handle:horizontal { width: 1px; }
QAbstractScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget[plain="true"] { background: transparent; }
QFrame[card="post"] { background: %(sunken)s; border: 1px solid %(line)s; border-radius: 12px; }
QFrame[card="note"] { background: %(warn_soft)s; border-radius: 10px; }
QFrame[card="plain"] { background: %(sunken)s; border-radius: 10px; }
QFrame[card="asks"] { background: %(selected)s; border-radius: 10px; }
QFrame[card="composer"] { background: %(bg)s; border: 1px solid %(line2)s; border-radius: 12px; }
QLineEdit, QPlainTextEdit, QTextEdit { placeholder-text-color: %(text3)s; }
QFrame[card="note"][lit="true"] { border: 1px solid %(warn)s; }
QFrame[card="composer"][lit="true"] { border: 1px solid %(accent)s; }
QPlainTextEdit { background: transparent; border: 0; color: %(text)s; selection-background-color: %(accent)s;
  selection-color: %(on_accent)s; }
FilterLine { background: %(sunken)s; border: 1px solid transparent; border-radius: 8px; padding: 7px 9px; }
FilterLine:focus { border: 1px solid %(accent)s; background: %(bg)s; }
QFrame[card="bare"] { background: transparent; border-radius: 10px; }
QFrame[card="segments"] { background: %(sunken)s; border-radius: 8px; }
QFrame[rule="true"] { background: %(line)s; border: 0; max-height: 1px; min-height: 1px; }
QFrame[bar="true"] { border: 0; border-bottom: 1px solid %(line)s; border-radius: 0; }
QLabel { background: transparent; color: %(text)s; }
QLabel[tone="meta"] { color: %(text3)s; }
QLabel[tone="second"] { color: %(text2)s; }
QLabel[tone="red"] { color: %(red)s; }
QLabel[tone="green"] { color: %(green)s; }
QLabel[tone="warn"] { color: %(warn)s; }
QLabel:disabled { color: %(text3)s; }
QFrame[card="tour"] { background: %(raised)s; border: 1px solid %(line2)s; border-radius: 12px; }
QFrame[card="toast"] { background: %(text)s; border-radius: 10px; }
QFrame[card="toast"] QLabel { color: %(bg)s; }
QFrame[card="toast"] QPushButton { background: transparent; color: %(bg)s; border: 1px solid %(text3)s; }
QFrame[card="toast"] QPushButton:hover, QFrame[card="toast"] QPushButton:focus { border: 1px solid %(bg)s; }
QDialog[bar="commands"] { border: 1px solid %(line2)s; background: %(raised)s; }
QMessageBox { messagebox-warning-icon: url("%(sure)s"); icon-size: %(sign)spx; }
QCheckBox { color: %(text)s; spacing: 8px; }
QCheckBox::indicator { width: %(box)spx; height: %(box)spx; border: 1px solid %(text3)s; border-radius: 4px;
  background: %(bg)s; }
QCheckBox::indicator:checked { border: 1px solid %(accent)s; background: %(accent)s; image: url("%(tick)s"); }
QCheckBox:disabled, QRadioButton:disabled { color: %(text3)s; }
QRadioButton { color: %(text)s; spacing: 8px; }
QRadioButton::indicator { width: %(box)spx; height: %(box)spx; border: 1px solid %(text3)s;
  border-radius: %(round)spx; }
QRadioButton::indicator:checked { width: %(core)spx; height: %(core)spx; border: %(ring)spx solid %(accent)s;
  background: %(on_accent)s; }
QListWidget { background: transparent; color: %(text)s; }
QListWidget[popup="true"] { background: %(raised)s; border: 1px solid %(line2)s; border-radius: 8px; padding: 2px; }
QListWidget[popup="true"]::item { padding: 4px 6px; border-radius: 5px; }
QListWidget[popup="true"]::item:selected { background: %(selected)s; color: %(text)s; }
QComboBox { background: %(sunken)s; border: 1px solid transparent; border-radius: 8px; padding: 0 8px;
  min-height: %(field)spx; color: %(text)s; }
QComboBox:focus { border: 1px solid %(accent)s; background: %(bg)s; }
ChoiceBox::drop-down { border: 0; width: 24px; }
QComboBox QAbstractItemView { background: %(raised)s; color: %(text)s; border: 1px solid %(line2)s;
  selection-background-color: %(selected)s; selection-color: %(text)s; padding: 4px; }
QHeaderView::section { background: %(sunken)s; color: %(text2)s; border: 0; border-bottom: 1px solid %(line)s;
  padding: 5px 8px; }
QTableView[kind="sheet"] { selection-background-color: transparent; selection-color: %(text)s; }
QTableView[kind="sheet"]::item { padding: 0 5px; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QTextBrowser { background: transparent; border: 0; color: %(text)s; padding: 0; }
*[read="true"] { border: 1px solid transparent; border-radius: 6px; }
*[read="true"]:focus { border: 1px solid %(accent)s; }
QLineEdit { background: %(sunken)s; border: 1px solid transparent; border-radius: 8px; padding: 0 8px;
  min-height: %(field)spx; color: %(text)s; selection-background-color: %(accent)s; selection-color: %(on_accent)s; }
QLineEdit:focus { border: 1px solid %(accent)s; background: %(bg)s; }
QAbstractSpinBox { background: %(sunken)s; border: 1px solid transparent; border-radius: 8px;
  min-height: %(field)spx; color: %(text)s; selection-background-color: %(accent)s; selection-color: %(on_accent)s; }
QAbstractSpinBox:focus { border: 1px solid %(accent)s; background: %(bg)s; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; height: 0; border: 0; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { background: transparent; border: 0; padding: 0;
  min-height: 0; }
QAbstractSpinBox:disabled, QAbstractSpinBox QLineEdit:disabled { color: %(text3)s; }
QLineEdit[kind="bare"], QComboBox[kind="bare"] { background: transparent; min-height: 0; padding: 0 4px; }
QLineEdit[kind="bare"]:hover, QComboBox[kind="bare"]:hover { background: %(hover)s; }
QLineEdit[kind="bare"]:focus, QComboBox[kind="bare"]:focus { background: %(bg)s; border: 1px solid %(accent)s; }
QToolButton { border: 1px solid transparent; border-radius: 7px; color: %(text2)s; background: transparent; }
QToolButton[kind="ghost"] { padding: 6px 7px; }
QToolButton[kind="ghost"]:hover, QToolButton[kind="ghost"]:checked { background: %(hover)s; color: %(text)s; }
QToolButton[kind="back"] { padding: 4px 9px 4px 7px; color: %(text2)s; }
QToolButton[kind="back"]:hover { color: %(text)s; background: %(hover)s; }
QToolButton[kind="link"] { padding: 2px 5px 2px -2px; color: %(text3)s; }
QToolButton[kind="link"]:hover { color: %(text)s; background: %(hover)s; }
QToolButton[kind="link"]:checked { color: %(text)s; }
QToolButton[kind="link"]:disabled { color: %(thumb)s; }
QToolButton[kind="person"] { padding: 4px; color: %(text)s; text-align: left; }
QToolButton[kind="person"]:hover { background: %(hover)s; }
QToolButton[kind="name"] { padding: 0; color: %(text)s; border-radius: 4px; text-align: left; }
QToolButton[kind="name"]:hover { background: %(hover)s; }
QToolButton[kind="segment"] { padding: 5px 7px; border-radius: 6px; color: %(text2)s; }
QRadioButton[kind="segment"] { padding: 6px 12px; border: 1px solid transparent; border-radius: 6px; spacing: 0;
  color: %(text2)s; }
*[kind="segment"]:hover { color: %(text)s; }
*[kind="segment"]:checked { background: %(raised)s; color: %(text)s; border: 1px solid %(line2)s; }
*[kind="segment"]:focus { border: 1px solid %(accent)s; }
QRadioButton[kind="segment"]::indicator { width: 0; height: 0; border: 0; }
QToolButton:focus { border: 1px solid %(accent)s; }
QToolButton::menu-indicator { image: none; }
QPushButton { border: 1px solid %(line2)s; border-radius: 8px; min-height: %(button)spx; padding: 0 12px;
  color: %(text)s; background: %(raised)s; }
QPushButton:hover { background: %(hover)s; }
QPushButton:focus { border: 1px solid %(accent)s; }
QPushButton:disabled { color: %(text3)s; border: 1px solid %(line)s; background: %(bg)s; }
QPushButton[kind="primary"] { background: %(accent)s; color: %(on_accent)s; border: 1px solid %(accent)s;
  padding: 0 14px; min-height: %(field)spx; }
QPushButton[kind="primary"]:hover { background: %(accent_hover)s; }
QPushButton[kind="primary"]:focus { border: 2px solid %(text)s; }
QPushButton[kind="primary"]:disabled { background: %(hover)s; color: %(text3)s; border: 1px solid %(line)s; }
QPushButton[kind="choice"] { min-height: %(field)spx; padding: 0 %(beside)spx; border-radius: 10px; text-align: left;
  background: %(sunken)s; border: 1px solid transparent; }
QPushButton[kind="choice"]:hover { background: %(hover)s; }
QPushButton[kind="choice"]:focus { border: 1px solid %(accent)s; }
QPushButton[kind="chip"] { min-height: 20px; padding: 0 8px; border-radius: 10px; background: %(selected)s;
  color: %(text)s; border: 1px solid transparent; }
QPushButton[kind="chip"]:hover { border: 1px solid %(line2)s; }
QPushButton[kind="chip"]:focus { border: 1px solid %(accent)s; }
QPushButton[kind="bare"] { padding: 0 7px; border: 1px solid transparent; background: transparent; }
QPushButton[kind="bare"]:hover { background: %(hover)s; }
QPushButton[kind="bare"]:focus { border: 1px solid %(accent)s; }
QPushButton[kind="small"] { min-height: %(small)spx; padding: 0 10px; border-radius: 7px; }
QMenu { icon-size: %(icon)spx; }
QMenu { background: %(raised)s; color: %(text)s; border: 1px solid %(line2)s; border-radius: 8px; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 5px; }
QMenu::icon { padding-left: 10px; }
QMenu::item:selected { background: %(hover)s; }
QMenu::item:disabled { color: %(text3)s; }
QMenu::separator { height: 1px; background: %(line)s; margin: 4px 8px; }
QToolTip { background: %(raised)s; color: %(text)s; border: 1px solid %(line2)s; padding: 4px 8px; }
QProgressBar { background: %(sunken)s; border: 0; border-radius: 4px; min-height: 8px; max-height: 8px; }
QProgressBar::chunk { background: %(accent)s; border-radius: 4px; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px 2px 2px 0; }
QScrollBar::handle:vertical { background: %(thumb)s; border-radius: 4px; min-height: 36px; }
QScrollBar::handle:vertical:hover { background: %(text3)s; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0 2px 2px 2px; }
QScrollBar::handle:horizontal { background: %(thumb)s; border-radius: 4px; min-width: 36px; }
"""


def stylesheet(tokens: Tokens, scaled: Callable[[int], int]) -> str:
    """The whole sheet for these colours, and for text of this size."""
    drawn = {name: Path(str(files("resources") / "icons" / f"{name}.svg")).as_posix() for name in ("tick", "sure")}
    box, ring, line = scaled(14), scaled(5), scaled(18)
    sizes = {"icon": scaled(16), "box": box, "round": (box + 2) // 2, "ring": ring, "core": box + 2 - 2 * ring}
    # A choice begins beside its badge, with as much room after that as before.
    sizes["beside"] = scaled(22) + 24
    sizes |= {"field": line + 14, "button": line + 12, "small": line + 6, "sign": scaled(28)}
    return _SHEET % {**asdict(tokens), **sizes, **drawn}
