"""Only by its own names can the server be asked: no page whose name leads here passes for ours."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.api.test_detect import assert_problem, send
from unmask.api.app import create_app
from unmask.settings import Settings, SettingsError, load_settings


def client(settings: Settings, called: str, **changes: object) -> TestClient:
    """A browser that calls the server so."""
    own = settings.model_copy(update={"hosts": (), **changes})
    return TestClient(create_app(own), headers={"Host": called})


def test_a_page_whose_name_was_made_to_lead_here_gets_nothing(
    settings: Settings, face_jpeg: bytes
) -> None:
    """DNS rebinding: for the browser all of it is one site, and its cookies are new ones."""
    evil = client(settings, "evil.example:8000")
    evil.headers |= {"Origin": "http://evil.example:8000", "Sec-Fetch-Site": "same-origin"}
    response = send(evil, "/api/detect", face_jpeg)
    problem = assert_problem(response, 421, "wrong-host")
    assert "`evil.example:8000`" in problem["detail"] and "UNMASK_HOSTS" in problem["detail"]
    assert "set-cookie" not in response.headers
    assert "nosniff" in response.headers["x-content-type-options"]
    for path in ("/", "/api/models", "/api/ready", "/metrics"):
        assert_problem(evil.get(path), 421, "wrong-host")


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST:8000", "localhost.", "unmask:80", "127.0.0.1:8000",
        "127.8.8.8", "[::1]:8000", "192.168.1.7:8000", "[fe80::1]",
    ],
)  # fmt: skip
def test_an_address_and_a_name_that_nobody_owns_are_known(settings: Settings, host: str) -> None:
    assert client(settings, host).get("/api/health").status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example.:80", "localhost.evil.example", "127.0.0.1.evil.example",
     "[evil.example]", "127.0.0.1@evil.example", "x." * 2500],
)  # fmt: skip
def test_any_other_is_not(settings: Settings, host: str) -> None:
    answer = client(settings, host).get("/api/health")
    assert_problem(answer, 421, "wrong-host")
    assert len(answer.text) < 1000


def test_names_that_settings_give_are_known(settings: Settings) -> None:
    for changes in (
        {"hosts": ("box.example",)},
        {"public_url": "https://box.example"},
        {"host": "box.example"},
    ):
        assert client(settings, "Box.example:443", **changes).get("/api/health").status_code == 200
        other = client(settings, "other.example", **changes).get("/api/health")
        assert_problem(other, 421, "wrong-host")


def test_a_name_is_no_address_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNMASK_HOSTS", "box.example, https://other.example/")
    with pytest.raises(SettingsError, match=r"https://other\.example/.*host name"):
        load_settings()
