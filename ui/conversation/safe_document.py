"""Text of strangers laid out so that it can reach neither disk nor network, whatever it holds.

Qt's own text browser opens local files that HTML names; here every question for a resource ends in `loadResource`,
which knows the pictures of this very message by their `cid:` and nothing else. https://doc.qt.io/qt-6/qtextdocument.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from PySide6.QtCore import QObject, QRegularExpression, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QTextEdit

from inbox_app.content.elsewhere import settled
from inbox_app.content.links import is_deceptive, safe_url, shown_host
from inbox_app.i18n import _
from ui.theme import fonts
from ui.theme.theme import Theme

_ADDRESS = re.compile(r"https?://[^\s<>\"“”]{3,2000}", re.IGNORECASE)
_HTML = QTextDocument.ResourceType.HtmlResource
_MOST_MARKS = 200
_TRAILING = ".,;:!?)]}'’»"


class SafeDocument(QTextDocument):
    """A document that loads nothing but the pictures it was given."""

    def __init__(self, pictures: Mapping[str, QImage] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures = dict(pictures or {})
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setDefaultTextOption(option)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """A picture of this message, or nothing at all: an empty picture leaves no mark and asks nobody else."""
        url = name.toString() if isinstance(name, QUrl) else name
        if kind == QTextDocument.ResourceType.ImageResource.value:
            known = self._pictures.get(url.removeprefix("cid:")) if url.startswith("cid:") else None
            return known if known is not None else no_picture()
        return b""


def no_picture() -> QImage:
    """What stands for a picture that is not to be seen."""
    made = QImage(1, 1, QImage.Format.Format_ARGB32)
    made.fill(Qt.GlobalColor.transparent)
    return made


class SafeBrowser(QTextBrowser):
    """Shows a `SafeDocument` as high as it is. Nothing is opened here: clicks are judged and told.

    Signals:
        link_asked: an honest link was clicked.
        link_doubted: a link was clicked that does not lead where it says, with a sentence that says so.
    """

    link_asked = Signal(str)
    link_doubted = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._fitted = (-1, 0)
        self._scrolls = False
        self._safe = SafeDocument(parent=self)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setAcceptDrops(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.anchorClicked.connect(self._judge)
        self.highlighted.connect(self._tell_where)

    def show_text(self, text: str, ink: str = "text", *, struck: bool = False) -> None:
        """Show plain text; what looks like a web address becomes a link."""
        self._renew({})
        plain = QTextCharFormat()
        plain.setForeground(self._theme.colour(ink))
        plain.setFontStrikeOut(struck)
        cursor = QTextCursor(self._safe)
        cursor.beginEditBlock()
        for piece, url in _pieces(text):
            cursor.insertText(piece, self._link_format(url) if url and not struck else plain)
        cursor.endEditBlock()
        self._space_lines()

    def show_html(self, cleaned: str, pictures: Mapping[str, QImage] | None = None) -> None:
        """Show HTML that `content.html.clean` has cleaned; even uncleaned it would load nothing.

        Pictures from elsewhere are among `pictures`, or described.
        """
        cleaned = settled(cleaned, pictures or ())
        self._renew(pictures or {})
        accent = self._theme.tokens.accent_text
        quote = self._theme.tokens.text3
        self._safe.setDefaultStyleSheet(
            f"a {{ color: {accent}; }} blockquote {{ color: {quote}; }} td, th {{ padding-right: 12px; }}"
        )
        self._safe.setHtml(cleaned)
        self._space_lines(but_pictures="<img" in cleaned)

    def fit(self, width: int) -> int:
        """Lay it out at a width and take the height that needs."""
        if self._fitted[0] != width:
            self._safe.setTextWidth(width)
            self._fitted = (width, int(self._safe.size().height() + 0.999))
            self.setFixedHeight(self._fitted[1])
        return self._fitted[1]

    def doSetSource(self, name: QUrl | str, kind: QTextDocument.ResourceType = _HTML) -> None:
        """Never go anywhere."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Ask the guarded document, as everything else does."""
        return self._safe.loadResource(kind, name)

    def mark(self, words: Collection[str]) -> None:
        """Mark every place where one of these stands, whatever its case; the text itself stays as it is."""
        self.setExtraSelections(list(self._places(words)) if words else [])

    def _places(self, words: Collection[str]) -> Iterator[QTextEdit.ExtraSelection]:
        wanted = QRegularExpression(
            "|".join(map(QRegularExpression.escape, sorted(words, key=len, reverse=True))),
            QRegularExpression.PatternOption.CaseInsensitiveOption,
        )
        cursor = self._safe.find(wanted, 0)
        for _count in range(_MOST_MARKS):
            if cursor.isNull():
                return
            place = QTextEdit.ExtraSelection()
            place.cursor = cursor
            place.format.setBackground(self._theme.colour("warn_soft"))
            place.format.setFontWeight(fonts.HEAVY)
            yield place
            cursor = self._safe.find(wanted, cursor)

    def let_scroll(self, scrolls: bool) -> None:
        """Whether it scrolls by itself where it is given less height than it needs, instead of with what is around."""
        shown = Qt.ScrollBarPolicy.ScrollBarAsNeeded if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(shown)
        self._scrolls = scrolls

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._scrolls:
            super().wheelEvent(event)
        else:
            event.ignore()

    def _renew(self, pictures: Mapping[str, QImage]) -> None:
        if pictures or self.document() is self._safe:
            self._safe.deleteLater()
            self._safe = SafeDocument(pictures, self)
        self._safe.setDefaultFont(self._theme.font(fonts.MESSAGE))
        self.setDocument(self._safe)
        self._fitted = (-1, 0)

    def _link_format(self, url: str) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setAnchor(True)
        made.setAnchorHref(url)
        made.setForeground(QColor(self._theme.tokens.accent_text))
        made.setFontUnderline(True)
        return made

    def _space_lines(self, *, but_pictures: bool = False) -> None:
        """Lines stand apart as in all texts here; the line of a picture is as high as the picture."""
        cursor = QTextCursor(self._safe)
        cursor.select(QTextCursor.SelectionType.Document)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(fonts.LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(spacing)
        if but_pictures:
            _leave_pictures_alone(self._safe)
        # Written to, its own cursor stands at the end, and where it is shown folded it would scroll there.
        self.setTextCursor(QTextCursor(self._safe))

    def _judge(self, url: QUrl) -> None:
        asked = url.toString()
        safe = safe_url(asked)
        if safe is None:
            return
        if any(is_deceptive(text, safe) for text in self._texts_of(asked)):
            warning = _("This link does not lead where it says: it leads to {host}.").format(
                host=shown_host(safe) or safe.partition(":")[2]
            )
            self.link_doubted.emit(safe, warning)
            return
        self.link_asked.emit(safe)

    def _texts_of(self, url: str) -> list[str]:
        """What the links to this address say; neighbouring pieces of one link are read together."""
        texts: list[str] = []
        for block in _blocks(self._safe):
            joined = ""
            for text, href in _fragments(block):
                if href == url:
                    joined += text
                elif joined:
                    texts.append(joined)
                    joined = ""
            if joined:
                texts.append(joined)
        return texts

    def _tell_where(self, url: QUrl) -> None:
        safe = safe_url(url.toString()) if not url.isEmpty() else None
        self.viewport().setToolTip((shown_host(safe) or safe) if safe else "")


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Stretches of a text with the address each leads to, empty for most."""
    end = 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(_TRAILING)
        safe = safe_url(address)
        if safe is None:
            continue
        yield text[end : found.start()], ""
        yield address, safe
        end = found.start() + len(address)
    yield text[end:], ""


def _leave_pictures_alone(document: QTextDocument) -> None:
    plain = QTextBlockFormat()
    plain.setLineHeight(100, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    for block in _blocks(document):
        if "\ufffc" in block.text():
            QTextCursor(block).mergeBlockFormat(plain)


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _fragments(block: QTextBlock) -> Iterator[tuple[str, str]]:
    place = block.begin()
    while not place.atEnd():
        fragment = place.fragment()
        yield fragment.text(), fragment.charFormat().anchorHref()
        place += 1
