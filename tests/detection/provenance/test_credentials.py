from __future__ import annotations

import socket
import subprocess
import sys
import threading

import numpy as np
import pytest
from PIL import Image

from tests.pictures import encoded
from tests.signing import CAPTURED, GENERATED, SOURCE_TYPES, Signer
from unmask.detection.provenance.claims import ContentCredentials
from unmask.detection.provenance.credentials import TYPES, read_credentials
from unmask.imaging.decode import ACCEPTED_FORMATS

IMAGE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer.make()


@pytest.fixture(scope="module")
def signed_jpeg(signer: Signer) -> bytes:
    return signer.sign(encoded(IMAGE, "JPEG"), "image/jpeg")


@pytest.mark.parametrize("kind", ACCEPTED_FORMATS)
def test_a_picture_without_a_record_has_none(kind: str) -> None:
    assert read_credentials(encoded(IMAGE, kind), kind) is None


@pytest.mark.parametrize("kind", TYPES)
def test_a_signed_picture_is_valid_and_its_signer_unknown(signer: Signer, kind: str) -> None:
    found = read_credentials(signer.sign(encoded(IMAGE, kind), TYPES[kind]), kind)
    assert found is not None
    assert found.valid
    assert found.signer == "Test Works (Test Signer)"
    assert found.software == "Test Maker 2.0"
    assert found.says_generated
    assert (found.state, found.trust, found.problems) == ("intact", "no_list", [])


@pytest.mark.parametrize("kind", TYPES)
def test_a_picture_that_was_changed_after_signing_is_not_valid(signer: Signer, kind: str) -> None:
    plain = encoded(IMAGE, kind)
    data = bytearray(signer.sign(plain, TYPES[kind]))
    # A byte of the pixels, found in the signed file by what follows it in the plain one.
    place = data.rindex(plain[-40:-30])
    data[place] ^= 0x10
    found = read_credentials(bytes(data), kind)
    assert found is not None
    assert not found.valid and found.state == "changed"
    assert any("changed after it was signed" in problem for problem in found.problems)


def test_a_record_moved_to_another_picture_is_not_valid(signed_jpeg: bytes) -> None:
    record = signed_jpeg[2 : signed_jpeg.index(b"\xff\xdb")]
    other = encoded(IMAGE.rotate(90), "JPEG")
    found = read_credentials(other[:2] + record + other[2:], "JPEG")
    assert found is not None and not found.valid


def test_a_changed_record_is_not_valid(signed_jpeg: bytes) -> None:
    found = read_credentials(signed_jpeg.replace(b"Test Maker", b"Best Maker"), "JPEG")
    assert found is not None and not found.valid and found.state == "changed"
    assert found.problems == ["the signature does not fit the record"]
    # What it says is still told: it is for the reader to know what was claimed.
    assert (found.signer, found.software) == ("Test Works (Test Signer)", "Best Maker 2.0")


@pytest.mark.parametrize(
    ("source_type", "generated"),
    [
        (GENERATED, True),
        (SOURCE_TYPES + "compositeWithTrainedAlgorithmicMedia", True),
        (CAPTURED, False),
        (SOURCE_TYPES + "algorithmicMedia", False),
    ],
)
def test_what_it_says_of_its_making_is_read(
    signer: Signer, source_type: str, generated: bool
) -> None:
    found = read_credentials(
        signer.sign(encoded(IMAGE, "PNG"), "image/png", source_type=source_type), "PNG"
    )
    assert found is not None and found.valid
    assert found.says_generated is generated


@pytest.mark.parametrize(("source_type", "generated"), [(GENERATED, True), (CAPTURED, False)])
def test_an_edited_copy_says_what_its_original_says(
    signer: Signer, source_type: str, generated: bool
) -> None:
    original = signer.sign(encoded(IMAGE, "JPEG"), "image/jpeg", source_type=source_type)
    edited = encoded(IMAGE.rotate(90), "JPEG")
    found = read_credentials(
        signer.sign(edited, "image/jpeg", source_type=None, parent=original), "JPEG"
    )
    assert found is not None and found.valid
    assert found.says_generated is generated


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
def test_a_damaged_record_is_told_and_never_valid(signed_jpeg: bytes, keep: float) -> None:
    found = read_credentials(signed_jpeg[: int(keep * len(signed_jpeg))], "JPEG")
    assert found is not None
    assert not found.valid and found.problems


def test_broken_bytes_raise_nothing(signer: Signer) -> None:
    rng = np.random.default_rng(0)
    for kind in TYPES:
        whole = signer.sign(encoded(IMAGE, kind), TYPES[kind])
        for _ in range(40):
            data = bytearray(whole)
            for place in rng.integers(0, len(data), 6):
                data[place] = rng.integers(0, 256)
            found = read_credentials(bytes(data), kind)
            assert found is None or isinstance(found, ContentCredentials)


def test_a_record_that_is_kept_elsewhere_is_not_fetched(signer: Signer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(1.0)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/record.c2pa"
        data = signer.sign(encoded(IMAGE, "JPEG"), "image/jpeg", remote=url)
        assert url.encode() in data
        found = read_credentials(data, "JPEG")
        with pytest.raises(TimeoutError):
            server.accept()
    assert found is not None and not found.valid and found.state == "unchecked"
    assert found.problems == ["the record is kept elsewhere, and Unmask fetches nothing"]


def test_what_the_library_gives_in_another_form_is_told(
    signed_jpeg: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    import c2pa

    monkeypatch.setattr(c2pa.Reader, "json", lambda _reader: '{"manifests": []}')
    found = read_credentials(signed_jpeg, "JPEG")
    assert found is not None and not found.valid
    assert "cannot be read" in found.problems[0]


def test_many_threads_read_the_same(signed_jpeg: bytes) -> None:
    wanted, answers = read_credentials(signed_jpeg, "JPEG"), []
    threads = [
        threading.Thread(target=lambda: answers.append(read_credentials(signed_jpeg, "JPEG")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [wanted] * 8


def test_the_library_is_loaded_only_for_a_picture_with_a_record() -> None:
    code = (
        "import sys; from unmask.detection.provenance.credentials import read_credentials;"
        "read_credentials(b'no record', 'JPEG'); assert 'c2pa' not in sys.modules;"
        "read_credentials(b'c2pa', 'JPEG'); assert 'c2pa' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
