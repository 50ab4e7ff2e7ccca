"""A real WordPress on loopback: one PHP server, and as many sites below it as tests want.

Each site has its own database, copied from one that was installed once, and lives at `/NAME/`; `root` is the one at the
top. Comments of visitors come through the site's own form and are held there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx

from tests.servers.programs import (
    LOOPBACK,
    ProgramMissing,
    ServerFailed,
    ServerProcess,
    answers,
    find_program,
    free_port,
    make_private_folder,
)
from tests.servers.wordpress_files import wordpress_files

_OURS: Final = Path(__file__).parent / "wordpress_site"
_EXTENSIONS: Final = ("pdo_sqlite", "mbstring", "dom", "xml")
_ROOT: Final = "@root"
_DATABASE: Final = "wordpress.sqlite"


@dataclass(frozen=True)
class WordPressUser:
    """Somebody with an account on one site, and an application password."""

    site: WordPressSite
    name: str
    id: int
    password: str
    """The application password."""
    login_password: str

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """One request to the site's interface in their name; it must succeed."""
        answer = self.site.server.http.request(
            method, f"{self.site.path}/?rest_route={path}", auth=(self.name, self.password), **more
        )
        answer.raise_for_status()
        return answer.json()

    def say(self, post: int, text: str, to: int = 0) -> int:
        """Comment as somebody who is signed in; the comment's id."""
        return int(self.ask("POST", "/wp/v2/comments", json={"post": post, "parent": to, "content": text})["id"])


@dataclass(frozen=True)
class WordPressSite:
    """One site. `name` is empty for the one at the top."""

    server: WordPressServer
    name: str

    @property
    def path(self) -> str:
        """What stands before every path of the site."""
        return f"/{self.name}" if self.name else ""

    @property
    def url(self) -> str:
        return f"{self.server.url}{self.path}"

    def do(self, deed: str, **given: Any) -> Any:
        """One deed of `door.php`."""
        answer = self.server.http.post(f"{self.path}/portavoce-door", json={"deed": deed, "with": given})
        answer.raise_for_status()
        return answer.json()["done"]

    def new_user(self, name: str, role: str = "editor") -> WordPressUser:
        """Somebody new; an editor may moderate."""
        login, unique = uuid4().hex, f"{name}-{uuid4().hex[:6]}"
        made = self.do("user", name=unique, password=login, shown=name.title(), role=role)
        return WordPressUser(self, unique, int(made["id"]), made["password"], login)

    def revoke(self, user: WordPressUser) -> None:
        """Withdraw the application password, as its owner does in the profile."""
        self.do("revoke", user=user.id)

    def new_post(self, title: str, text: str = "", author: int = 1, kind: str = "post") -> int:
        return int(self.do("post", title=title, text=text, author=author, type=kind))

    def visit(self, post: int, text: str, *, name: str = "Anna", to: int = 0) -> int:
        """A visitor's comment through the site's own form; it is held. Its id."""
        form = {"comment": text, "author": name, "email": f"{name.lower()}@example.org", "comment_parent": str(to)}
        answer = self.server.http.post(
            f"{self.path}/wp-comments-post.php", data={**form, "comment_post_ID": str(post)}, follow_redirects=False
        )
        if answer.status_code != 302:
            raise ServerFailed(f"the form was refused: {answer.text[:500]}")
        return max(int(one["comment_ID"]) for one in self.comments())

    def insert(self, post: int, texts: Iterable[str], **more: Any) -> list[int]:
        """Comments past the form, as an import makes them: approved unless told otherwise."""
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        usual = {
            "comment_post_ID": post,
            "comment_author": "Anna",
            "comment_author_email": "anna@example.org",
            "comment_author_IP": "192.0.2.7",
            "comment_approved": 1,
            "comment_date": now,
            "comment_date_gmt": now,
            **more,
        }
        made: list[int] = self.do("comments", comments=[{**usual, "comment_content": text} for text in texts])
        return made

    def comments(self) -> list[dict[str, str]]:
        """Every comment as the database has it, whatever its status: the oracle."""
        found: list[dict[str, str]] = self.do("list")
        return found

    def comment(self, wanted: int) -> dict[str, str] | None:
        return next((one for one in self.comments() if int(one["comment_ID"]) == wanted), None)

    def use_plain_addresses(self) -> None:
        """Switch pretty permalinks off: there is no /wp-json/ then."""
        self.do("option", name="permalink_structure", value="")


class WordPressServer:
    """The one PHP server of a run; each test makes a site of its own."""

    def __init__(self) -> None:
        self._php = find_program("php", "php-cli")
        self._check_extensions()
        self.files = wordpress_files()
        self.port = free_port()
        self.folder = make_private_folder("wordpress")
        self.sites = self.folder / "sites"
        self.sites.mkdir()
        self.http = httpx.Client(base_url=self.url, timeout=30, trust_env=False)
        self.process = ServerProcess(
            name="wordpress",
            command=[*self._command(), "-S", f"{LOOPBACK}:{self.port}", str(_OURS / "router.php")],
            folder=self.folder,
            ready=lambda: answers(self.port),
            environment=self._environment,
        )

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @cached_property
    def root(self) -> WordPressSite:
        """The site at the top."""
        return WordPressSite(self, "")

    def start(self) -> None:
        if not (self.sites / _ROOT).exists():
            self._install()
        self.process.start()

    def new_site(self) -> WordPressSite:
        """A site of which no other test knows."""
        name = f"s{uuid4().hex[:8]}"
        shutil.copytree(self.folder / "empty", self.sites / name)
        return WordPressSite(self, name)

    def _install(self) -> None:
        (self.sites / _ROOT).mkdir()
        command = [*self._command(), str(_OURS / "install.php")]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True, timeout=60, check=False)
        if not done.stdout.endswith("installed"):
            raise ServerFailed(f"WordPress could not be installed: {done.stdout}{done.stderr}")
        shutil.copytree(self.sites / _ROOT, self.folder / "empty")

    def _command(self) -> list[str]:
        settings = {
            "opcache.enable_cli": "1",
            "variables_order": "EGPCS",
            "memory_limit": "256M",
            "display_errors": "0",
        }
        return [self._php, "-q", *(part for name, value in settings.items() for part in ("-d", f"{name}={value}"))]

    @property
    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "PORTAVOCE_WORDPRESS": str(self.files),
            "PORTAVOCE_CONFIG": str(_OURS / "wp-config.php"),
            "PORTAVOCE_SITES": str(self.sites),
            "PORTAVOCE_PORT": str(self.port),
            "PORTAVOCE_SITE": "",
        }

    def _check_extensions(self) -> None:
        listed = subprocess.run([self._php, "-m"], capture_output=True, text=True, timeout=30, check=True).stdout
        there = frozenset(re.findall(r"\w+", listed.lower()))
        if missing := [name for name in _EXTENSIONS if name not in there]:
            raise ProgramMissing(f"PHP lacks {', '.join(missing)} (packages php-sqlite3, php-mbstring, php-xml)")
