"""Certificates for test servers: an authority of our own, a good certificate, and three that a client must refuse.

They are made anew for each run; no key is ever kept in the repository.
"""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)
_OUR_NAMES = (x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1")))
_FOREIGN_NAMES = (x509.DNSName("elsewhere.example"),)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and its key, as PEM files that a server reads."""

    certificate: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """What a TLS server made in Python needs to show this certificate."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context


@dataclass(frozen=True, slots=True)
class Certificates:
    """Every certificate a test may want a server to show."""

    authority: Path
    """The PEM file a client is told to trust."""
    good: Certificate
    """Valid for `localhost` and 127.0.0.1."""
    expired: Certificate
    """Right in everything, but it ended yesterday."""
    wrong_host: Certificate
    """Valid, but for `elsewhere.example`."""
    self_signed: Certificate
    """For `localhost` and 127.0.0.1, signed by nobody but itself."""

    def client_context(self) -> ssl.SSLContext:
        """What a client needs in order to trust `good`: all the ordinary checks, against our authority alone."""
        return ssl.create_default_context(cafile=self.authority)


@dataclass(frozen=True, slots=True)
class _Signer:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey


def make_certificates(folder: Path) -> Certificates:
    """Make all of them in this folder, readable for the user the servers run as."""
    now = datetime.now(UTC)
    authority = _Signer(_name("Portavoce test authority"), ec.generate_private_key(ec.SECP256R1()))
    root = _authority_certificate(authority, now)
    authority_file = _write(folder / "authority.pem", root.public_bytes(serialization.Encoding.PEM))

    def make(name: str, names: tuple[x509.GeneralName, ...], end: datetime, *, signed: bool = True) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name("localhost")
        signer = authority if signed else _Signer(subject, key)
        certificate = _server_certificate(subject, key, names, signer, end)
        return _save(folder, name, certificate, key)

    return Certificates(
        authority=authority_file,
        good=make("good", _OUR_NAMES, now + _DAY),
        expired=make("expired", _OUR_NAMES, now - _DAY),
        wrong_host=make("wrong-host", _FOREIGN_NAMES, now + _DAY),
        self_signed=make("self-signed", _OUR_NAMES, now + _DAY, signed=False),
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _authority_certificate(authority: _Signer, now: datetime) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = _builder(authority.name, authority.key.public_key(), authority, now + 2 * _DAY)
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(authority.key, hashes.SHA256())
    )


def _server_certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    names: tuple[x509.GeneralName, ...],
    signer: _Signer,
    end: datetime,
) -> x509.Certificate:
    return (
        _builder(subject, key.public_key(), signer, end)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(signer.key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePublicKey, signer: _Signer, end: datetime
) -> x509.CertificateBuilder:
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.name)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - 4 * _DAY)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(identifier, critical=False)
    )


def _save(folder: Path, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Certificate:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    return Certificate(_write(folder / f"{name}.pem", public), _write(folder / f"{name}.key", private))


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o644)
    return path
