"""What an e-mail account is asked for, by the names that the command's `--set` and `--secret` use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from inbox_app.contract.login import Field, FieldType
from inbox_app.contract.texts import _

_SECURITIES = ("tls", "starttls", "none")
_SERVERS = tuple(f"{prefix}_{what}" for prefix in ("imap", "smtp") for what in ("host", "port", "security"))
_BY_PASSWORD, _BY_BROWSER = ("auth", "password"), ("auth", "oauth")


def _server_fields(prefix: str, protocol: str) -> tuple[Field, ...]:
    return (
        Field(
            f"{prefix}_host",
            _("{protocol} server").format(protocol=protocol),
            FieldType.HOST,
            advanced=True,
            hint=_("Found from the address"),
        ),
        Field(f"{prefix}_port", _("{protocol} port").format(protocol=protocol), FieldType.PORT, advanced=True),
        Field(
            f"{prefix}_security",
            _("{protocol} encryption").format(protocol=protocol),
            FieldType.CHOICE,
            default="tls",
            choices=_SECURITIES,
            words=(
                _("From the first byte (TLS)"),
                _("After the greeting (STARTTLS)"),
                _("None, only on this computer"),
            ),
            advanced=True,
        ),
        Field(f"{prefix}_user", _("{protocol} user name").format(protocol=protocol), advanced=True),
        Field(
            f"{prefix}_certificate",
            _("{protocol} certificate").format(protocol=protocol),
            advanced=True,
            hint=_("Only for a server that nobody vouches for: the SHA-256 fingerprint that its owner gave you"),
        ),
    )


def make_address_fields() -> tuple[Field, ...]:
    """What is asked first: from the address the rest is found."""
    return (
        Field("address", _("E-mail address"), FieldType.EMAIL, required=True),
        Field("name", _("Your name"), hint=_("As readers of your mail see it")),
    )


def make_fields() -> tuple[Field, ...]:
    """All fields, in the language of now."""
    return (
        *make_address_fields(),
        Field(
            "auth",
            _("Way to sign in"),
            FieldType.CHOICE,
            default="password",
            choices=("password", "oauth"),
            words=(_("With a password"), _("Through the browser (OAuth)")),
            advanced=True,
            hint=_("The browser needs an OAuth client of your own"),
        ),
        Field(
            "password",
            _("Password"),
            FieldType.SECRET,
            required=True,
            only_with=_BY_PASSWORD,
            hint=_("Some providers want an app password, made in the settings of your account there."),
        ),
        Field("oauth_client_id", _("OAuth client id"), required=True, only_with=_BY_BROWSER),
        Field(
            "oauth_client_secret",
            _("OAuth client secret"),
            FieldType.SECRET,
            only_with=_BY_BROWSER,
            hint=_("Empty if the client has none"),
        ),
        *_server_fields("imap", "IMAP"),
        *_server_fields("smtp", "SMTP"),
        *_service_fields(),
        Field(
            "aliases",
            _("Other addresses of yours"),
            advanced=True,
            hint=_("Separated by commas; an answer leaves from the address that the mail was sent to"),
        ),
        Field(
            "folders",
            _("More folders"),
            advanced=True,
            hint=_("Besides the inbox and the sent mail, separated by commas"),
        ),
    )


def _service_fields() -> tuple[Field, ...]:
    return tuple(
        Field(name, label, advanced=True, only_with=_BY_BROWSER, hint=_("Known for the large providers"))
        for name, label in (
            ("oauth_authorize_url", _("Address of the sign-in page")),
            ("oauth_token_url", _("Address that gives out tokens")),
            ("oauth_scopes", _("What is asked for (scopes)")),
        )
    )


def fill_fields(settings: Mapping[str, str], *, show_way: bool, show_servers: bool) -> tuple[Field, ...]:
    """All fields with what is known. What a person has to look at stands among the first and is not folded away: the
    way to sign in where there are two, the servers where their names are guesses."""
    shown = {*(("auth",) if show_way else ()), *(_SERVERS if show_servers else ())}
    filled = (replace(field, default=settings.get(field.name, field.default)) for field in make_fields())
    return tuple(replace(field, advanced=False) if field.name in shown else field for field in filled)


FIELDS = make_fields()
