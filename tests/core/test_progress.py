"""A listener may say nothing at all."""

from __future__ import annotations

import pytest

from ml_analytics.core.progress import Progress, Silent


def test_silence_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    listener: Progress = Silent()
    listener.stage("1-ingest")
    listener.say("Something was found.")
    listener.advance(1, 2)
    assert capsys.readouterr() == ("", "")
