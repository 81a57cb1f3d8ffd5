"""Secrets leave as digests: equal ones look equal, and another process makes others."""

from __future__ import annotations

import subprocess
import sys

from driftcheck.model.facts import Known
from driftcheck.model.redaction import redacted, withheld


def test_equal_secrets_look_equal_and_others_do_not() -> None:
    assert redacted("hunter2") == redacted("hunter2")
    assert redacted("hunter2") != redacted("hunter3")
    assert redacted("hunter2").startswith("⟨secret ")
    assert "hunter2" not in redacted("hunter2")


def test_the_digest_means_nothing_in_another_process() -> None:
    code = "from driftcheck.model.redaction import redacted; print(ascii(redacted('hunter2')))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert other.strip() != ascii(redacted("hunter2"))


def test_what_was_redacted_stays_as_it_is() -> None:
    assert redacted(redacted("hunter2")) == redacted("hunter2")


def test_a_secret_takes_what_it_beat_with_it() -> None:
    known = Known(value=("a", {"b": "c"}), secret=True, shadows=(Known(value="old"),))
    shadow = Known(value=redacted("old"), secret=True)
    assert withheld(known) == Known(
        value=(redacted("a"), {"b": redacted("c")}), secret=True, shadows=(shadow,)
    )


def test_what_is_no_secret_is_untouched() -> None:
    known = Known(value="plain", shadows=(Known(value="old"),))
    assert withheld(known) is known
