"""Each channel as a place where somebody asks us something and looks for the answer, all of them alike."""

from __future__ import annotations

import email
import email.policy
import json
from abc import ABC, abstractmethod
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from tests.connectors.discourse.server import KEY, DiscourseServer
from tests.connectors.feed.site import Site
from tests.connectors.folder.conftest import OtherProgram
from tests.connectors.telegram.server import TOKEN, TelegramServer
from tests.connectors.wordpress.stage import under_one_name
from tests.servers.bluesky import BlueskyNetwork
from tests.servers.dovecot import Dovecot
from tests.servers.gateway import Gateway
from tests.servers.mastodon import MastodonServer
from tests.servers.programs import LOOPBACK
from tests.servers.smtp import SmtpServer
from tests.servers.synapse import SynapseServer
from tests.servers.wordpress import WordPressServer


class Place(ABC):
    """One service with an account of ours; somebody outside asks there."""

    channel: str
    answers = True
    """Whether we can answer there."""

    @abstractmethod
    def account(self) -> tuple[dict[str, str], dict[str, str]]:
        """The settings and the secrets that connect it."""

    @abstractmethod
    def ask(self, text: str, at: datetime) -> None:
        """Somebody asks; `at` that moment, where the service lets a test choose it."""

    @abstractmethod
    def down(self) -> None:
        """The service dies."""

    @abstractmethod
    def up(self) -> None:
        """It is there again."""

    @abstractmethod
    def below_the_question(self) -> list[str]:
        """What stands on the service below the question that was asked last, by us: the oracle."""


class Line(Protocol):
    """What stands between us and a server that others use too: a proxy or a gateway."""

    port: int

    def down(self) -> None: ...

    def up(self) -> None: ...


class Shared(Place):
    """A place on a server of the whole session: to us it is dead when the line is."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def _url(self) -> str:
        return f"http://{LOOPBACK}:{self._line.port}"

    def down(self) -> None:
        self._line.down()

    def up(self) -> None:
        self._line.up()


class Mailbox(Shared):
    """Dovecot, and a submission server that delivers to it."""

    channel = "email"

    def __init__(self, dovecot: Dovecot, smtp: SmtpServer, line: Line) -> None:
        super().__init__(line)
        self._dovecot, self._smtp = dovecot, smtp
        self._us, self._maya = dovecot.new_user("brand"), dovecot.new_user("maya")
        self._asked = ""

    def account(self) -> tuple[dict[str, str], dict[str, str]]:
        servers = {"imap_host": "localhost", "imap_port": str(self._line.port), "smtp_host": "localhost"}
        submission = {"smtp_port": str(self._smtp.port), "smtp_security": "starttls"}
        return {"address": self._us.address, **servers, **submission}, {"password": self._us.password}

    def ask(self, text: str, at: datetime) -> None:
        mail = EmailMessage(policy=email.policy.SMTP)
        self._asked = f"<{at.timestamp()}@example.test>"
        mail["From"], mail["To"], mail["Subject"] = self._maya.address, self._us.address, "A question"
        mail["Date"], mail["Message-ID"] = at, self._asked
        mail.set_content(text)
        self._dovecot.deliver(self._us, mail.as_bytes())

    def below_the_question(self) -> list[str]:
        got = [one.raw for one in self._dovecot.mailbox(self._maya).messages("INBOX")]
        mails = [email.message_from_bytes(one, policy=email.policy.default) for one in got]
        texts = [one.get_content() for one in mails if one["In-Reply-To"] == self._asked]
        return [text.partition("\r\n\r\nOn ")[0].strip() for text in texts]  # without what it quotes


class Fediverse(Shared):
    """A Mastodon server."""

    channel = "mastodon"

    def __init__(self, server: MastodonServer, line: Line) -> None:
        super().__init__(line)
        self._server = server
        self._brand, self._anna = server.new_user("brand"), server.new_user("anna")
        self._post = self._brand.say("We open on Sunday")["id"]
        self._asked = ""

    def account(self) -> tuple[dict[str, str], dict[str, str]]:
        return {"server": self._url}, {"token": self._brand.token}

    def ask(self, text: str, at: datetime) -> None:
        self._asked = self._anna.say(f"@{self._brand.name} {text}", to=self._post)["id"]

    def below_the_question(self) -> list[str]:
        ours = [one for one in self._brand.statuses() if one["in_reply_to_id"] == self._asked]
        return [one["content"].removeprefix(f"<p>@{self._anna.name} ").removesuffix("</p>") for one in ours]


class Atmosphere(Shared):
    """Bluesky's network, and a post of ours on it."""

    channel = "bluesky"

    def __init__(self, network: BlueskyNetwork, line: Line) -> None:
        super().__init__(line)
        self._network = network
        self._brand, self._anna = network.new_users("brand", "anna")
        self._post = self._brand.say("We open on Sunday")
        self._asked = ""

    def account(self) -> tuple[dict[str, str], dict[str, str]]:
        places = {"server": self._url, "chat": self._network.chat, "directory": self._network.places["plc"]}
        return {"handle": self._brand.handle, **places}, {"password": self._brand.app_password()}

    def ask(self, text: str, at: datetime) -> None:
        self._asked = self._anna.say(text, to=self._post, createdAt=at.isoformat())["uri"]

    def below_the_question(self) -> list[str]:
        said = [one["value"] for one in self._brand.posts() if "reply" in one["value"]]
        return [one["text"] for one in said if one["reply"]["parent"]["uri"] == self._asked]


class Homeserver(Shared):
    """A Matrix server, and a direct chat on it."""

    channel = "matrix"

    def __init__(self, server: SynapseServer, line: Line) -> None:
        super().__init__(line)
        self._server = server
        self._brand, self._anna = server.new_user("brand"), server.new_user("anna")
        self._chat = self._anna.make_room("", self._brand, direct=True)
        noted = {self._anna.id: [self._chat]}  # as the program does that accepts an invitation
        self._brand.ask("PUT", f"user/{quote(self._brand.id)}/account_data/m.direct", json=noted)
        self._asked = ""

    def account(self) -> tuple[dict[str, str], dict[str, str]]:
        return {"server": self._url, "user": self._brand.id}, {"password": self._brand.password}

    def ask(self, text: str, at: datetime) -> None:
        self._asked = self._anna.say(self._chat, text)

    def below_the_question(self) -> list[str]:
        ours = [one["content"] for one in self._anna.messages(self._chat) if one["sender"] == self._brand.id]
        return [one["body"] for one in ours if one["m.relates_to"]["m.in_reply_to"]["event_id"] == self._asked]


class Blog(Shared):
    """A WordPress site with a post."""

    channel = "wordpress"

    def __init__(self, server: WordPressServer, line: Gateway) -> None:
        super().__init__(line)
        self._site = server.new_site()
        self._brand, self._post = self._site.new_user("brand"), self._site.new_post("We open on Sunday")
        line.after.append(under_one_name(self._site, line))
        self._asked = 0

    def account(self) -> tuple[dict[str, str], dict[str, str]]:
        return {"site": f"{self._url}{self._site.path}", "user": self._brand.name}, {"password": self._brand.password}

    def ask(self, text: str, at: datetime) -> None:
        said = at.strftime("%Y-%m-%d %H:%M:%S")
        (self._asked,) = self._site.insert(self._post, [text], comment_date=said, comment_date_gmt=said)

    def below_the_question(self) -> list[str]:
        below = [one for one in self._site.comments() if one["comment_parent"] == str(self._asked)]
        return [one["comment_content"] for one in below if one["user_id"] == str(self._brand.id)]


class Bot(Place):
    """A Telegram bot in the discussion group of a channel with a post."""

    channel = "telegram"

    def __init__(self) -> None:
        self.server = TelegramServer()
        self._post = self.server.post("New glazes are in")
        self._asked = 0

    def account(self) -> tuple[dict[str, str], dict[str, str]]:
        return {"api_base": self.server.url}, {"token": TOKEN}

    def ask(self, text: str, at: datetime) -> None:
        post = self._post
        asked = self.server.answer(text, post, message_thread_id=post["message_id"], date=int(at.timestamp()))
        self._asked = asked["message_id"]

    def down(self) -> None:
        self.server.down()

    def up(self) -> None:
        self.server.up()

    def below_the_question(self) -> list[str]:
        ours = [one for one in self.server.ours("") if "reply_to_message" in one]
        return [str(one["text"]) for one in ours if one["reply_to_message"]["message_id"] == self._asked]


class Forum(Place):
    """A Discourse forum with a topic of ours."""

    channel = "discourse"

    def __init__(self) -> None:
        self.server = DiscourseServer()
        self._topic = self.server.begin("Launch day", "Hello community", self.server.brand).topic
        self._asked = 0

    def account(self) -> tuple[dict[str, str], dict[str, str]]:
        return {"site": self.server.url}, {"key": KEY}

    def ask(self, text: str, at: datetime) -> None:
        self.server.now = at
        self._asked = self.server.say(text, self._topic).number

    def down(self) -> None:
        self.server.down()

    def up(self) -> None:
        self.server.up()

    def below_the_question(self) -> list[str]:
        return [one.raw for one in self.server.ours("") if one.reply_to == self._asked]


class CommentFeed(Place):
    """A site with a feed of its comments."""

    channel = "feed"
    answers = False

    def __init__(self) -> None:
        self.site = Site()

    def account(self) -> tuple[dict[str, str], dict[str, str]]:
        return {"url": self.site.url}, {}

    def ask(self, text: str, at: datetime) -> None:
        self.site.say(text, at=at)

    def down(self) -> None:
        self.site.down()

    def up(self) -> None:
        self.site.up()

    def below_the_question(self) -> list[str]:
        return []


class Dropbox(Place):
    """A folder in which another program works."""

    channel = "folder"

    def __init__(self, root: Path) -> None:
        self._other = OtherProgram(root)
        self._asked = ""

    def account(self) -> tuple[dict[str, str], dict[str, str]]:
        return {"path": str(self._other.root)}, {}

    def ask(self, text: str, at: datetime) -> None:
        asked = self._other.message(text) | {"at": at.isoformat()}
        self._asked = str(asked["id"])
        self._other.drop(asked)

    def down(self) -> None:
        self._other.root.rename(self._other.root.with_name("away"))

    def up(self) -> None:
        self._other.root.with_name("away").rename(self._other.root)

    def below_the_question(self) -> list[str]:
        said = [json.loads(one.read_bytes()) for one in (self._other.root / "answers").glob("*.json")]
        return [one["text"] for one in said if one["to"]["id"] == self._asked]
