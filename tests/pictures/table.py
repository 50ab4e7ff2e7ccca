"""Which pictures there are: a line each. Another one is another line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from inbox_app.domain.words import State
from tests.pictures import people_scenes as people
from tests.pictures import scenes
from tests.pictures import state_scenes as states
from tests.pictures import writing_scenes as writing
from tests.pictures.stage import Stage
from ui.commands import Does

WIDE, LOW, NARROW = (1640, 960), (1366, 768), (683, 384)
"""Logical pixels: a large screen, a small laptop, the same laptop at 200 %."""
Scene = Callable[[Stage], Awaitable[None]]


_TONED = "We send the cheap one asap! It is the same clay! 🙂🙂"
_MISSPELT = "Thank you! This is our kettel, the colours don't fade, and the bread is fersh. "
_MISSPELT_IT = "Ciao, grazie mille! L'acqua della città è sempre frecsa, perchè il forrno è con un'altra amica. "
_PRIVATE = "Between us: which address may we send it to?"
_PRIVATE_IT = "Tra noi: a quale indirizzo possiamo spedirlo?"
_TONED_IT = "La ringraziamo! Quello economico parte oggi! 🙂🙂"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, what is done before it is taken, and how the window is then."""

    name: str
    scene: Scene
    size: tuple[int, int] = WIDE
    language: str = "en"
    dark: bool = False
    scale: float = 1.0
    mirrored: bool = False
    """As it is read from the right."""

    @property
    def process(self) -> tuple[str, float]:
        """What must stand before Qt starts: shots that agree in it are taken by one process."""
        return self.language, self.scale


SHOTS = (
    Shot("window-light", scenes.opened("Maya Lindhagen")),
    Shot("window-dark", scenes.opened("Maya Lindhagen"), dark=True),
    Shot("window-italian", scenes.opened("Elena Sabbadin"), language="it"),
    Shot("window-italian-dark", scenes.opened("Elena Sabbadin"), language="it", dark=True),
    Shot("laptop-light", scenes.opened("Jonas Weberlein"), LOW),
    Shot("laptop-italian-dark", scenes.opened("Beatrice Colantoni"), LOW, "it", dark=True),
    Shot("large-text-list", scenes.listed, NARROW, scale=2.0),
    Shot("large-text-thread-italian", scenes.opened("Elena Sabbadin"), NARROW, "it", scale=2.0),
    Shot("large-text-thread-dark", scenes.opened("Maya Lindhagen"), NARROW, dark=True, scale=2.0),
    Shot("first-start-light", scenes.first_start, LOW),
    Shot("first-start-italian-dark", scenes.first_start, LOW, "it", dark=True),
    Shot("tour-light", scenes.toured, LOW),
    Shot("tour-italian", scenes.toured, LOW, "it"),
    Shot("search-light", scenes.searched("glaze")),
    Shot("searching-light", scenes.searching("glaze is:in after:2y", "a")),
    Shot("searching-italian-dark", scenes.searching("smalto is:in after:2y", "a"), language="it", dark=True),
    Shot("searching-large-text", scenes.searching("glaze is:in after:2y", "a"), NARROW, scale=2.0),
    Shot("search-italian-dark", scenes.searched("smalto"), language="it", dark=True),
    Shot("mail-light", scenes.opened("Colin Draycott")),
    Shot("direct-dark", scenes.opened("Tomás Ferreiro"), dark=True),
    Shot("arabic-light", scenes.opened("ليلى الخطيب"), LOW),
    Shot("mirrored-light", scenes.opened("ليلى الخطيب"), mirrored=True),
    Shot("review-dark", scenes.opened("Ottavia Bellomi"), LOW, dark=True),
    Shot("written-light", scenes.written("Maya Lindhagen", "Thank you both! On the C2 we would begin at 15 clicks ☕")),
    Shot("leaving-italian", scenes.sent("Elena Sabbadin", "Grazie Elena, le tue due partono domani."), language="it"),
    Shot("empty-light", scenes.empty(State.SNOOZED), LOW),
    Shot("empty-italian-dark", scenes.empty(State.SNOOZED), LOW, "it", dark=True),
    Shot("unfound-dark", states.unfound("porcelain elephants"), LOW, dark=True),
    Shot("loading-light", states.loading, LOW),
    Shot("offline-light", states.offline),
    Shot("offline-italian-dark", states.offline, LOW, "it", dark=True),
    Shot("failed-light", states.failed, LOW),
    Shot("failed-dark", states.failed, LOW, dark=True),
    Shot("signed-out-light", states.signed_out, LOW),
    Shot("export", scenes.page(Does.EXPORT)),
    Shot("export-italian-dark", scenes.page(Does.EXPORT), language="it", dark=True),
    Shot("connect-light", scenes.page(Does.ADD_ACCOUNT), LOW),
    Shot("connect-italian-dark", scenes.page(Does.ADD_ACCOUNT), LOW, "it", dark=True),
    Shot("keys-light", scenes.keys, LOW),
    Shot("commands-dark", scenes.commands, LOW, dark=True),
    Shot("desk-view", scenes.view_built("Guests")),
    Shot("desk-view-italian", scenes.view_built("Ospiti"), language="it", dark=True),
    Shot("desk-rules", scenes.rule_written("Where is my parcel?")),
    Shot("desk-rules-italian", scenes.rule_written("Dov’è il mio pacco?"), language="it"),
    Shot("desk-rules-dark", scenes.rule_written("Where is my parcel?"), dark=True),
    Shot("desk-picked", scenes.picked),
    Shot("desk-picked-italian-dark", scenes.picked, LOW, "it", dark=True),
    Shot("ledger-light", scenes.ledger),
    Shot("ledger-italian-dark", scenes.ledger, language="it", dark=True),
    Shot("ledger-large-text", scenes.ledger, NARROW, scale=2.0),
    Shot("settings-light", scenes.settings),
    Shot("settings-italian-dark", scenes.settings, language="it", dark=True),
    Shot("settings-large-text", scenes.settings, NARROW, scale=2.0),
    Shot("import-light", scenes.importing),
    Shot("health-light", people.health),
    Shot("health-italian-dark", people.health, language="it", dark=True),
    Shot("health-large-text", people.health, LOW, "it", scale=2.0),
    Shot("removing-light", people.removing),
    Shot("removing-italian-dark", people.removing, language="it", dark=True),
    Shot("notifications-light", people.manners),
    Shot("notifications-italian-dark", people.manners, language="it", dark=True),
    Shot("member-card", scenes.opened("Tomás Ferreiro")),
    Shot("member-card-italian", scenes.opened("Elena Sabbadin"), language="it"),
    Shot("member-page", people.card_page("Elena Sabbadin")),
    Shot("member-page-italian-dark", people.card_page("Elena Sabbadin"), LOW, "it", dark=True),
    Shot("member-link", people.linking("Tomás Ferreiro")),
    Shot("member-link-italian-dark", people.linking("Tomás Ferreiro"), language="it", dark=True),
    Shot("member-split", people.split("Tomás Ferreiro", "2026-11-25")),
    Shot("member-split-italian-dark", people.split("Tomás Ferreiro", "2026-11-25"), language="it", dark=True),
    Shot("reminders-light", people.due("Maya Lindhagen", "Ask how the glaze came out")),
    Shot("reminders-italian", people.due("Elena Sabbadin", "Chiedere del pacco"), language="it"),
    Shot("reminders-repeat", people.repeated("Maya Lindhagen", 2)),
    Shot("reminders-repeat-italian", people.repeated("Elena Sabbadin", 2), language="it"),
    Shot("reminders-page-italian-dark", scenes.page(Does.REMINDERS), LOW, "it", dark=True),
    Shot("members-light", scenes.page(Does.MEMBERS)),
    Shot("members-italian-dark", scenes.page(Does.MEMBERS), LOW, "it", dark=True),
    Shot("pairs-light", scenes.page(Does.PAIRS)),
    Shot("pairs-italian-dark", scenes.page(Does.PAIRS), LOW, "it", dark=True),
    Shot("pairs-large-text", scenes.page(Does.PAIRS), NARROW, scale=2.0),
    Shot("welcome-light", scenes.page(Does.WELCOME)),
    Shot("welcome-italian-dark", scenes.page(Does.WELCOME), LOW, "it", dark=True),
    Shot("questions-light", scenes.page(Does.QUESTIONS)),
    Shot("questions-italian-dark", scenes.page(Does.QUESTIONS), LOW, "it", dark=True),
    Shot("report-light", scenes.page(Does.REPORT)),
    Shot("report-italian-dark", scenes.page(Does.REPORT), LOW, "it", dark=True),
    Shot("templates-page", scenes.page(Does.TEMPLATES)),
    Shot("templates-page-italian", scenes.page(Does.TEMPLATES), language="it"),
    Shot("templates-picker", writing.picking("Elena Sabbadin", "order"), LOW),
    Shot("templates-picker-italian", writing.picking("Elena Sabbadin", "ordine"), LOW, "it"),
    Shot("templates-composer", writing.inserted("Elena Sabbadin", "order"), LOW),
    Shot("templates-composer-italian", writing.inserted("Elena Sabbadin", "ordine"), LOW, "it"),
    Shot("own-window-light", scenes.detached("Maya Lindhagen")),
    Shot("message-menu-light", writing.menu("Maya Lindhagen"), LOW),
    Shot("message-menu-italian-dark", writing.menu("Elena Sabbadin"), LOW, "it", dark=True),
    Shot("tone-composer-light", writing.toned("Maya Lindhagen", _TONED, "en"), LOW),
    Shot("tone-composer-italian-dark", writing.toned("Elena Sabbadin", _TONED_IT, "it"), LOW, "it", dark=True),
    Shot("tone-post-light", writing.toned_post(_TONED, "en"), LOW),
    Shot("tone-post-italian-dark", writing.toned_post(_TONED_IT, "it"), LOW, "it", dark=True),
    Shot("completing-light", writing.completing("Maya Lindhagen", "Thank you both :smi"), LOW),
    Shot(
        "completing-italian-dark",
        writing.completing("Elena Sabbadin", "Grazie a tutte e due :smi"),
        LOW,
        "it",
        dark=True,
    ),
    Shot("spelling-light", writing.misspelt("Maya Lindhagen", _MISSPELT), LOW),
    Shot("spelling-italian-dark", writing.misspelt("Elena Sabbadin", _MISSPELT_IT), LOW, "it", dark=True),
    Shot("private-light", writing.in_private("Maya Lindhagen", _PRIVATE), LOW),
    Shot("private-italian-dark", writing.in_private("Elena Sabbadin", _PRIVATE_IT), LOW, "it", dark=True),
    Shot("private-large-text", writing.in_private("Maya Lindhagen", _PRIVATE), NARROW, scale=2.0),
    Shot("tone-sheet-light", writing.tone_sheet("en"), LOW),
    Shot("tone-sheet-italian", writing.tone_sheet("it"), LOW, "it"),
    Shot("tone-sheet-large-text-dark", writing.tone_sheet("en"), NARROW, dark=True, scale=2.0),
    Shot("asking-light", writing.asking("Which mug do you drink from today?", "Mug of the day"), LOW),
    Shot("asking-italian-dark", writing.asking("Da quale tazza bevi oggi?", "La tazza del giorno"), LOW, "it", True),
    Shot("asking-large-text", writing.asking("Which mug do you drink from today?"), NARROW, scale=2.0),
)
