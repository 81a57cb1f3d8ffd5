"""With what ZooKeeper is entered: credentials and TLS, read from where the configuration says."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from driftcheck.model.configuration import ZooKeeperAccess
from driftcheck.model.facts import Unknown, UnknownKind
from driftcheck.model.frozen import frozen
from driftcheck.sources.files.one_file import read_file

if TYPE_CHECKING:
    import ssl

MAX_PASSWORD_BYTES = 4096

_NO_KEY_PASSWORD = ""
"""What OpenSSL is told: without any password it would ask for one on the terminal."""


@frozen
class Access:
    """`auth`: "digest", "sasl" or None for nobody in particular. `tls` None: connections are plain."""

    auth: str | None = None
    user: str = ""
    password: str = ""
    tls: ssl.SSLContext | None = None

    def __repr__(self) -> str:
        return f"Access(auth={self.auth!r}, …)"

    @property
    def who(self) -> str:
        """How a message calls whoever asks."""
        if self.auth is None:
            return "a client without credentials"
        return f"{'the SASL user' if self.auth == 'sasl' else 'the digest user'} {self.user!r}"

    def connect(self, address: tuple[str, int], hostname: str, seconds: float) -> socket.socket:
        """A connection to an address, with TLS to `hostname` if it is wanted. OSError if there is none."""
        plain = socket.create_connection(address, timeout=max(seconds, 0.001))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls is None:
            return plain
        try:
            return self.tls.wrap_socket(plain, server_hostname=hostname)
        except BaseException:
            plain.close()
            raise


NOBODY = Access()


def access_of(wanted: ZooKeeperAccess) -> Access | Unknown:
    """What the configuration means; Unknown for what is incomplete, cannot be read or is no certificate."""
    problem = _problem(wanted)
    if problem is not None:
        return problem
    password = _secret(wanted.password, wanted.password_file)
    key_password = _secret(wanted.key_password, wanted.key_password_file)
    for secret in (password, key_password):
        if isinstance(secret, Unknown):
            return secret
    if wanted.auth is not None and not password:
        return _missing(
            f"there is no password for {wanted.user!r}: set DRIFTCHECK_ZK_PASSWORD or --zk-password-file"
        )
    tls = _context(wanted, str(key_password)) if wanted.with_tls else None
    if isinstance(tls, Unknown):
        return tls
    return Access(auth=wanted.auth, user=wanted.user or "", password=str(password), tls=tls)


def _problem(wanted: ZooKeeperAccess) -> Unknown | None:
    """What does not fit together."""
    credentials = (wanted.user, wanted.password, wanted.password_file)
    if wanted.auth is None and any(credentials):
        return _missing("a user or password is given, but not for what: set --zk-auth to digest or sasl")
    if wanted.auth is not None and not wanted.user:
        return _missing(f"--zk-auth {wanted.auth} needs a user: set --zk-user")
    if wanted.auth == "digest" and ":" in (wanted.user or ""):
        return _missing("a digest user's name holds no colon")
    if wanted.auth == "sasl":
        try:
            import puresasl  # noqa: F401 (what kazoo does SASL with; it only says so once it is too late)
        except ImportError:
            return _missing("SASL needs the package pure-sasl: pip install 'driftcheck[sasl]'")
    if wanted.key and not wanted.certificate:
        return _missing("a key is given without its certificate: set --zk-certificate")
    if wanted.tls is False and (wanted.ca or wanted.certificate):
        return _missing("files for TLS are given, but TLS is turned off")
    return None


def _secret(given: str | None, file: str | None) -> str | Unknown:
    """The secret itself, or a file's content without the line end; empty if there is neither."""
    if file is None:
        return given or ""
    content = read_file(file, max_bytes=MAX_PASSWORD_BYTES)
    if isinstance(content, Unknown):
        return _missing(f"the password file {file} cannot be read: {content.reason}")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _missing(f"the password file {file} is no UTF-8")
    secret = text.removesuffix("\n").removesuffix("\r")
    return secret or _missing(f"the password file {file} is empty")


def _context(wanted: ZooKeeperAccess, key_password: str) -> ssl.SSLContext | Unknown:
    """TLS by the given CA alone, or by the system's; names are checked unless that is refused."""
    import ssl

    for file in (wanted.ca, wanted.certificate, wanted.key):
        if file is not None and not os.path.isfile(file):
            return _missing(f"there is no file {file}")
    try:
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=wanted.ca)
    except OSError as error:
        return _missing(f"{wanted.ca} holds no CA certificate in PEM: {_reason(error)}")
    context.check_hostname = wanted.verify_hostname
    if wanted.certificate is not None:
        try:
            context.load_cert_chain(wanted.certificate, wanted.key, password=key_password or _NO_KEY_PASSWORD)
        except (OSError, ValueError) as error:
            files = " and ".join(file for file in (wanted.certificate, wanted.key) if file)
            return _missing(
                f"{files} are no certificate and key in PEM, or the password is wrong: {_reason(error)}"
            )
    return context


def _reason(error: Exception) -> str:
    """OpenSSL's own word for it, or the system's."""
    return str(getattr(error, "reason", None) or getattr(error, "strerror", None) or error).lower()


def _missing(reason: str) -> Unknown:
    return Unknown(kind=UnknownKind.FAULT, reason=reason)
