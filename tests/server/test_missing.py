"""Without its programs a proof is not silently left out."""

import pytest
import running


@pytest.mark.parametrize(
    ("ci", "outcome"),
    [
        pytest.param("true", pytest.fail.Exception, id="CI fails"),
        pytest.param("", pytest.skip.Exception, id="a person is told what to install"),
    ],
)
def test_a_missing_server_is_said(
    monkeypatch: pytest.MonkeyPatch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)

    with pytest.raises(outcome, match="no-such-server is missing: apt-get install"):
        running.program("no-such-server")
