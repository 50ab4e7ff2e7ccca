# Only what Portavoce uses; asyncClose and asyncSlot are left out on purpose (see ARCHITECTURE.md).

from asyncio import SelectorEventLoop
from concurrent.futures import Executor

from PySide6.QtCore import QCoreApplication

class QEventLoop(SelectorEventLoop):
    def __init__(
        self,
        app: QCoreApplication | None = None,
        set_running_loop: bool = False,
        already_running: bool = False,
    ) -> None: ...

class QThreadExecutor(Executor):
    def __init__(self, max_workers: int = 10, stack_size: int | None = None) -> None: ...
