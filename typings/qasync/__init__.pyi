# The part of qasync that Portavoce uses; the package carries no types of its own.

from asyncio import SelectorEventLoop

from PySide6.QtCore import QCoreApplication

class QEventLoop(SelectorEventLoop):
    def __init__(self, app: QCoreApplication | None = None) -> None: ...
