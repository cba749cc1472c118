from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

import unmask
from tests.api.test_detect import assert_problem, send
from tests.tiny_bundle import write_bundle
from unmask.api import services
from unmask.api.app import create_app
from unmask.api.pool import InferencePool, OneAtATime, PoolFull
from unmask.history.store import History
from unmask.settings import Settings


def test_health(client: TestClient) -> None:
    response = client.get("/api/health")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "version": unmask.__version__}


def test_models_come_with_all_that_is_known_the_default_first(client: TestClient) -> None:
    body = client.get("/api/models").json()
    assert body["default"] == "tiny"
    assert body["models"][0]["name"] == "tiny"
    assert "damaged" in [model["name"] for model in body["models"]]
    model = body["models"][0]
    assert model["labels"] == ["real", "stylegan1", "sdxl"]
    assert model["thresholds"]["false_positive_rate"] == 0.005
    assert model["figures"] == {"accuracy": 0.5, "auc": 0.75}
    assert model["card"].startswith("# Tiny")
    assert model["limits"] == [
        "Colours that no face has: it takes green for a generator.",
        "Faces in the dark.",
    ]
    assert model["created"] == "2026-01-31"


def test_one_model_is_what_the_list_says_of_it(client: TestClient) -> None:
    listed = client.get("/api/models").json()["models"][0]
    assert client.get("/api/models/tiny").json() == listed
    for name in ("best", "%2e%2e%2e", "%00", "tiny%20", "é"):
        assert_problem(client.get(f"/api/models/{name}"), 404, "unknown-model")


def test_one_model_that_is_damaged_is_refused(settings: Settings, tmp_path: Path) -> None:
    (write_bundle(tmp_path / "bad") / "model.json").write_text("{")
    client = TestClient(create_app(settings.model_copy(update={"models_dir": tmp_path})))
    response = client.get("/api/models/bad")
    assert "`bad`" in assert_problem(response, 503, "model-refused")["detail"]
    assert str(tmp_path) not in response.text


def test_ready_is_who_can_judge_and_store(client: TestClient) -> None:
    assert client.get("/api/ready").json() == {
        "status": "ready", "checks": {"model": "ok", "storage": "ok"},
    }  # fmt: skip


@pytest.mark.parametrize("model", ["damaged", "missing"])
def test_without_its_model_the_server_is_not_ready(settings: Settings, model: str) -> None:
    client = TestClient(create_app(settings.model_copy(update={"model": model})))
    problem = assert_problem(client.get("/api/ready"), 503, "not-ready")
    assert f"model: `{model}`" in problem["detail"] or f"no model `{model}`" in problem["detail"]
    assert "storage" not in problem["detail"]
    assert client.get("/api/health").status_code == 200


def test_a_model_that_is_dropped_in_is_listed(tmp_path: Path) -> None:
    settings = Settings(models_dir=tmp_path, model="late", data_dir=tmp_path / "data")
    client = TestClient(create_app(settings))
    assert client.get("/api/models").json()["default"] is None
    write_bundle(tmp_path / "late")
    body = client.get("/api/models").json()
    assert body["default"] == body["models"][0]["name"] == "late"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/models/", "/api/%00"])
def test_an_unknown_address_of_the_api_is_a_problem(client: TestClient, path: str) -> None:
    assert_problem(client.get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/detect", "POST"),
        ("DELETE", "/api/models", "GET"),
        ("POST", "/api/health", "GET"),
        ("POST", "/", "GET, HEAD"),
        ("PUT", "/assets/index-0a1b.js", "GET, HEAD"),
    ],
)
def test_another_method_is_a_problem_that_names_the_right_one(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)
    assert_problem(response, 405, "method-not-allowed")
    assert response.headers["allow"] == allowed


def test_a_mistake_in_the_software_is_logged_and_gives_nothing_away(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings)
    router = APIRouter()

    @router.get("/api/mistake")
    def mistake() -> None:
        raise RuntimeError(f"secret of {__file__}")

    app.include_router(router)
    client = TestClient(app)
    response = client.get("/api/mistake")
    assert_problem(response, 500, "internal-error")
    assert "secret" not in response.text and __file__ not in response.text
    assert "nosniff" in response.headers["x-content-type-options"]
    assert "secret of" in caplog.text
    assert client.get("/api/health").status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/api/health", "/api/nothing", "/assets/missing.js", "/api/openapi.json"]
)
def test_every_answer_tells_browsers_to_be_careful(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["script-src"] == policy["style-src"] == policy["default-src"] == "'self'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["img-src"] == "'self' data: blob:"
    assert "server" not in headers
    if path.startswith("/api"):
        assert headers["cache-control"] == "no-store"


def test_no_answer_tells_what_runs_below(
    client: TestClient, settings: Settings, face_jpeg: bytes
) -> None:
    picture = {"image": ("photo.jpg", face_jpeg)}
    answers = [
        client.get("/api/health"), client.get("/api/ready"), client.get("/api/models"),
        client.get("/metrics"), client.get("/api/openapi.json"), client.get("/api/nothing"),
        client.get("/"), client.get("/assets/missing.js"), client.put("/api/detect"),
        client.post("/api/detect", content=b"{"), client.post("/api/history/save", content=b"{"),
        client.post("/api/history/save", json={"report_id": 1, "x": []}),
        client.get("/api/history/images?limit=x&since=y&cursor=z"),
        client.get("/api/history/images", headers={"Authorization": "Bearer x"}),
        client.post("/api/detect", files={"image": ("photo.jpg", face_jpeg[:2000])}),
        client.post("/api/detect", files={"image": ("photo.jpg", b"\x89PNG\r\n\x1a\n")}),
        client.post("/api/detect", files=picture, data={"model": "damaged"}),
        client.post("/api/detect", files=picture, data={"explain": "maybe"}),
        client.post("/api/detect", files=picture),
    ]  # fmt: skip
    assert {200, 400, 401, 404, 405, 422, 503} <= {answer.status_code for answer in answers}
    secrets = [
        str(settings.data_dir), str(settings.models_dir), str(Path(unmask.__file__).parent),
        "site-packages", "traceback", 'file "', "fastapi", "starlette", "uvicorn", "pydantic",
        "pillow", "onnxruntime", "sqlalchemy", "cpython",
    ]  # fmt: skip
    for answer in answers:
        said = answer.text.lower() + str(answer.headers).lower()
        for secret in secrets:
            assert secret.lower() not in said, (answer.request.url, secret)


def test_other_sites_may_not_read_the_answers(client: TestClient) -> None:
    response = client.get("/api/health", headers={"Origin": "https://elsewhere.example"})
    assert "access-control-allow-origin" not in response.headers


class TestCors:
    """Pages of other sites: none may read an answer, but those that are named."""

    NAMED = "https://named.example"

    @pytest.fixture
    def client(self, settings: Settings) -> TestClient:
        return TestClient(create_app(settings.model_copy(update={"cors_origins": (self.NAMED,)})))

    def test_a_named_site_may_read_the_answers(self, client: TestClient) -> None:
        for path, status in (("/api/models", 200), ("/api/nothing", 404)):
            response = client.get(path, headers={"Origin": self.NAMED})
            assert response.status_code == status
            assert response.headers["access-control-allow-origin"] == self.NAMED
            assert "Origin" in response.headers["vary"]
            assert "access-control-allow-credentials" not in response.headers
            assert "Retry-After" in response.headers["access-control-expose-headers"]
        preflight = client.options(
            "/api/detect",
            headers={"Origin": self.NAMED, "Access-Control-Request-Method": "POST",
                     "Access-Control-Request-Headers": "authorization"},
        )  # fmt: skip
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == self.NAMED
        assert "access-control-allow-credentials" not in preflight.headers

    @pytest.mark.parametrize(
        "origin",
        ["https://other.example", "https://named.example.evil.example", "http://named.example",
         "https://named.example:8443", "https://sub.named.example", "null"],
    )  # fmt: skip
    def test_any_other_may_not(self, client: TestClient, origin: str) -> None:
        response = client.get("/api/models", headers={"Origin": origin})
        assert "access-control-allow-origin" not in response.headers
        preflight = client.options(
            "/api/detect",
            headers={"Origin": origin, "Access-Control-Request-Method": "POST"},
        )
        assert preflight.status_code == 400
        assert "access-control-allow-origin" not in preflight.headers

    def test_a_named_site_can_check_but_never_keep_or_take_a_cookie(
        self, client: TestClient, face_jpeg: bytes
    ) -> None:
        elsewhere = {"Origin": self.NAMED, "Sec-Fetch-Site": "cross-site"}
        response = client.post("/api/detect", files={"image": face_jpeg}, headers=elsewhere)
        assert response.status_code == 200
        assert "set-cookie" not in response.headers
        assert response.json()["saveable_until"] is None
        own = client.post(
            "/api/detect", files={"image": face_jpeg}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert own.json()["saveable_until"] is not None
        response = client.post(
            "/api/history/save", json={"report_id": own.json()["id"]}, headers=elsewhere
        )
        assert_problem(response, 403, "cross-site")


class TestPage:
    def test_the_page_answers_for_all_its_addresses(self, client: TestClient) -> None:
        for path in ("/", "/index.html", "/models", "/history/abc", "/a%00b", "/" + "x" * 5000):
            response = client.get(path)
            assert response.status_code == 200, path
            assert response.text == "<title>Unmask</title>"
            assert response.headers["content-type"].startswith("text/html")
            assert response.headers["cache-control"] == "no-cache"

    def test_its_files_are_served_and_those_with_a_hash_kept(self, client: TestClient) -> None:
        script = client.get("/assets/index-0a1b.js")
        assert script.text == "export {}"
        assert "javascript" in script.headers["content-type"]
        assert "immutable" in script.headers["cache-control"]
        assert client.get("/robots.txt").headers["cache-control"] == "no-cache"

    def test_a_missing_file_is_no_page(self, client: TestClient) -> None:
        assert_problem(client.get("/assets/missing.js"), 404, "not-found")

    def test_nothing_outside_of_its_folder_is_served(
        self, client: TestClient, page_folder: Path
    ) -> None:
        (page_folder.parent / "secret.txt").write_text("secret")
        for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"):
            assert "secret" not in client.get(path).text

    def test_where_it_is_not_built_a_line_says_how(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        client = TestClient(create_app(settings, tmp_path / "nowhere"))
        response = client.get("/")
        assert response.status_code == 503
        assert response.headers["content-type"].startswith("text/plain")
        assert "make page" in response.text
        assert client.get("/api/health").status_code == 200


class TestPool:
    @contextmanager
    def held(self, pool: InferencePool) -> Iterator[None]:
        """Keeps one worker busy meanwhile."""
        started, end = threading.Event(), threading.Event()

        def job() -> None:
            started.set()
            end.wait(30)

        thread = threading.Thread(target=lambda: asyncio.run(pool.run(job)))
        thread.start()
        assert started.wait(30)
        try:
            yield
        finally:
            end.set()
            thread.join()

    def test_a_full_pool_answers_503_and_recovers(
        self, settings: Settings, face_jpeg: bytes
    ) -> None:
        app = create_app(settings.model_copy(update={"workers": 1, "queue": 0}))
        client = TestClient(app)
        with self.held(app.state.services.pool):
            for path in ("/api/detect", "/api/validate-face"):
                response = send(client, path, face_jpeg)
                assert_problem(response, 503, "busy")
                assert response.headers["retry-after"] == "2"
            assert client.get("/api/health").status_code == 200
        assert send(client, "/api/detect", face_jpeg).status_code == 200

    def test_only_so_many_wait(self) -> None:
        pool = InferencePool(workers=1, queue=1)

        async def three() -> list[object]:
            jobs = [pool.run(lambda: "done") for _ in range(2)]
            return await asyncio.gather(*jobs, return_exceptions=True)

        with self.held(pool):
            results = []
            thread = threading.Thread(target=lambda: results.extend(asyncio.run(three())))
            thread.start()
            thread.join(0.2)
            assert pool.full
        thread.join()
        assert results[0] == "done"
        assert isinstance(results[1], PoolFull)
        assert not pool.full

    def test_however_many_ask_at_once_one_thread_works_for_them(self) -> None:
        asked, ran, end = OneAtATime(), list[int](), threading.Event()

        def job() -> int:
            ran.append(1)
            end.wait(30)
            return len(ran)

        async def many() -> None:
            first, *others = [asyncio.create_task(asked.run(job)) for _ in range(50)]
            await asyncio.sleep(0.05)
            first.cancel()  # who goes away takes nothing from the others
            end.set()
            assert await asyncio.gather(*others) == [1] * 49
            assert await asked.run(job) == 2  # and it is not remembered

        asyncio.run(many())

    def test_the_probe_that_asks_the_database_takes_one_thread(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        at_once, most, lock = 0, 0, threading.Lock()

        def slow(_: History) -> None:
            nonlocal at_once, most
            with lock:
                at_once += 1
                most = max(most, at_once)
            time.sleep(0.05)
            at_once -= 1

        monkeypatch.setattr(History, "check_revision", slow)
        with TestClient(create_app(settings)) as client, ThreadPoolExecutor(8) as threads:
            answers = list(threads.map(client.get, ["/api/ready"] * 24))
        assert {answer.status_code for answer in answers} == {200}
        assert most == 1

    def test_who_goes_away_while_waiting_gives_up_the_place(self) -> None:
        pool, ran = InferencePool(workers=1, queue=1), []

        async def leave() -> None:
            job = asyncio.create_task(pool.run(lambda: ran.append(1)))
            await asyncio.sleep(0.05)
            assert pool.full
            job.cancel()
            await asyncio.sleep(0.05)
            assert not pool.full

        with self.held(pool):
            asyncio.run(leave())
        pool.close()
        assert ran == []

    def test_what_it_held_is_let_go_of_at_once(self) -> None:
        class Picture:
            """Stands for many megabytes."""

        pool, pictures = InferencePool(workers=1, queue=1), []

        async def leave() -> None:
            picture = Picture()
            pictures.append(weakref.ref(picture))
            job = asyncio.create_task(pool.run(lambda picture=picture: str(picture)))
            del picture
            await asyncio.sleep(0.05)
            job.cancel()

        with self.held(pool):
            for _ in range(3):
                asyncio.run(leave())
            gc.collect()
            assert len(pictures) == 3 and {one() for one in pictures} == {None}
        pool.close()

    def test_the_metrics_tell_how_many_wait(self, settings: Settings, face_jpeg: bytes) -> None:
        app = create_app(settings.model_copy(update={"workers": 1, "queue": 2}))
        pool, client = app.state.services.pool, TestClient(app)

        def depth() -> float:
            text = client.get("/metrics").text
            return float(text.split("\nunmask_queue_depth ")[1].split("\n")[0])

        with self.held(pool):
            assert depth() == 0
            waiting = threading.Thread(target=lambda: send(client, "/api/detect", face_jpeg))
            waiting.start()
            end = time.monotonic() + 30
            while depth() != 1:
                assert time.monotonic() < end
        waiting.join()
        assert depth() == 0

    @pytest.mark.parametrize(
        ("cores", "set_", "expected"),
        [(4, {}, (4, 1)), (4, {"workers": 1}, (1, 4)), (4, {"workers": 3}, (3, 1)),
         (1, {"workers": 8}, (8, 1)), (4, {"threads": 2}, (4, 2)),
         (8, {"workers": 2}, (2, 4))],
    )  # fmt: skip
    def test_workers_share_the_cores(
        self,
        monkeypatch: pytest.MonkeyPatch,
        cores: int,
        set_: dict[str, int],
        expected: tuple[int, int],
    ) -> None:
        monkeypatch.setattr(services, "available_cores", lambda: cores)
        assert services.workers_and_threads(Settings(**set_)) == expected

    def test_an_error_in_a_job_frees_its_place(self) -> None:
        pool = InferencePool(workers=1, queue=0)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                asyncio.run(pool.run(lambda: 1 // 0))
