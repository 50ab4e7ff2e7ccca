"""What every test shares: an empty home, no keyring, a window without a screen."""

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from inbox_app.i18n import current_language, set_language

pytest_plugins = ["tests.servers.fixtures", "tests.stores"]

# Slow installations of test servers outlive a run; the folder is fixed before homes are swapped.
os.environ.setdefault("PORTAVOCE_TESTS_CACHE", str(Path.home() / ".cache" / "portavoce-tests"))
os.environ["QT_API"] = "pyside6"
if sys.platform == "linux" and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# How long an example takes is the machine's affair, not the property's.
settings.register_profile("steady", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

SHORT = Path(__file__).parent / "unit"
XDG_FOLDERS = {
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_CACHE_HOME": ".cache",
}


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty home, so that none reads or writes the person's own folders."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for variable, folder in XDG_FOLDERS.items():
        monkeypatch.setenv(variable, str(home / folder))
    for variable in [name for name in os.environ if name.startswith("PORTAVOCE_")]:
        if not variable.startswith("PORTAVOCE_TESTS_"):
            monkeypatch.delenv(variable)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return home


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    """Let each test begin in the language of the one before, whatever that one spoke; Qt's own texts as well."""
    before = current_language()
    yield
    if current_language() != before:
        window = sys.modules.get("ui.languages")
        speak = window.speak if window else set_language
        speak(before)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put last what is short: files are given out in this order, and nobody shall be left alone with a long one."""
    items.sort(key=lambda item: item.path.is_relative_to(SHORT))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Escape what is not UTF-8 in captured output: hostile text would break a report on its way between processes."""
    report = yield
    report.sections = [
        (title, text.encode("utf-8", "backslashreplace").decode("utf-8")) for title, text in report.sections
    ]
    return report
