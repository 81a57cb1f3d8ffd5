"""What credentials and certificates come to, and what is wrong with them, before anybody is asked."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from driftcheck.model.configuration import ZooKeeperAccess
from driftcheck.model.facts import Unknown
from driftcheck.sources.znodes.access import NOBODY, Access, access_of
from tests.cli.commands import driftcheck
from tests.services.certificates import authority

SECRET = "hunter2"


def problem(access: ZooKeeperAccess) -> str:
    found = access_of(access)
    assert isinstance(found, Unknown), found
    assert SECRET not in found.reason
    return found.reason


def test_nothing_given_is_nobody() -> None:
    assert access_of(ZooKeeperAccess()) == NOBODY


@pytest.mark.parametrize(
    ("access", "reason"),
    [
        (ZooKeeperAccess(user="kafka", password=SECRET), "set --zk-auth to digest or sasl"),
        (ZooKeeperAccess(auth="digest", password=SECRET), "--zk-auth digest needs a user"),
        (ZooKeeperAccess(auth="digest", user="kafka"), "there is no password for 'kafka'"),
        (ZooKeeperAccess(auth="digest", user="a:b", password=SECRET), "holds no colon"),
        (
            ZooKeeperAccess(auth="digest", user="a", password_file="nowhere"),
            "nowhere cannot be read: no such",
        ),
        (ZooKeeperAccess(tls=True, key="key.pem"), "a key is given without its certificate"),
        (ZooKeeperAccess(tls=False, ca="ca.pem"), "TLS is turned off"),
        (ZooKeeperAccess(ca="nowhere.pem"), "there is no file nowhere.pem"),
    ],
)
def test_what_does_not_fit_together_is_said(access: ZooKeeperAccess, reason: str) -> None:
    assert reason in problem(access)


@pytest.mark.parametrize(
    ("content", "password"), [(b"hunter2\n", SECRET), (b"hunter2\r\n", SECRET), (b" a \n\n", " a \n")]
)
def test_a_password_file_is_its_content_without_the_line_end(
    content: bytes, password: str, tmp_path: Path
) -> None:
    (tmp_path / "password").write_bytes(content)
    access = access_of(ZooKeeperAccess(auth="digest", user="u", password_file=str(tmp_path / "password")))
    assert isinstance(access, Access)
    assert access.password == password
    assert SECRET not in repr(access)


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "is empty"), (b"\n", "is empty"), (b"\xff", "no UTF-8")]
)
def test_a_password_file_without_a_password_is_a_problem(content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "password").write_bytes(content)
    assert reason in problem(
        ZooKeeperAccess(auth="digest", user="u", password_file=str(tmp_path / "password"))
    )


def test_sasl_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "puresasl", None)
    reason = problem(ZooKeeperAccess(auth="sasl", user="kafka", password=SECRET))
    assert reason == "SASL needs the package pure-sasl: pip install 'driftcheck[sasl]'"


def test_files_that_are_no_certificates_are_named(tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("nothing of the kind")
    assert problem(ZooKeeperAccess(ca=str(nonsense))).startswith(f"{nonsense} holds no CA certificate in PEM")
    assert f"{nonsense} are no certificate" in problem(ZooKeeperAccess(tls=True, certificate=str(nonsense)))


def test_a_protected_key_never_asks_on_the_terminal(tmp_path: Path) -> None:
    certificate, key = authority(tmp_path).issue("client", password=SECRET)
    access = ZooKeeperAccess(tls=True, certificate=str(certificate), key=str(key))
    assert "or the password is wrong" in problem(access)
    assert "or the password is wrong" in problem(replace(access, key_password="wrong"))
    assert isinstance(access_of(replace(access, key_password=SECRET)), Access)


def test_the_command_refuses_wrong_credentials_before_it_asks_anybody(tmp_path: Path) -> None:
    done = driftcheck("live", "--zk", "127.0.0.1:1", "--zk-user", "kafka", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "set --zk-auth to digest or sasl" in done.stderr
    done = driftcheck("live", "--zk", "127.0.0.1:1", "--zk-auth", "kerberos", cwd=tmp_path)
    assert '--zk-auth: "kerberos" is no way to authenticate' in done.stderr
