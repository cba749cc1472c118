"""Readers of what strangers wrote into a file: whatever it is, no crash and bounded work."""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.fuzz.targets import bounded
from tests.pictures import encoded
from unmask.detection.provenance import comfyui, record
from unmask.detection.provenance.aigc import read_label
from unmask.detection.provenance.generators import Places, find_notes, table
from unmask.detection.provenance.metadata import read_generator
from unmask.detection.provenance.statuses import standing
from unmask.detection.provenance.xmp import read_xmp
from unmask.imaging.containers import (
    described,
    jpeg_segments,
    png_chunks,
    riff_chunks,
    without_texts,
)
from unmask.imaging.metadata import MAX_VALUE, Metadata, read_metadata
from unmask.imaging.stealth import hidden_text, may_hold_text

cheap = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
WORDS = st.sampled_from(
    sorted(
        {key for note in table() for path in note.keys for key in path.split("|")}
        | {"nodes", "links", "class_type", "inputs", "type", "id", "mode", "KSampler", "SaveImage"}
        | {"AIGC", "Label", "ContentProducer", "1", "definitions", "subgraphs", "prompt"}
        | {"assertions", "label", "data", "actions", "templates", "action", "digitalSourceType"}
        | {"c2pa.actions.v2", "ingredients", "active_manifest", "validation_results", "failure"}
        | {"activeManifest", "code", "explanation", "signature_info", "claim_generator_info"}
    )
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats() | WORDS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=30,
)
TEXTS = st.text(max_size=200) | JSON.map(json.dumps) | WORDS
HEADS = st.sampled_from(
    [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"\xff\xd8\xff\xe1", b"RIFF\x40\0\0\0WEBP", b"GIF89a"]
)
BYTES = st.builds(bytes.__add__, HEADS, st.binary(max_size=200))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@given(data=BYTES)
@cheap
def test_any_bytes_are_walked_within_themselves(data: bytes) -> None:
    for walk in (png_chunks, jpeg_segments, riff_chunks):
        assert sum(len(view) for _, view in walk(data)) <= len(data)
    assert all(0 <= begin <= end <= len(data) for begin, end in described(data))
    assert len(without_texts(data)) <= len(data)
    assert isinstance(may_hold_text(data), bool)
    assert isinstance(read_metadata(data), Metadata)
    read_generator(data)


@given(kind=st.sampled_from([b"tEXt", b"zTXt", b"iTXt", b"comf", b"eXIf"]), body=st.binary())
@cheap
def test_any_chunk_of_a_png_is_read_or_passed_over(kind: bytes, body: bytes) -> None:
    plain = encoded(Image.new("RGB", (16, 16)), "PNG")
    data = plain[:33] + chunk(kind, body) + plain[33:]
    assert all(len(text) <= MAX_VALUE for text in read_metadata(data).text.values())
    assert without_texts(data) == (plain if kind not in (b"comf", b"eXIf") else data)


@given(marker=st.integers(0xE0, 0xFE), head=st.sampled_from(
    [b"", b"Exif\0\0", b"Exif\0\0II*\0\x08\0\0\0", b"Photoshop 3.0\0", b"Photoshop 3.0\x008BIM\4\4",
     b"http://ns.adobe.com/xap/1.0/\0<", b"AIGC{"]), body=st.binary())  # fmt: skip
@cheap
def test_any_segment_of_a_jpeg_is_read_or_passed_over(
    marker: int, head: bytes, body: bytes
) -> None:
    plain = encoded(Image.new("RGB", (16, 16)), "JPEG")
    body = head + body
    data = plain[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + plain[2:]
    assert isinstance(read_metadata(data), Metadata)


@given(place=st.sampled_from(["text", "exif", "xmp"]), texts=st.dictionaries(
    st.sampled_from(["prompt", "workflow", "parameters", "Software", "UserComment", "Make", "AIGC",
                     "invokeai_metadata", "Comment", "TC260:AIGC"]), TEXTS, max_size=4),
    comments=st.lists(TEXTS, max_size=2))  # fmt: skip
@cheap
def test_any_texts_in_any_place_are_looked_at(
    place: str, texts: dict[str, str], comments: list[str]
) -> None:
    metadata = Metadata(
        text=texts if place == "text" else {},
        exif=texts if place == "exif" else {},
        comments=tuple(comments),
        hidden=comments[0] if comments else None,
    )
    find_notes(Places(metadata, texts if place == "xmp" else {}))


@given(value=JSON)
@cheap
def test_any_json_is_a_graph_a_label_or_a_record_or_none(value: Any) -> None:
    assert comfyui.generates(value) in (True, False, None)
    read_label(json.dumps(value))
    manifest = {"assertions": value, "ingredients": value, "signature_info": value}
    for one in (value, manifest):
        if isinstance(one, dict):
            record.actions(one)
            record.ingredients(one, one)
            record.says_generated(one, one)
            record.signer(one)
            record.software(one)
            record.camera(one)
            standing(one, [one])


@given(
    packet=st.binary() | st.text().map(str.encode) | TEXTS.map(lambda one: f"<a>{one}</a>".encode())
)
@cheap
def test_any_packet_is_read_or_passed_over(packet: bytes) -> None:
    assert isinstance(read_xmp(packet), dict)


@given(bits=st.binary(min_size=40, max_size=400), name=st.sampled_from(["info", "comp"]))
@cheap
def test_any_hidden_bits_are_read_or_passed_over(bits: bytes, name: str) -> None:
    carried = np.unpackbits(np.frombuffer(f"stealth_png{name}".encode() + bits, np.uint8))
    pixels = np.full((130, 40, 4), 254, np.uint8)
    alpha = pixels[:, :, 3].T.reshape(-1).copy()
    alpha[: len(carried)] |= carried[: len(alpha)]
    pixels[:, :, 3] = alpha.reshape(40, 130).T
    found = hidden_text(Image.fromarray(pixels))
    assert found is None or isinstance(found, str)


DEEP = "[" * 100_000
HEAVY = {
    "many settings": {"parameters": "Steps: 1, " * 300_000},
    "many jobs": {"Description": "Job ID: 0" * 300_000},
    "a deep graph": {"prompt": '{"nodes": ' + DEEP},
    "a wide graph": {
        "prompt": json.dumps(
            {str(n): {"class_type": "A", "inputs": {"a": [str(n - 1), 0]}} for n in range(50_000)}
        )
    },
    "a graph of many lines": {
        "workflow": json.dumps(
            {"nodes": [{"id": 1, "type": "KSampler"}], "links": [[1] * 5] * 99_999}
        )
    },
    "many names": {"Software": "DALL E " * 300_000},
    "a label of blanks": {"AIGC": "{" + " " * 3_000_000 + "}"},
    "JSON in JSON": {"parameters": json.dumps({"sui_image_params": "{" + '"a":' * 400_000 + "}"})},
}


@pytest.mark.parametrize("name", HEAVY)
def test_what_is_long_takes_no_longer_than_it_may(name: str) -> None:
    texts = HEAVY[name]
    bounded(lambda: find_notes(Places(Metadata(text=texts, exif=texts), texts)))
