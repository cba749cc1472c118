"""Who asks too often gets 429; others, and who asks from the server's own machine, do not."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.api.serving import running
from tests.api.test_detect import assert_problem
from unmask.api.app import create_app
from unmask.api.guards import rates
from unmask.api.guards.rates import Buckets
from unmask.settings import Settings

LIMIT = 3
Visit = Callable[..., TestClient]


class TestBuckets:
    @pytest.fixture
    def moment(self) -> list[float]:
        return [1000.0]

    def test_a_minutes_worth_may_come_at_once_and_then_one_a_step(
        self, moment: list[float]
    ) -> None:
        buckets = Buckets(60, lambda: moment[0])
        assert [buckets.take("a") for _ in range(60)] == [0.0] * 60
        assert buckets.take("a") == pytest.approx(1.0)
        assert buckets.take("b") == 0.0
        moment[0] += 0.9
        assert buckets.take("a") == pytest.approx(0.1)
        moment[0] += 0.1
        assert buckets.take("a") == 0.0
        assert buckets.take("a") == pytest.approx(1.0)
        moment[0] += 1000  # and it does not fill beyond its size
        assert [buckets.take("a") for _ in range(60)] == [0.0] * 60
        assert buckets.take("a") > 0

    def test_clients_take_bounded_memory_and_the_latest_are_remembered(
        self, moment: list[float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rates, "MAX_CLIENTS", 10)
        buckets = Buckets(1, lambda: moment[0])
        assert buckets.take("again") == 0.0
        for number in range(1000):
            assert buckets.take(f"one of many {number}") == 0.0
            assert len(buckets) <= 10
            assert number % 5 or buckets.take("again") > 0  # asked lately, so it is remembered
        assert buckets.take("one of many 999") > 0
        assert buckets.take("one of many 0") == 0.0

    def test_more_than_one_may_be_taken_and_never_more_than_it_holds(
        self, moment: list[float]
    ) -> None:
        buckets = Buckets(1000, lambda: moment[0], period=10.0)
        assert buckets.take("a", 1001) > 0
        assert buckets.take("a", 600) == 0.0
        assert buckets.take("a", 500) == pytest.approx(1.0)
        assert buckets.take("a", 400) == 0.0
        moment[0] += 5.0
        assert buckets.take("a", 501) > 0
        assert buckets.take("a", 500) == 0.0


class TestLimit:
    @pytest.fixture
    def visit(self, settings: Settings, page_folder: Path) -> Visit:
        """Makes clients of a server with a low limit, each at an address."""
        app = create_app(settings.model_copy(update={"rate_limit": LIMIT}), page_folder)

        def new(address: str, **headers: str) -> TestClient:
            return TestClient(app, client=(address, 50_000), headers=headers)

        return new

    def test_who_asks_too_often_is_told_when_to_come_back(self, visit: Visit) -> None:
        client = visit("203.0.113.7")
        for _ in range(LIMIT):
            assert client.get("/api/models").status_code == 200
        response = client.get("/api/models")
        problem = assert_problem(response, 429, "too-many-requests")
        wait = int(response.headers["retry-after"])
        assert 1 <= wait <= 60 / LIMIT and f"{wait} seconds" in problem["detail"]
        assert "nosniff" in response.headers["x-content-type-options"]
        assert_problem(client.post("/api/detect"), 429, "too-many-requests")
        assert visit("203.0.113.8").get("/api/models").status_code == 200

    def test_the_page_and_probes_always_answer(self, visit: Visit) -> None:
        client = visit("203.0.113.7")
        assert [client.get("/api/nothing").status_code for _ in range(LIMIT + 1)][-1] == 429
        for path in ("/", "/api/health", "/api/ready", "/metrics"):
            assert client.get(path).status_code == 200

    @pytest.mark.parametrize("path", ["/api/health", "/api/ready", "/metrics"])
    def test_probes_with_tokens_which_are_looked_up_are_limited(
        self, visit: Visit, path: str
    ) -> None:
        client = visit("203.0.113.7", Authorization="Bearer made-up")
        assert [client.get(path).status_code for _ in range(LIMIT + 1)] == [401] * LIMIT + [429]

    @pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
    def test_the_own_machine_has_no_limit(self, visit: Visit, address: str) -> None:
        client = visit(address)
        assert {client.get("/api/models").status_code for _ in range(5 * LIMIT)} == {200}

    def test_all_addresses_of_a_network_of_version_6_are_one_client(self, visit: Visit) -> None:
        for host in range(1, LIMIT + 1):
            assert visit(f"2001:db8::{host}").get("/api/models").status_code == 200
        assert visit("2001:db8::ffff:1").get("/api/models").status_code == 429
        assert visit("2001:db8:0:1::1").get("/api/models").status_code == 200

    def test_a_token_has_one_limit_wherever_it_is_used(self, visit: Visit) -> None:
        for host in range(1, LIMIT + 1):
            visit(f"203.0.113.{host}", Authorization="Bearer shared").get("/api/models")
        response = visit("203.0.113.99", Authorization="bearer  shared").get("/api/models")
        assert response.status_code == 429
        other = visit("203.0.113.99", Authorization="Bearer other").get("/api/models")
        assert other.status_code == 401

    def test_made_up_tokens_give_an_address_no_more(self, visit: Visit) -> None:
        statuses = [
            visit("203.0.113.7", Authorization=f"Bearer made-up-{n}").get("/api/models").status_code
            for n in range(LIMIT + 1)
        ]
        assert statuses == [401] * LIMIT + [429]

    def test_without_a_limit_there_is_none(self, settings: Settings) -> None:
        client = TestClient(create_app(settings), client=("203.0.113.7", 50_000))
        assert {client.get("/api/models").status_code for _ in range(20)} == {200}


class TestProxy:
    @staticmethod
    def statuses(settings: Settings, forwarded: list[str], **changes: object) -> list[int]:
        """Of requests that come from this machine and say that they were forwarded."""
        own = settings.model_copy(update={"rate_limit": LIMIT, **changes})
        found = []
        with running(own) as port:
            for value in forwarded:
                with closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
                    connection.request("GET", "/api/models", headers={"X-Forwarded-For": value})
                    found.append(connection.getresponse().status)
        return found

    def test_who_is_no_named_proxy_is_not_believed(self, settings: Settings) -> None:
        asked = [f"203.0.113.{number}" for number in range(LIMIT + 1)]
        for other in ({}, {"trusted_proxies": ("10.0.0.1",)}):  # all who come by it are one client
            assert self.statuses(settings, asked, **other) == [200] * LIMIT + [429]

    def test_a_named_proxy_says_who_asks_and_clients_cannot(self, settings: Settings) -> None:
        asked = [f"198.51.100.{n}, 203.0.113.7" for n in range(LIMIT + 1)]  # all but the last lie
        proxy = {"trusted_proxies": ("127.0.0.0/8",)}
        assert self.statuses(settings, asked, **proxy) == [200] * LIMIT + [429]
        asked = ["203.0.113.7"] * LIMIT + ["203.0.113.8"]
        assert set(self.statuses(settings, asked, **proxy)) == {200}
