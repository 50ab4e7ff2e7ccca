"""The rules of the house that no tool checks: each a function from a tree to its violations.

A guard takes the root of a checkout and returns one sentence per violation, beginning with the
path. Being functions over a tree, they can be shown a planted violation (test_teeth.py).
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

MAXIMUM_LINES = 500
ROOMS = ("inbox_app", "connectors", "ui", "resources")
OWN_HIDDEN_NAMES = {".ci", ".gitignore"}
SKIPPED_FOLDERS = {"__pycache__", "build", "dist", "node_modules"}

TRANSLATING = ("_", "ngettext", "pgettext", "lazy_gettext")
BROAD_EXCEPT_PLACES = (
    "ui/tasks.py",  # the window's task keeper
    "inbox_app/sync/runner.py",  # one account's failure stays its own
    "inbox_app/sync/sender.py",  # whatever escapes a send counts as unsure
    "inbox_app/content/worker_main.py",  # hostile content may raise anything
    "inbox_app/cli/main.py",  # nobody ever sees a traceback
)
BLOCKING_DIALOG_PLACES = ("ui/dialogs.py",)
BLOCKING_DIALOG_CALLS = {
    "exec",
    "exec_",
    "processEvents",
    "getExistingDirectory",
    "getOpenFileName",
    "getOpenFileNames",
    "getSaveFileName",
}
VAGUE_NAMES = {"base_utils", "common", "helper", "helpers", "manager", "managers", "misc"}
VAGUE_WORDS = {"util", "utils", *VAGUE_NAMES}

# Connectors whose name is also an ordinary word of ours: a command, a format.
ORDINARY_WORDS = {"email", "feed", "folder", "practice", "shared"}
SERVICES = {
    "bluesky", "discord", "discourse", "facebook", "gmail", "instagram", "linkedin", "mastodon",
    "matrix", "outlook", "reddit", "slack", "telegram", "tiktok", "twitter", "whatsapp",
    "wordpress", "youtube",
}  # fmt: skip
MAIL_PROTOCOLS = {"imap", "imapclient", "smtp", "smtplib", "aiosmtplib"}
MAIL_FORMAT_ROOMS = ("inbox_app/content/", "inbox_app/exchange/")
SQL_LIBRARIES = {"alembic", "psycopg", "sqlalchemy", "sqlcipher3", "sqlite3"}
SQL_STATEMENT = re.compile(
    r"\s*(SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s"
    r"|CREATE\s+(TABLE|INDEX)\s|PRAGMA\s)",
    re.DOTALL,
)
CONNECTOR_FILES = ("__init__.py", "client.py", "connector.py", "login.py", "wire.py")
INDEX_TRACES = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".org",
    "--index" + "-url",
    "--extra-index" + "-url",
)
MACHINE_PATHS = re.compile(r"(?<![\w.~*])/(home/[a-z]\w*/|Users/\w+/|root/|work/|opt/pypi)")


def belongs(path: Path) -> bool:
    """Tell whether a file or folder is the project's own and not a tool's."""
    hidden = path.name.startswith(".") and path.name not in OWN_HIDDEN_NAMES
    made = path.name in SKIPPED_FOLDERS or path.name.endswith(".egg-info")
    return not (hidden or made or path.is_symlink())


def files(root: Path) -> Iterator[Path]:
    """Yield every file that belongs to the project, in a stable order."""
    for path in filter(belongs, sorted(root.iterdir())):
        if path.is_dir():
            yield from files(path)
        else:
            yield path


@cache
def parsed(source: bytes) -> ast.Module:
    """Return the syntax tree of a module; most guards ask for the same ones."""
    return ast.parse(source)


def modules(root: Path, *rooms: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield (path from the root, syntax tree) of every Python file in the named rooms."""
    for room in rooms or (*ROOMS, "tests", "packaging"):
        for path in files(root / room) if (root / room).is_dir() else ():
            if path.suffix == ".py":
                yield path.relative_to(root).as_posix(), parsed(path.read_bytes())


def oversized_files(root: Path) -> list[str]:
    """No file of code is longer than 500 lines."""
    found = []
    for path in files(root):
        if path.suffix in {".py", ".pyi", ".qss", ".sh", ".js", ".mjs", ".php"}:
            count = len(path.read_bytes().splitlines())
            if count > MAXIMUM_LINES:
                found.append(f"{path.relative_to(root)}: {count} lines, {MAXIMUM_LINES} at most")
    return found


def vague_names(root: Path) -> list[str]:
    """No module or folder is called utils, helpers, common, manager or misc."""
    found = []
    for path in files(root):
        inner = path.relative_to(root)
        if path.suffix == ".py" and inner.parts[0] in {*ROOMS, "tests"}:
            names = {*inner.parts[:-1], inner.stem}
            words = {word for name in names for word in name.split("_")}
            found += [f"{inner}: '{word}' says nothing" for word in sorted(words & VAGUE_WORDS)]
    return found


def silent_modules(root: Path) -> list[str]:
    """Every module says in the first line of its docstring what it is for."""
    found = []
    for path, tree in modules(root):
        doc = ast.get_docstring(tree)
        bare_package = path.startswith("tests/") and not tree.body
        if not bare_package and not (doc and doc.splitlines()[0].strip()):
            found.append(f"{path}: has no docstring that says what it is for")
    return found


def blocking_dialogs(root: Path) -> list[str]:
    """No nested event loop outside ui/dialogs.py: under qasync it freezes every other task."""
    return [
        f"{path}:{node.lineno}: {node.func.attr}() starts a nested event loop"
        for path, tree in modules(root, "ui")
        if path not in BLOCKING_DIALOG_PLACES
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in BLOCKING_DIALOG_CALLS
    ]


def hidden_texts(root: Path) -> list[str]:
    """No text for people inside an f-string: before Python 3.12 the catalogue's reader does not see it there."""
    return [
        f"{path}:{node.lineno}: a text to translate inside an f-string"
        for path, tree in modules(root, "inbox_app", "connectors", "ui")
        for outer in ast.walk(tree)
        if isinstance(outer, ast.JoinedStr)
        for node in ast.walk(outer)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TRANSLATING
    ]


def is_broad(kind: ast.expr | None) -> bool:
    """Tell whether an except clause (or an argument of suppress) catches everything."""
    if isinstance(kind, ast.Tuple):
        return any(is_broad(part) for part in kind.elts)
    return kind is None or (isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"})


def swallows(node: ast.AST) -> bool:
    """Tell whether a node catches every exception and does not raise it again."""
    if isinstance(node, ast.ExceptHandler):
        raises = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
        return is_broad(node.type) and not raises
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        name = node.func.id if isinstance(node.func, ast.Name) else name
        return name == "suppress" and any(is_broad(kind) for kind in node.args)
    return False


def broad_excepts(root: Path) -> list[str]:
    """Everything is caught in the named places only."""
    return [
        f"{path}:{getattr(node, 'lineno', 0)}: catches everything"
        for path, tree in modules(root, *ROOMS, "packaging")
        if path not in BROAD_EXCEPT_PLACES
        for node in ast.walk(tree)
        if swallows(node)
    ]


def docstrings(tree: ast.Module) -> set[int]:
    """Return the ids of the nodes that are docstrings."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, owners) and node.body and isinstance(node.body[0], ast.Expr)
    }


def spoken(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every name and string in the code, docstrings left out."""
    quiet = docstrings(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in quiet:
                yield node.lineno, text
            case ast.Name(id=text) | ast.Attribute(attr=text) | ast.arg(arg=text):
                yield node.lineno, text
            case ast.FunctionDef(name=text) | ast.AsyncFunctionDef(name=text):
                yield node.lineno, text
            case ast.ClassDef(name=text):
                yield node.lineno, text
            case ast.Import(names=names):
                yield node.lineno, " ".join(alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names):
                yield node.lineno, f"{module} {' '.join(alias.name for alias in names)}"


def words(text: str) -> set[str]:
    """Return the lower-case words of a name or text, also of those glued by case or underscore."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return {word.lower() for word in re.findall(r"[A-Za-z][A-Za-z0-9]*", parted)}


def service_names(root: Path) -> list[str]:
    """The core names no service: what differs between services is the connectors' business."""
    folders = {path.name for path in (root / "connectors").glob("[a-z]*") if path.is_dir()}
    services = (folders | SERVICES) - ORDINARY_WORDS
    found = []
    for path, tree in modules(root, "inbox_app"):
        refused = services if path.startswith(MAIL_FORMAT_ROOMS) else services | MAIL_PROTOCOLS
        for line, text in spoken(tree):
            found += [f"{path}:{line}: names {word}" for word in sorted(words(text) & refused)]
    return found


def imported(node: ast.AST) -> set[str]:
    """Return the top-level packages that a statement imports."""
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").partition(".")[0]}
    return set()


def sql_outside_storage(root: Path) -> list[str]:
    """SQL, and the libraries that speak it, live in inbox_app/storage only."""
    found = []
    for path, tree in modules(root, *ROOMS):
        if path.startswith("inbox_app/storage/"):
            continue
        for node in ast.walk(tree):
            names = sorted(imported(node) & SQL_LIBRARIES)
            found += [f"{path}:{getattr(node, 'lineno', 0)}: imports {name}" for name in names]
        for line, text in spoken(tree):
            if SQL_STATEMENT.match(text):
                found.append(f"{path}:{line}: speaks SQL")
    return found


def uneven_connectors(root: Path) -> list[str]:
    """Every connector folder holds the same files, and stream.py where it listens."""
    found = []
    for folder in sorted((root / "connectors").glob("[a-z]*")):
        if not folder.is_dir() or folder.name == "shared":
            continue
        present = {path.name for path in folder.glob("*.py")}
        connector = folder / "connector.py"
        listens = connector.is_file() and re.search(r"\bListens\b", connector.read_text("utf-8"))
        expected = {*CONNECTOR_FILES, *(("stream.py",) if listens else ())}
        inner = folder.relative_to(root)
        found += [f"{inner}: lacks {name}" for name in sorted(expected - present)]
    return found


def traces_of_a_machine(root: Path) -> list[str]:
    """No file names somebody's machine or a package index."""
    found = []
    for path in files(root):
        text = path.read_bytes().decode("utf-8", "replace")
        inner = path.relative_to(root)
        found += [f"{inner}: holds {host}, a trace of a package index" for host in INDEX_TRACES if host in text]
        if match := MACHINE_PATHS.search(text):
            found.append(f"{inner}: holds the path {match[0]}")
    return found


def unlisted_files(root: Path) -> list[str]:
    """Every file of the four packages is in the wheel: its package is found, its data is listed."""
    listed = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    packages = listed["packages"]["find"]["include"]
    data = listed["package-data"]
    found = []
    for room in ROOMS:
        for path in files(root / room) if (root / room).is_dir() else ():
            inner = path.relative_to(root)
            package = ".".join(inner.parts[:-1])
            if path.suffix == ".py":
                kept = any(fnmatchcase(package, pattern) for pattern in packages)
            else:
                kept = any(
                    package.split(".")[: owner.count(".") + 1] == owner.split(".") and inner.match(pattern)
                    for owner, patterns in data.items()
                    for pattern in patterns
                )
            found += [] if kept else [f"{inner}: would be missing from the wheel"]
    return found


def pins(lock: Path) -> dict[str, bool]:
    """Return each pinned requirement of a lock and whether a hash follows it."""
    entries = re.split(r"(?<!\\)\n(?!\s)", lock.read_text("utf-8"))
    requirements = (entry for entry in entries if re.match(r"[\w-]+", entry))
    return {entry.split()[0]: "--hash=sha256:" in entry for entry in requirements}


def uneven_locks(root: Path) -> list[str]:
    """Both locks carry hashes, and what runs is pinned alike for those who develop."""
    run, develop = pins(root / "requirements.txt"), pins(root / "requirements-dev.txt")
    bare = [pin for lock in (run, develop) for pin, hashed in lock.items() if not hashed]
    found = [f"{pin}: pinned without a hash" for pin in bare]
    return found + [f"{pin}: pinned differently in requirements-dev.txt" for pin in run.keys() - develop.keys()]


NOTE_ROOMS = (
    "inbox_app/storage/notes.py", "inbox_app/storage/people_before.py", "inbox_app/storage/found_by.py",
    "inbox_app/storage/schema/",
)  # fmt: skip
NOTE_COLUMNS = {"note.c": {"id", "member", "conversation"}, "found_by.c": {"id", "kind", "about"}}
NOTES_WHOLE = {"note", "*note.c", "found_by", "*found_by.c"}


def readers_of_notes(root: Path) -> list[str]:
    """Find where anything but the notes' own room reads more of a note than whom it is about: its text could leave."""
    return [
        f"{name}:{line}: reads {what} of notes"
        for name, tree in modules(root, "inbox_app")
        if not name.startswith(NOTE_ROOMS)
        for line, what in _read_of_notes(tree)
    ]


def _read_of_notes(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            table = ast.unparse(node.value).removeprefix("schema.").removeprefix("s.")
            if node.attr not in NOTE_COLUMNS.get(table, {node.attr}):
                yield node.lineno, f"“{node.attr}”"
        selects = isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "select"
        if isinstance(node, ast.Call) and selects and NOTES_WHOLE & {ast.unparse(one) for one in node.args}:
            yield node.lineno, "everything"
