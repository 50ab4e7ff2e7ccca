"""Real servers for tests, as pytest fixtures (`fixtures.py`); ask for one by its name and its type.

"On one a run": the server starts once, and each test finds it running and whole, whatever the last
one did to it.

- `certificates: Certificates` (one a run): an authority of our own and certificates `good`, `expired`,
  `wrong_host` and `self_signed`. `client_context()` trusts the authority; a server made in Python
  shows one with `certificates.expired.server_context()`.
- `dovecot: Dovecot` (on one a run): IMAP with STARTTLS on `imap_port`, TLS on `imaps_port`, LMTP.
  `new_user()` makes a `MailUser` with the usual folders, `deliver(user, raw)` brings mail,
  `mailbox(user)` looks and changes things as another mail program; `stop`, `start`, `restart`,
  `change_uidvalidity(user, folder)`, `change_password(user, new)`.
- `smtp_server: SmtpServer` (new for each test): submission with AUTH, STARTTLS on `port` and TLS on
  `tls_port`, which delivers to `dovecot` for the same users. `accepted` is its own log, the oracle.
  `fail(fault, times, rule)` takes a fault of `smtp_faults.py`, before or after it accepts; `stop`,
  `start`.
- `smtp_process: SmtpProcess` (new for each test): the same in a process of its own, whose `log`
  outlives a killed client.
- `postgres_url: str` (new for each test): `postgresql+psycopg://…` of an empty database.
- `postgres: PostgresCluster` (on one a run): `new_database(template)`, `drop_database(name)`,
  `url(name)`, `stop`, `start`.
- `secret_service: SecretService` (on one a run): a private bus with an open keyring. Merge its
  `environment` into a subprocess's; `lock`, `unlock`, `freeze`, `thaw`.
- `locked_secret_service: SecretService`: the same, locked.
- `fault_proxy: MakeFaultProxy`: `fault_proxy(port)` puts a `FaultProxy` before any server; `delay`,
  `throttle`, `cut_after(count, direction)`, `reset_connections`, `swallow`, `down`, `up`, `heal`.
  With `tls=` it shows a certificate to the client and speaks plainly to the server.

- `mastodon: MastodonServer` (on one a run): a stateful emulator; `new_user(name)` makes a user who can `say`, `edit`,
  `delete` and `ask`.
- `wordpress: WordPressServer` (on one a run): a real one; `new_site()` makes a site with a database of its own, whose
  `new_user`, `new_post`, `visit` (a visitor's comment, held), `insert` and `do` act past its interface, and whose
  `comments()` are the oracle. Where WordPress is missing it is fetched into the tests' cache.
- `gateway: MakeGateway`: `gateway(port)` puts a `Gateway` before a server of plain HTTP. It writes down what was asked
  and answered (`seen`); `before` and `after` hold rules that change, answer or drop it; `down`, `up`.

`dovecot.process` and `smtp_process.process` can be killed, or frozen so that they answer nobody.

Tests that use a server are marked `server`. Where a program is missing they are skipped with the
reason; with `CI=true` they fail. What the servers logged is shown with a failing test, and kept in
pytest's cache under `server-logs`. `waiting.py` has `wait_until` and, for coroutines, `eventually`:
ask until a deadline instead of sleeping.
"""
