"""A certificate authority of a test's own, made with openssl."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.services.requirements import unavailable

PASSWORD = "in-the-keystore"


@dataclass(frozen=True, slots=True)
class Authority:
    """`certificate`: its own, in PEM. All that it makes lies in `folder`."""

    folder: Path
    name: str

    @property
    def certificate(self) -> Path:
        return self.folder / f"{self.name}.pem"

    def issue(self, name: str, *, host: str | None = None, password: str = "") -> tuple[Path, Path]:
        """A certificate and its key; `host`: a DNS name or `IP:…` to be for; `password`: the key's."""
        key, request, made = (self.folder / f"{name}.{end}" for end in ("key", "csr", "pem"))
        protect = ["-passout", f"pass:{password}"] if password else ["-nodes"]
        _openssl(
            *("req", "-new", "-newkey", "rsa:2048", "-keyout", str(key), *protect),
            *("-out", str(request), "-subj", f"/CN={name}"),
        )
        more = self.folder / f"{name}.ext"
        more.write_text(f"subjectAltName={host if ':' in (host or '') else f'DNS:{host or name}'}\n")
        _openssl(
            *("x509", "-req", "-in", str(request), "-days", "2", "-CAcreateserial"),
            *("-CA", str(self.certificate), "-CAkey", str(self.folder / f"{self.name}.key")),
            *("-extfile", str(more), "-out", str(made)),
        )
        return made, key

    def keystore(self, name: str, *, host: str) -> Path:
        """A PKCS #12 file with a server's certificate and key, as Java reads it; PASSWORD opens it."""
        certificate, key = self.issue(name, host=host)
        store = self.folder / f"{name}.p12"
        _openssl(
            *("pkcs12", "-export", "-in", str(certificate), "-inkey", str(key), "-name", name),
            *("-out", str(store), "-passout", f"pass:{PASSWORD}"),
        )
        return store


def authority(folder: Path, name: str = "ca") -> Authority:
    """A new authority; skips or fails the test if there is no openssl."""
    if shutil.which("openssl") is None:
        unavailable("zookeeper", "there is no openssl")
    folder.mkdir(parents=True, exist_ok=True)
    made = Authority(folder, name)
    _openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}"),
        *("-keyout", str(folder / f"{name}.key"), "-out", str(made.certificate)),
    )
    return made


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
