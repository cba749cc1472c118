from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.keeping import Server, keep
from tests.api.test_detect import assert_problem
from tests.pictures import encoded, tinted


@pytest.fixture(scope="module")
def names(server: Server, face_jpeg: bytes) -> tuple[TestClient, list[str]]:
    """A visitor with nine entries, a minute apart, and their names from the oldest on."""
    client, made = server.visitor(), []
    tints = [(90, 0, -60), (-60, -60, 60), (-20, 0, 15)] * 3
    for number, tint in enumerate(tints):
        data = encoded(tinted(face_jpeg, *tint, size=200), "JPEG")
        made.append(keep(client, data, f"{number}.jpg")["name"])
        server.clock.forward(minutes=1)
    return client, made


def read_csv(response: Any) -> list[dict[str, str]]:
    """The rows of an export, which begins with a byte order mark."""
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


class TestListing:
    @pytest.mark.parametrize("limit", [1, 4, 9, 100])
    def test_pages_follow_one_another(
        self, names: tuple[TestClient, list[str]], limit: int
    ) -> None:
        client, made = names
        for sort, expected in (("oldest", made), ("newest", made[::-1])):
            found, cursor = [], None
            while cursor is not None or not found:
                query = {"sort": sort, "limit": limit} | ({"cursor": cursor} if cursor else {})
                page = client.get("/api/history/images", params=query).json()
                assert page["total"] == 9
                found += [entry["name"] for entry in page["items"]]
                cursor = page["next"]
            assert found == expected

    def test_the_most_suspicious_come_first(self, names: tuple[TestClient, list[str]]) -> None:
        page = names[0].get("/api/history/images?sort=most_suspicious").json()
        values = [entry["probability_generated"] for entry in page["items"]]
        assert values == sorted(values, reverse=True) and values[0] > 0.9 > 0.2 > values[-1]

    def test_filters_narrow_the_list(self, names: tuple[TestClient, list[str]]) -> None:
        client, _ = names
        whole = client.get("/api/history/images").json()["items"]
        for query, wanted in (
            ({"verdict": "generated"}, [e for e in whole if e["verdict"] == "generated"]),
            ({"model": "tiny"}, whole),
            ({"model": "other"}, []),
            ({"since": whole[2]["created"]}, whole[:3]),
            ({"until": whole[2]["created"]}, whole[3:]),
            ({"since": whole[5]["created"].removesuffix("Z")}, whole[:6]),
            ({"verdict": "real", "until": whole[0]["created"]},
             [e for e in whole[1:] if e["verdict"] == "real"]),
        ):  # fmt: skip
            page = client.get("/api/history/images", params=query).json()
            assert page["items"] == wanted, query
            assert page["total"] == len(wanted)
            exported = client.get("/api/history/export", params={**query, "format": "json"}).json()
            assert [one["id"] for one in exported] == [entry["id"] for entry in wanted]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("cursor=x", "query.cursor"), ("cursor=", "query.cursor"), ("limit=0", "query.limit"),
            ("limit=101", "query.limit"), ("limit=x", "query.limit"), ("sort=best", "query.sort"),
            ("verdict=fake", "query.verdict"), ("since=yesterday", "query.since"),
            ("until=0.5", "query.until"),
            ("since=20260131", "query.since"),
            ("model=" + "x" * 101, "query.model"), ("cursor=" + "x" * 201, "query.cursor"),
        ],
    )  # fmt: skip
    def test_a_bad_query_names_its_field(self, alice: TestClient, query: str, field: str) -> None:
        response = alice.get(f"/api/history/images?{query}")
        problem = assert_problem(response, 422, "malformed-request")
        assert [error["field"] for error in problem["errors"]] == [field]

    def test_entries_and_export_say_why_they_are_unsure(
        self, names: tuple[TestClient, list[str]]
    ) -> None:
        entries = names[0].get("/api/history/images").json()["items"]
        whys = {entry["name"]: entry["why_unsure"] for entry in entries}
        verdicts = {entry["verdict"]: entry["why_unsure"] for entry in entries}
        assert verdicts == {"generated": None, "real": None, "unsure": "between_thresholds"}
        rows = read_csv(names[0].get("/api/history/export"))
        assert {row["name"]: row["why_unsure"] or None for row in rows} == whys

    def test_a_cursor_of_another_order_is_refused(
        self, names: tuple[TestClient, list[str]]
    ) -> None:
        cursor = names[0].get("/api/history/images?limit=2").json()["next"]
        response = names[0].get(f"/api/history/images?sort=oldest&cursor={cursor}")
        assert_problem(response, 422, "malformed-request")

    def test_the_export_is_a_file_of_all_entries(self, names: tuple[TestClient, list[str]]) -> None:
        client, made = names
        response = client.get("/api/history/export")
        assert response.headers["content-type"] == "text/csv; charset=utf-8"
        assert response.headers["content-disposition"].startswith('attachment; filename="unmask-')
        assert "content-length" not in response.headers  # streamed
        rows = read_csv(response)
        assert [row["name"] for row in rows] == made[::-1]
        as_json = client.get("/api/history/export?format=json")
        assert as_json.headers["content-type"] == "application/json"
        assert [one["name"] for one in as_json.json()] == made[::-1]
        assert as_json.json()[0]["report"]["faces"][0]["scores"]

    def test_a_name_cannot_be_a_formula(self, alice: TestClient, no_face_jpeg: bytes) -> None:
        keep(alice, no_face_jpeg, "=cmd|' !A0.jpg")
        (row,) = read_csv(alice.get("/api/history/export"))
        assert row["name"] == "'=cmd|' !A0.jpg"
