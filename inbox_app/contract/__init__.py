"""All that a connector may know of us: the connector manual.

A connector turns one service into *events and receipts*. It never sees the database, another connector or the window.

What to write, in six steps
---------------------------
1. A folder `connectors/<key>/` with `__init__.py` (the `MANIFEST`), `connector.py`, `client.py`, `wire.py`, `login.py`.
2. `wire.py`: pure functions from the service's answers to the values of `remote`, and from `acts` to requests.
3. `connector.py`: a class that inherits `Connector` and one class per verb it can do (`Sends`, `Listens`, …).
4. `login.py`: the sign-in as data (`login.Form`, `OpenBrowser`, `ShowCode`, `Done`).
5. One line in `connectors/CATALOGUE`.
6. Tests that inherit the shared test class of `tests/contract`, against the real server or a stateful fake.

What holds for every connector
------------------------------
- `pull` gives events oldest first; applying a batch twice changes nothing; the cursor is opaque JSON, and the program
  keeps it in the same transaction as the events. Never a cursor by "unread" or "last N".
- A message is identified by (account, remote id). It belongs to a conversation by its `keys`: messages of one account
  and kind that share any key are one conversation, in whatever order they come.
- A private conversation with one person is begun by an act of one form on every channel: see `acts.Act`. A connector
  that can do it says `Action.REPLY_PRIVATELY` of the account, and of each public message whose author is written to so.
- Only the errors of `errors` may be raised. `NotSent` promises that nothing arrived; in doubt raise `Unsure`.
- Secrets come in `Host.secrets`; a renewed one is given to `Host.keep` *before* it is used, and what another connector
  of the account renewed meanwhile is read by `Host.kept` (`connectors.shared.oauth2` does both).
- Texts for people go through `texts._`; a failure is a sentence that says what happened and what to do.
- Archives are read by `ReadsArchive`, in the formats that the manifest declares; `archive` says what is promised.
- HTTP goes through `Host.http`, MIME and HTML through `Host.content`; calls that block through `Host.blocking`.
"""
