from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.keeping import Server, check, keep, save
from tests.api.test_detect import assert_problem, send
from unmask.api.services import services_of_app
from unmask.history import tokens
from unmask.history.tables import Base


class TestTwoVisitors:
    def test_neither_finds_anything_of_the_other(
        self, alice: TestClient, bob: TestClient, face_jpeg: bytes
    ) -> None:
        entry, waiting = keep(alice, face_jpeg), check(alice, face_jpeg)["id"]
        keep(bob, face_jpeg)  # the very same picture
        addresses = [entry["self"], entry["picture"], entry["thumbnail"],
                     f"{entry['self']}/heatmaps/0",
                     f"{entry['self']}/heatmaps/0?label=sdxl"]  # fmt: skip
        for address in addresses:
            assert alice.get(address).status_code == 200
            mine = bob.get(address)
            nobodys = bob.get(address.replace(entry["id"], "A" * 40))
            assert_problem(mine, 404, "unknown-report")
            assert mine.content == nobodys.content
        for report_id in (entry["id"], waiting):
            assert_problem(save(bob, report_id), 404, "unknown-report")
        response = bob.delete(f"/api/history/images/{entry['id']}")
        assert_problem(response, 404, "unknown-report")
        ids = [one["id"] for one in bob.get("/api/history/images").json()["items"]]
        assert len(ids) == 1 and entry["id"] not in ids
        assert entry["id"] not in bob.get("/api/history/export?format=json").text
        assert bob.delete("/api/history/images").json() == {"deleted": 1}
        assert alice.get(entry["picture"]).content == face_jpeg
        assert save(alice, waiting).status_code == 201

    def test_who_has_no_cookie_has_nothing(self, server: Server, face_jpeg: bytes) -> None:
        entry = keep(server.visitor(), face_jpeg)
        stranger = server.visitor()
        assert_problem(stranger.get(entry["picture"]), 404, "unknown-report")
        assert stranger.get("/api/history/images").json()["total"] == 0
        assert stranger.delete("/api/history/images").json() == {"deleted": 0}
        assert "set-cookie" not in stranger.get("/api/history/images").headers

    @pytest.mark.parametrize("cookie", ["", "a", "x" * 42, "x" * 44, "%00" * 15])
    def test_a_cookie_that_we_did_not_make_is_replaced(
        self, server: Server, face_jpeg: bytes, cookie: str
    ) -> None:
        client = server.visitor()
        response = client.post(
            "/api/detect",
            files={"image": face_jpeg},
            headers={"Cookie": f"unmask_visitor={cookie}"},
        )
        assert response.status_code == 200
        assert len(response.cookies["unmask_visitor"]) == 43


class TestCookie:
    def test_it_is_kept_from_scripts_and_other_sites(
        self, alice: TestClient, face_jpeg: bytes
    ) -> None:
        response = send(alice, "/api/detect", face_jpeg)
        name, *flags = response.headers["set-cookie"].split("; ")
        assert name.startswith("unmask_visitor=")
        assert set(flags) == {"HttpOnly", "Path=/api", "SameSite=strict", "Max-Age=31536000"}
        # It stays the same, and its year begins anew.
        again = send(alice, "/api/detect", face_jpeg).headers["set-cookie"]
        assert again == response.headers["set-cookie"]

    @pytest.mark.parametrize(
        ("base", "changes"),
        [
            ("https://testserver", {}),
            ("http://testserver", {"public_url": "https://unmask.example"}),
        ],
    )
    def test_over_https_it_is_secure(
        self, server: Server, face_jpeg: bytes, base: str, changes: dict[str, Any]
    ) -> None:
        client = TestClient(server.start(**changes), base_url=base)
        assert "; Secure" in send(client, "/api/detect", face_jpeg).headers["set-cookie"]

    def test_the_database_has_only_its_hash_and_no_address(
        self, server: Server, alice: TestClient, face_jpeg: bytes
    ) -> None:
        keep(alice, face_jpeg)
        secret = alice.cookies["unmask_visitor"]
        database = services_of_app(server.app).storage.open().database
        with database.reading() as connection:
            everything = "".join(
                str(connection.execute(table.select()).all())
                for table in Base.metadata.tables.values()
            )
        assert secret not in everything
        assert "testclient" not in everything and "127.0.0.1" not in everything

    def test_where_nothing_is_kept_there_is_no_cookie(
        self, server: Server, face_jpeg: bytes
    ) -> None:
        client = server.visitor(server.start(history=False))
        assert "set-cookie" not in send(client, "/api/detect", face_jpeg).headers


CHANGES: dict[str, Callable[[TestClient, dict[str, str]], Any]] = {
    "save": lambda client, headers: client.post(
        "/api/history/save", json={"report_id": "x"}, headers=headers
    ),
    "delete": lambda client, headers: client.delete("/api/history/images/x", headers=headers),
    "delete all": lambda client, headers: client.delete("/api/history/images", headers=headers),
}
FROM_ELSEWHERE: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://testserver.evil.example"},
    {"Origin": "http://testserver:8000"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
]


class TestCrossSite:
    @pytest.fixture
    def plain(self, server: Server, face_jpeg: bytes) -> TestClient:
        """A client with a cookie that says nothing of where its requests come from."""
        client = TestClient(server.app)
        check(client, face_jpeg)
        return client

    @pytest.mark.parametrize("headers", [*FROM_ELSEWHERE, {}], ids=str)
    @pytest.mark.parametrize("name", CHANGES)
    def test_another_site_can_change_nothing(
        self, plain: TestClient, name: str, headers: dict[str, str]
    ) -> None:
        assert_problem(CHANGES[name](plain, headers), 403, "cross-site")

    @pytest.mark.parametrize(
        "headers",
        [{"Origin": "http://testserver"}, {"Origin": "https://testserver"},
         {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "same-origin", "Origin": "http://x"}],
        ids=str,
    )  # fmt: skip
    @pytest.mark.parametrize("name", CHANGES)
    def test_our_own_page_can(self, plain: TestClient, name: str, headers: dict[str, str]) -> None:
        assert CHANGES[name](plain, headers).status_code in (200, 404)

    @pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=str)
    def test_another_site_cannot_replace_the_cookie(
        self, server: Server, face_jpeg: bytes, headers: dict[str, str]
    ) -> None:
        client = TestClient(server.app)
        response = client.post("/api/detect", files={"image": face_jpeg}, headers=headers)
        assert_problem(response, 403, "cross-site")
        assert "set-cookie" not in response.headers
        assert client.post("/api/detect", files={"image": face_jpeg}).status_code == 200

    def test_behind_a_proxy_the_public_address_counts(
        self, server: Server, face_jpeg: bytes
    ) -> None:
        app = server.start(public_url="https://unmask.example/")
        client = TestClient(app, base_url="https://inside")
        check(client, face_jpeg)
        for origin, status in (("https://unmask.example", 200), ("http://unmask.example", 403),
                               ("https://inside", 403)):  # fmt: skip
            response = client.delete("/api/history/images", headers={"Origin": origin})
            assert response.status_code == status, origin


class TestTokens:
    @pytest.fixture
    def token(self, server: Server, request: pytest.FixtureRequest) -> str:
        history = services_of_app(server.app).storage.open()
        return tokens.create_token(history, request.node.name)

    def test_a_token_has_a_history_of_its_own(
        self, server: Server, token: str, alice: TestClient, face_jpeg: bytes
    ) -> None:
        program = TestClient(server.app, headers={"Authorization": f"Bearer {token}"})
        entry = keep(program, face_jpeg)  # no `Origin` is needed
        assert not program.cookies
        again = TestClient(server.app, headers={"Authorization": f"bearer {token}"})
        assert again.get(entry["picture"]).content == face_jpeg
        assert_problem(alice.get(entry["picture"]), 404, "unknown-report")
        # A token counts before a cookie.
        keep(alice, face_jpeg)
        both = alice.get("/api/history/images", headers={"Authorization": f"Bearer {token}"})
        assert [one["id"] for one in both.json()["items"]] == [entry["id"]]
        assert program.delete(f"/api/history/images/{entry['id']}").status_code == 204

    @pytest.mark.parametrize("wrong", ["", "x", "unmask_" + "A" * 43, "é", "a b"])
    def test_a_wrong_token_is_refused_even_where_none_is_needed(
        self, server: Server, wrong: str
    ) -> None:
        headers = {"Authorization": f"Bearer {wrong}".encode("latin-1")}
        response = TestClient(server.app).get("/api/history/images", headers=headers)
        assert_problem(response, 401, "token-invalid")
        assert response.headers["www-authenticate"] == "Bearer"

    def test_a_revoked_token_is_refused_at_once(self, server: Server, token: str) -> None:
        program = TestClient(server.app, headers={"Authorization": f"Bearer {token}"})
        assert program.get("/api/models").status_code == 200
        history = services_of_app(server.app).storage.open()
        for one in tokens.list_tokens(history):
            tokens.revoke_token(history, one.name)
        assert_problem(program.get("/api/models"), 401, "token-invalid")

    @pytest.mark.parametrize("history", [True, False])
    def test_where_tokens_are_required_nothing_goes_without(
        self, server: Server, token: str, face_jpeg: bytes, history: bool
    ) -> None:
        app = server.start(require_token=True, history=history)
        without, with_one = TestClient(app), TestClient(app)
        with_one.headers["Authorization"] = f"Bearer {token}"
        calls = [("GET", "/api/models"), ("GET", "/api/models/tiny"), ("POST", "/api/detect"),
                 ("POST", "/api/validate-face"), ("POST", "/api/history/save"),
                 ("GET", "/api/history/images"), ("DELETE", "/api/history/images"),
                 ("GET", "/api/history/images/x"), ("GET", "/api/history/images/x/picture"),
                 ("GET", "/api/history/images/x/thumbnail"), ("GET", "/api/history/export"),
                 ("GET", "/api/history/images/x/heatmaps/0"), ("GET", "/api/openapi.json"),
                 ("DELETE", "/api/history/images/x"), ("GET", "/metrics"), ("GET", "/api/health"),
                 ("GET", "/api/ready")]  # fmt: skip
        for method, path in calls:
            response = without.request(method, path)
            assert_problem(response, 401, "token-missing")
            assert response.headers["www-authenticate"] == "Bearer"
            assert with_one.request(method, path).status_code != 401
        assert send(with_one, "/api/detect", face_jpeg).status_code == 200
        assert "unmask_queue_depth" in with_one.get("/metrics").text
        assert with_one.get("/api/ready").status_code == 200
