"""Keep `.venv` in step with a lock file, with the standard library alone.

Run as `python3 packaging/environment.py LOCK`. Nothing happens while the lock is the one that was
installed last; a changed lock makes the environment anew. A `.venv` that is a link belongs to
several checkouts and is brought up to date in place instead.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

THIS_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"
LOCKS = ("requirements.txt", "requirements-dev.txt")  # each holds all of the one before it


def digest(lock: str) -> str:
    """Return the SHA-256 of a lock file as hexadecimal text."""
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def stamp(lock: str) -> Path:
    """Return the file inside the environment that records which lock was installed."""
    return FOLDER / f".installed-{lock}"


def recorded(lock: str) -> str | None:
    """Return the digest recorded at the last finished installation of a lock."""
    path = stamp(lock)
    return path.read_text().strip() if path.is_file() else None


def contained(lock: str) -> tuple[str, ...]:
    """Return the locks that are satisfied once this one is installed."""
    return LOCKS[: LOCKS.index(lock) + 1]


def interpreter() -> Path:
    """Return the environment's own Python."""
    return FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def version_of(python: Path) -> str | None:
    """Return `major.minor` of an interpreter, or None where it does not run."""
    code = "import sys; print(*sys.version_info[:2], sep='.')"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def reasons_to_remake(chosen_python: bool) -> Iterator[str]:
    """Yield a sentence for each reason why the present environment cannot be kept."""
    present = version_of(interpreter())
    if present is None:
        yield "there is none that runs"
    elif chosen_python and present != THIS_VERSION:
        yield f"it was made with Python {present}"
    elif any(recorded(lock) not in {None, digest(lock)} for lock in LOCKS):
        yield "the locked requirements have changed"


def make_environment() -> None:
    """Create the environment with this interpreter; exits with a sentence where venv is missing."""
    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=os.name != "nt").create(FOLDER)
    except subprocess.CalledProcessError:
        sys.exit(
            "Python's venv module cannot install pip here. On Debian and Ubuntu it is a package of "
            "its own: sudo apt-get install python3-venv"
        )


def run_pip(lock: str) -> bool:
    """Install a lock with every hash checked; True when all of it is there."""
    command = [str(interpreter()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*command, "--require-hashes", "-r", str(ROOT / lock)], check=False)
    return done.returncode == 0


def install(lock: str) -> None:
    """Install a lock, then record it; exits with a sentence where that fails."""
    for name in LOCKS:
        stamp(name).unlink(missing_ok=True)
    if not run_pip(lock):
        sys.exit(f"pip could not install {lock}; what it said stands above. Run make again to retry.")
    for name in contained(lock):
        stamp(name).write_text(digest(name) + "\n")


def ensure(lock: str, *, chosen_python: bool) -> None:
    """Bring the environment to the state the lock describes, doing nothing when it is there."""
    reasons = list(reasons_to_remake(chosen_python))
    if not reasons and recorded(lock) == digest(lock):
        return
    if reasons and not FOLDER.is_symlink():
        print(f"Making .venv: {reasons[0]}.", flush=True)
        make_environment()
    print(f"Installing {lock} into .venv …", flush=True)
    install(lock)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Keep .venv in step with a lock file.")
    parser.add_argument("lock", choices=LOCKS)
    parser.add_argument(
        "--chosen-python",
        action="store_true",
        help="remake an environment that another version of Python made",
    )
    arguments = parser.parse_args()
    ensure(arguments.lock, chosen_python=arguments.chosen_python)
