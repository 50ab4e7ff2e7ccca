"""Which subcommands there are, and the module that knows each; nothing is imported for a list."""

from __future__ import annotations

from dataclasses import dataclass

from inbox_app.i18n import LazyText, lazy_gettext


@dataclass(frozen=True, slots=True)
class Entry:
    """One subcommand: the module of `inbox_app.cli` that runs it and what it does in a few words."""

    module: str
    help: LazyText


ENTRIES: dict[str, Entry] = {
    "practice": Entry("practice", lazy_gettext("make or open the practice workspace")),
    "channels": Entry("about", lazy_gettext("list the kinds of services that can be connected")),
    "account": Entry(
        "accounts", lazy_gettext("connect, list, check, pause, resume or remove accounts; how their mails are written")
    ),
    "sync": Entry("syncing", lazy_gettext("pull what is new and send what is due")),
    "import": Entry("importing", lazy_gettext("bring in an export of ours, or mail that another program kept")),
    "export": Entry("exporting", lazy_gettext("write history into files: everything, or what is chosen")),
    "workspace": Entry(
        "workspaces", lazy_gettext("make a workspace, encrypt or decrypt it, unlock it with its recovery phrase")
    ),
    "backup": Entry("backing", lazy_gettext("copy the whole workspace, and read the copy back")),
    "restore": Entry("backing", lazy_gettext("bring a backup back, as a new workspace or over one")),
    "ledger": Entry("syncing", lazy_gettext("compare what the services hold with what is here")),
    "list": Entry("inbox", lazy_gettext("list conversations, newest first")),
    "show": Entry("inbox", lazy_gettext("show a conversation with its messages")),
    "attachment": Entry("attachments", lazy_gettext("save a file of a message")),
    "search": Entry("inbox", lazy_gettext("search all messages")),
    "reply": Entry("writing", lazy_gettext("answer a conversation")),
    "act": Entry("acting", lazy_gettext("hide, like, react to, edit, delete … a message on its service")),
    "post": Entry("acting", lazy_gettext("publish something that can be commented on")),
    "forward": Entry("letters", lazy_gettext("pass a mail on to somebody else")),
    "new": Entry("letters", lazy_gettext("write a mail to somebody")),
    "draft": Entry("writing", lazy_gettext("list, show, save or discard drafts")),
    "template": Entry("templates", lazy_gettext("keep reusable replies, look at them, take them out and in")),
    "tone": Entry("tone", lazy_gettext("lay down how the brand speaks, and check a text against it")),
    "outbox": Entry("writing", lazy_gettext("see what waits to be sent, take it back, or decide about it")),
    "done": Entry("triage", lazy_gettext("mark conversations done")),
    "reopen": Entry("triage", lazy_gettext("open conversations again")),
    "read": Entry("triage", lazy_gettext("mark conversations read")),
    "unread": Entry("triage", lazy_gettext("mark conversations unread")),
    "tag": Entry("triage", lazy_gettext("put tags on a conversation (+name) or take them off (-name)")),
    "snooze": Entry("triage", lazy_gettext("hide a conversation until a moment")),
    "remind": Entry("reminders", lazy_gettext("be reminded of a conversation or a member")),
    "reminders": Entry("reminders", lazy_gettext("list reminders, or write them to a calendar file")),
    "reminder": Entry("reminders", lazy_gettext("deal with a reminder, or move it")),
    "priority": Entry("triage", lazy_gettext("mark a conversation as important (a star, in mail), or as no longer so")),
    "hat": Entry("triage", lazy_gettext("work a conversation under a hat")),
    "assign": Entry("triage", lazy_gettext("give a conversation to a colleague")),
    "rule": Entry("rules", lazy_gettext("let things be done by themselves with messages that arrive")),
    "view": Entry("views", lazy_gettext("keep filters under a name, and count what they select")),
    "merge": Entry("regrouping", lazy_gettext("join conversations into the first of them")),
    "split": Entry("regrouping", lazy_gettext("let messages be a conversation of their own")),
    "move": Entry("regrouping", lazy_gettext("let messages be shown in another conversation")),
    "copies": Entry("copies", lazy_gettext("say whether mail that several accounts got is shown as one")),
    "colleague": Entry("colleagues", lazy_gettext("list who uses the workspace, or welcome somebody")),
    "member": Entry("members", lazy_gettext("see, note, tag, link and unlink the people who write")),
    "welcome": Entry("welcoming", lazy_gettext("list newcomers, welcome them, or pass them over")),
    "questions": Entry("questions", lazy_gettext("list open questions, ours with their answers, and who helped")),
    "report": Entry("reports", lazy_gettext("count volume, response times, questions and newcomers")),
    "undo": Entry("triage", lazy_gettext("take the last decision back, or one that “history” lists")),
    "history": Entry("clearing", lazy_gettext("list everything that was decided, newest first")),
    "clear": Entry(
        "clearing", lazy_gettext("hide what came in on its service, or mark it as spam, and be done with it")
    ),
    "settings": Entry("preferences", lazy_gettext("tell and change what you prefer on this computer")),
    "picture": Entry("picture", lazy_gettext("draw the window to a file, without a screen")),
    "doctor": Entry("about", lazy_gettext("say which versions run and whether all is well")),
}
