"""What an e-mail account is asked for, by the names that the command's `--set` and `--secret` use."""

from __future__ import annotations

from inbox_app.contract.login import Field, FieldType
from inbox_app.contract.texts import _

_SECURITIES = ("tls", "starttls", "none")


def _server_fields(prefix: str, protocol: str) -> tuple[Field, ...]:
    return (
        Field(
            f"{prefix}_host",
            _("{protocol} server").format(protocol=protocol),
            FieldType.HOST,
            advanced=True,
            hint=_("Guessed from the address"),
        ),
        Field(f"{prefix}_port", _("{protocol} port").format(protocol=protocol), FieldType.PORT, advanced=True),
        Field(
            f"{prefix}_security",
            _("{protocol} encryption").format(protocol=protocol),
            FieldType.CHOICE,
            default="tls",
            choices=_SECURITIES,
            advanced=True,
        ),
        Field(f"{prefix}_user", _("{protocol} user name").format(protocol=protocol), advanced=True),
    )


def make_fields() -> tuple[Field, ...]:
    """The fields in the language of now."""
    return (
        Field("address", _("E-mail address"), FieldType.EMAIL, required=True),
        Field(
            "password",
            _("Password"),
            FieldType.SECRET,
            required=True,
            hint=_("Some providers want an app password, made in the settings of your account there."),
        ),
        Field("name", _("Your name"), hint=_("As readers of your mail see it")),
        *_server_fields("imap", "IMAP"),
        *_server_fields("smtp", "SMTP"),
        Field(
            "folders",
            _("More folders"),
            advanced=True,
            hint=_("Besides the inbox and the sent mail, separated by commas"),
        ),
        Field("auth", _("Way to sign in"), FieldType.CHOICE, default="password", choices=("password",), advanced=True),
    )


FIELDS = make_fields()
