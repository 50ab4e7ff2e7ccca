"""Real servers for tests, as pytest fixtures (`fixtures.py`); ask for one by its name and its type:

- `certificates: Certificates` (run): an authority of our own and certificates good, expired, for another host, and
  self-signed; `client_context()` trusts the authority, `certificates.expired.server_context()` shows that one.
- `dovecot: Dovecot` (test, on one server a run): IMAP, IMAPS and LMTP. `new_user()` makes a user,
  `deliver(user, raw)` brings mail, `mailbox(user)` looks and changes things with a plain client, `stop()`, `start()`,
  `restart()`, `change_uidvalidity(user, folder)`, `change_password(user, new)`.
- `smtp_server: SmtpServer` (test): submission with STARTTLS and AUTH that delivers to `dovecot` for the same users.
  `accepted` is its own log, the oracle; `fail(fault, times, rule)` takes a fault of `smtp_faults.py`, before or after
  it accepts; `behave()`, `stop()`, `start()`.
- `smtp_process: SmtpProcess` (test): the same in a process of its own, whose log outlives a killed client.
- `postgres_url: str` (test): the address `postgresql+psycopg://…` of an empty database, removed after the test.
- `postgres: PostgresCluster` (test, on one cluster a run): `new_database(template)`, `drop_database(name)`,
  `url(name)`, `stop()`, `start()`.
- `fault_proxy: MakeFaultProxy` (test): `fault_proxy(port)` puts a `FaultProxy` before any server: `delay`, `throttle`,
  `cut_after(n, direction)`, `reset_connections`, `swallow`, `down`, `up`, `heal`. With `tls=` it shows a certificate.

Tests that use them are marked `server`. A missing program skips them with the reason; with `CI=true` they fail.
`waiting.py` has `wait_until` and, for coroutines, `eventually`: poll with a deadline instead of sleeping.
"""
