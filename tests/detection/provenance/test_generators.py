"""Every row of the table of notes, in the containers that it is written to."""

from __future__ import annotations

import gzip
import io
import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from tests.pictures import encoded
from unmask.detection.provenance import comfyui
from unmask.detection.provenance.aigc import read_label
from unmask.detection.provenance.claims import GeneratorMetadata
from unmask.detection.provenance.generators import table
from unmask.detection.provenance.metadata import read_generator

IMAGE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))
WEBUI = (
    "portrait\nNegative prompt: blurry\n"
    "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, Model: sd15"
)
GRAPH = json.dumps(
    {
        "3": {"class_type": "KSampler", "inputs": {"seed": 1}},
        "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0]}},
        "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0]}},
    }
)
BOARD = json.dumps(
    {
        "nodes": [{"id": 3, "type": "KSampler", "mode": 0}, {"id": 9, "type": "SaveImage"}],
        "links": [[1, 3, 0, 9, 0, "IMAGE"]],
    }
)
LABEL = json.dumps({"Label": "1", "ContentProducer": "Maker", "ProduceID": "1"})
UUID = "3f2b8c1e-5d7a-4b0c-9a55-0e6d2f1c7b90"
NAMESPACES = {
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "TC260": "http://www.tc260.org.cn/ns/AIGC/1.0/",
}


def png(texts: dict[str, str], image: Image.Image = IMAGE) -> bytes:
    info = PngInfo()
    for key, text in texts.items():
        info.add_itxt(key, text)
    return encoded(image, "PNG", pnginfo=info)


def exif(tags: dict[str, str], kind: str = "JPEG", *, outer: bool = False) -> bytes:
    """A picture with tags of EXIF by name; UserComment in the inner directory unless `outer`."""
    block = Image.Exif()
    for name, text in tags.items():
        tag = ExifTags.Base[name]
        if name == "UserComment":
            directory = block if outer else block.get_ifd(ExifTags.IFD.Exif)
            directory[tag] = b"UNICODE\0" + text.encode("utf-16-be")
        else:
            block[tag] = text.encode()
    return encoded(IMAGE, kind, exif=block.tobytes())


def xmp(properties: dict[str, str], kind: str = "JPEG") -> bytes:
    spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in NAMESPACES.items())
    inside = "".join(
        f"<{name}>{text.replace('&', '&amp;').replace('<', '&lt;')}</{name}>"
        for name, text in properties.items()
    )
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        f"{spaces}>{inside}</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    return encoded(IMAGE, kind, xmp=packet.encode())


def segment(marker: int, body: bytes, data: bytes | None = None) -> bytes:
    """A JPEG with one more segment at its beginning."""
    plain = encoded(IMAGE, "JPEG") if data is None else data
    return plain[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body + plain[2:]


def iptc(number: int, text: str, data: bytes | None = None) -> bytes:
    entry = b"\x1c\x02" + struct.pack(">BH", number, len(text)) + text.encode()
    block = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(entry)) + entry + b"\0" * (len(entry) % 2)
    return segment(0xED, b"Photoshop 3.0\0" + block, data)


def mpo() -> bytes:
    file = io.BytesIO()
    IMAGE.save(file, "MPO", save_all=True, append_images=[IMAGE])
    return file.getvalue()


def hidden(text: str, name: bytes, *, image: Image.Image | None = None) -> bytes:
    """A PNG with a text in its lowest bits."""
    packed = gzip.compress(text.encode()) if name.endswith(b"comp") else text.encode()
    bits = np.unpackbits(
        np.frombuffer(name + struct.pack(">I", 8 * len(packed)) + packed, np.uint8)
    )
    pixels = np.array((image or IMAGE.resize((200, 200))).convert("RGBA"))
    channels = slice(3, 4) if b"png" in name else slice(0, 3)
    carried = pixels[:, :, channels].transpose(1, 0, 2).reshape(-1).copy()
    carried[: len(bits)] = (carried[: len(bits)] & 0xFE) | bits
    height, width = pixels.shape[:2]
    pixels[:, :, channels] = carried.reshape(width, height, -1).transpose(1, 0, 2)
    return encoded(Image.fromarray(pixels), "PNG")


def comf(**texts: str) -> bytes:
    """A PNG with chunks as ComfyUI puts them behind the pixels of an animation."""
    import zlib

    plain, chunks = encoded(IMAGE, "PNG"), b""
    for key, text in texts.items():
        body = b"comf" + key.encode() + b"\0" + text.encode()
        chunks += struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return plain[:-12] + chunks + plain[-12:]


SWARM = json.dumps({"sui_image_params": {"prompt": "a face", "model": "x"}})
FOOOCUS = json.dumps(
    {"prompt": "a face", "base_model": "x", "metadata_scheme": "fooocus", "version": "Fooocus v2"}
)
EASY = {"prompt": "a face", "use_stable_diffusion_model": "sd", "num_inference_steps": "25"}

FORMS: dict[str, tuple[Callable[[], bytes], str]] = {
    # ComfyUI in every container
    "comfy png": (lambda: png({"prompt": GRAPH, "workflow": BOARD}), "ComfyUI"),
    "comfy png, board alone": (lambda: png({"workflow": BOARD}), "ComfyUI"),
    "comfy apng": (lambda: comf(prompt=GRAPH, workflow=BOARD), "ComfyUI"),
    **{
        f"comfy {kind}": (
            lambda kind=kind: exif({"Model": f"prompt:{GRAPH}", "Make": f"workflow:{BOARD}"}, kind),
            "ComfyUI",
        )
        for kind in ("WEBP", "AVIF", "JPEG", "PNG", "HEIF")
    },
    "comfy was": (
        lambda: exif({"Make": f"Prompt: {GRAPH}", "ImageDescription": f"Workflow: {BOARD}"}),
        "ComfyUI",
    ),
    "comfy extended": (
        lambda: exif({"UserComment": f'{{"prompt": {GRAPH}, "workflow": {BOARD}}}'}, "WEBP"),
        "ComfyUI",
    ),
    "comfy extended, texts": (
        lambda: exif({"UserComment": json.dumps({"prompt": GRAPH, "workflow": BOARD})}),
        "ComfyUI",
    ),
    "comfy image saver": (
        lambda: exif({"UserComment": f"{WEBUI}, Version: ComfyUI"}),
        "ComfyUI",
    ),
    "civitai": (
        lambda: exif({"UserComment": json.dumps({**json.loads(GRAPH), "extraMetadata": "{}"})}),
        "Civitai",
    ),
    # WebUI and those who write like it
    "webui png": (lambda: png({"parameters": WEBUI}), "Stable Diffusion WebUI"),
    **{
        f"webui {kind}": (
            lambda kind=kind: exif({"UserComment": WEBUI}, kind),
            "Stable Diffusion WebUI",
        )
        for kind in ("JPEG", "WEBP", "AVIF", "HEIF")
    },
    "webui gif": (
        lambda: encoded(IMAGE, "GIF", comment=WEBUI.encode()),
        "Stable Diffusion WebUI",
    ),
    "webui comment": (lambda: segment(0xFE, WEBUI.encode()), "Stable Diffusion WebUI"),
    "webui hidden": (lambda: hidden(WEBUI, b"stealth_pnginfo"), "Stable Diffusion WebUI"),
    "webui hidden, packed": (
        lambda: hidden(WEBUI, b"stealth_pngcomp"),
        "Stable Diffusion WebUI",
    ),
    "webui hidden in colours": (
        lambda: hidden(WEBUI, b"stealth_rgbcomp"),
        "Stable Diffusion WebUI",
    ),
    "webui hidden, low": (
        lambda: hidden(WEBUI, b"stealth_pngcomp", image=IMAGE.resize((300, 60))),
        "Stable Diffusion WebUI",
    ),
    "sd.next": (lambda: png({"parameters": f"{WEBUI}, App: SD.Next"}), "SD.Next"),
    "forge": (
        lambda: png({"parameters": f"{WEBUI}, Version: f2.0.1v1.10"}),
        "Stable Diffusion WebUI Forge",
    ),
    # programs with a form of their own
    "swarmui png": (lambda: png({"parameters": SWARM}), "SwarmUI"),
    "swarmui jpeg": (lambda: exif({"UserComment": SWARM}), "SwarmUI"),
    "swarmui hidden": (lambda: hidden(SWARM, b"stealth_pngcomp"), "SwarmUI"),
    "invokeai 3": (
        lambda: png({"invokeai_metadata": json.dumps({"positive_prompt": "a face"})}),
        "InvokeAI",
    ),
    "invokeai graph": (
        lambda: png({"invokeai_graph": '{"nodes": {"b": {"type": "denoise_latents"}}}'}),
        "InvokeAI",
    ),
    "invokeai 2": (
        lambda: png({"sd-metadata": json.dumps({"app_id": "invoke-ai/InvokeAI", "image": {}})}),
        "InvokeAI",
    ),
    "invokeai 1": (lambda: png({"Dream": '"a face" -s 50 -S 123 -W 512'}), "InvokeAI"),
    "fooocus png": (lambda: png({"parameters": FOOOCUS}), "Fooocus"),
    "fooocus scheme": (
        lambda: png({"fooocus_scheme": "a1111", "parameters": "a face"}),
        "Fooocus",
    ),
    "fooocus jpeg": (lambda: exif({"UserComment": FOOOCUS}, outer=True), "Fooocus"),
    "ruined fooocus": (
        lambda: png({"parameters": '{"Prompt": "a", "software": "RuinedFooocus"}'}),
        "RuinedFooocus",
    ),
    "easy diffusion png": (lambda: png(EASY), "Easy Diffusion"),
    "easy diffusion jpeg": (lambda: exif({"UserComment": json.dumps(EASY)}), "Easy Diffusion"),
    "hugging face": (
        lambda: png(
            {
                "parameters": json.dumps(
                    {"prompt": "a", "Model": "x", "num_inference_steps": 28, "resolution": "1 x 1"}
                )
            }
        ),
        "Hugging Face Space",
    ),
    "tensor.art": (
        lambda: png({"generation_data": '{"prompt": "a", "models": []}'}),
        "Tensor.Art",
    ),
    "novelai": (lambda: png({"Software": "NovelAI", "Comment": "{}"}), "NovelAI"),
    "novelai hidden": (
        lambda: hidden('{"Software": "NovelAI", "Comment": "{}"}', b"stealth_pngcomp"),
        "NovelAI",
    ),
    "draw things": (lambda: xmp({"xmp:CreatorTool": "Draw Things"}), "Draw Things"),
    # services
    "midjourney": (
        lambda: png({"Description": f"a face --v 7 Job ID: {UUID}"}),
        "Midjourney",
    ),
    "midjourney exif": (
        lambda: exif({"ImageDescription": f"a face --v 7 Job ID: {UUID}"}),
        "Midjourney",
    ),
    "grok": (
        lambda: exif({"Artist": UUID, "ImageDescription": f"Signature: {'QUJD' * 30}"}),
        "xAI Grok",
    ),
    "ideogram": (lambda: exif({"Make": "Ideogram AI"}), "Ideogram"),
    "reve": (lambda: exif({"Software": "reve.com"}), "reve.com"),
    "flux": (
        lambda: exif({"Software": "AI generated;img2img;flux", "Make": "Black Forest Labs"}),
        "FLUX",
    ),
    "google xmp": (lambda: xmp({"photoshop:Credit": "Edited with Google AI"}, "WEBP"), "Google AI"),
    "google iptc": (lambda: iptc(110, "Made with Google AI"), "Google AI"),
    "google iptc in mpo": (lambda: iptc(110, "Made with Google AI", mpo()), "Google AI"),
    "program in mpo": (lambda: iptc(65, "Midjourney", mpo()), "Midjourney"),
    "dall-e, not ascii": (lambda: exif({"Software": "DALL·E 3"}), "OpenAI DALL-E"),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_note_is_known_in_whichever_container_it_stands(name: str) -> None:
    make, generator = FORMS[name]
    found = read_generator(make())
    assert found is not None
    assert (found.generator, found.says_generated) == (generator, True)


@pytest.mark.parametrize(
    "name",
    ["ChatGPT", "OpenAI", "Gemini", "Grok", "Sora", "Ideogram", "Leonardo.Ai", "Recraft",
     "Bing Image Creator", "Microsoft Designer", "Meta AI", "DiffusionBee", "mflux 0.4",
     "Stability AI", "DALL·E", "DALL-E 3", "Adobe Firefly", "Midjourney v6.1",
     "imagen-3.0-generate",
     "Google Imagen", "Made with Google AI", "NovelAI", "Doubao", "即梦AI", "FLUX.1 [dev]",
     "ComfyUI 0.3", "Stable Diffusion XL", "SwarmUI", "reve.com", "Dreamina"],
)  # fmt: skip
def test_programs_that_generate_are_known_by_name(name: str) -> None:
    for data in (exif({"Software": name}), png({"Software": name}), xmp({"xmp:CreatorTool": name})):
        found = read_generator(data)
        assert found is not None and found.says_generated
        assert found.software == name


@pytest.mark.parametrize(
    "name",
    ["Adobe Photoshop 26.0", "GIMP 3.0", "Editor de imagen 2.0", "Visor de imagen 10", "imagen",
     "Firefly 8SE V1.2", "FLIR Firefly DL", "Imagenomic Portraiture 4", "Imagen AI",
     "Topaz Photo AI 3", "Luminar AI", "Aurora HDR", "Gemini Photo Booth", "Picasa",
     "DALLE MOLLE Institute scanner", "Reverse Image 2", "Sorano Camera", "Meta View 1.0",
     "Windows Photo Editor 10.0.10011.16384", "HDR+ 1.0.200", "Flux Camera", "Pikachu Cam",
     "Designer", "Canva", "Runway Camera App", "OpenAIR 3"],
)  # fmt: skip
def test_programs_that_do_not_generate_are_only_named(name: str) -> None:
    found = read_generator(exif({"Software": name}))
    assert found is not None and not found.says_generated
    assert (found.software, found.generator) == (name, None)


@pytest.mark.parametrize(
    "make",
    [
        lambda: exif({"UserComment": "Morning walk. Steps: 8432, Distance: 6.1 km"}),
        lambda: exif({"Make": "SJCAM", "Model": "Firefly 8SE"}),
        lambda: exif({"Model": "Gemini", "Make": "Grok Cameras"}),
        lambda: exif({"Artist": UUID}),
        lambda: exif({"ImageDescription": f"Signature: {'QUJD' * 30}"}),
        lambda: png({"prompt": "what the walker was asked", "workflow": "none"}),
        lambda: png({"prompt": "a day", "seed": "12"}),
        lambda: png({"Description": "made for ChatGPT, Midjourney and Stable Diffusion fans"}),
        lambda: png({"parameters": '{"prompt": "Enter your name"}'}),
        lambda: segment(0xFE, b"prompt workflow parameters KSampler NovelAI"),
        lambda: png({"AIGC": '{"Label": "4", "ContentProducer": "x"}'}),
        lambda: exif({"UserComment": '{"Label": "1", "Price": 3}'}),
        lambda: xmp({"photoshop:Credit": "Made with love"}),
        lambda: encoded(IMAGE, "PNG") + png({"parameters": WEBUI})[33:],
        lambda: encoded(IMAGE, "JPEG") + segment(0xFE, WEBUI.encode()),
    ],
)
def test_what_only_looks_alike_is_no_note(make: Callable[[], bytes]) -> None:
    found = read_generator(make())
    assert found is None or not found.says_generated


def label_in(form: str, text: str) -> GeneratorMetadata:
    makes: dict[str, Callable[[], bytes]] = {
        "xmp element": lambda: xmp({"TC260:AIGC": text}),
        "png text": lambda: png({"AIGC": text}),
        "user comment": lambda: exif({"UserComment": f'{{"AIGC": {text}}}'}),
        "user comment, text in it": lambda: exif({"UserComment": json.dumps({"AIGC": text})}),
        "segment": lambda: segment(0xEB, b"AIGC" + text.encode()),
        "description": lambda: exif({"ImageDescription": text}),
        "webp": lambda: xmp({"TC260:AIGC": text}, "WEBP"),
        "avif": lambda: exif({"UserComment": f'{{"AIGC": {text}}}'}, "AVIF"),
    }
    found = read_generator(makes[form]())
    assert found is not None
    return found


@pytest.mark.parametrize(
    "form",
    ["xmp element", "png text", "user comment", "user comment, text in it", "segment",
     "description", "webp", "avif"],
)  # fmt: skip
def test_chinas_label_is_read_in_its_forms(form: str) -> None:
    found = label_in(form, LABEL)
    assert found.says_generated
    assert found.label is not None and found.label.grade == "generated"
    assert found.label.producer == "Maker"


def test_tencents_form_of_the_label_has_no_grade() -> None:
    told = json.dumps({"AIGC": {"ServiceProvider": "Cloud", "ServiceUser": "1", "ContentId": "2"}})
    found = read_generator(exif({"ImageDescription": told}))
    assert found is not None and found.says_generated and found.label is not None
    assert (found.label.grade, found.label.producer) == ("generated", "Cloud")


def test_a_number_of_chinas_register_is_no_name() -> None:
    number = "001191110102MACQD9K64010000"
    found = label_in("png text", LABEL.replace("Maker", number))
    assert found.label is not None and found.label.producer == number
    assert (found.generator, found.software) == (None, None)
    assert label_in("png text", LABEL).generator == "Maker"


@pytest.mark.parametrize(("number", "grade"), [("2", "possibly"), ("3", "suspected")])
def test_chinas_label_has_three_grades_and_only_the_first_says_so(number: str, grade: str) -> None:
    found = label_in("png text", LABEL.replace('"1"', f'"{number}"', 1))
    assert found.label is not None and found.label.grade == grade
    assert not found.says_generated and found.generator is None


@pytest.mark.parametrize(
    "text", ["", "AIGC", "[1]", "{}", '{"Label": "1"}', '{"AIGC": 3}', "{" * 9]
)
def test_what_is_no_label_of_chinas_is_none(text: str) -> None:
    assert read_label(text) is None


def board(*modes: int, links: bool = True) -> dict[str, Any]:
    """LoadImage and KSampler feed each a SaveImage; modes are those of the four nodes."""
    kinds = ("LoadImage", "SaveImage", "KSampler", "SaveImage")
    nodes = [
        {"id": number, "type": kind, "mode": mode}
        for number, (kind, mode) in enumerate(zip(kinds, modes, strict=True))
    ]
    lines = [[1, 0, 0, 1, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"]]
    return {"nodes": nodes, "links": lines if links else []}


def prompt(*nodes: tuple[str, str, list[str]]) -> dict[str, Any]:
    return {
        name: {"class_type": kind, "inputs": {f"in{i}": [one, 0] for i, one in enumerate(fed)}}
        for name, kind, fed in nodes
    }


@pytest.mark.parametrize(
    ("graph", "made"),
    [
        (prompt(("1", "KSampler", []), ("2", "VAEDecode", ["1"]), ("3", "SaveImage", ["2"])), True),
        (prompt(("1", "OpenAIGPTImage1", []), ("3", "SaveImage", ["1"])), True),
        (prompt(("1", "GeminiImageNode", []), ("3", "PreviewImage", ["1"])), True),
        (prompt(("1", "FluxProUltraImageNode", []), ("3", "SaveImage", ["1"])), True),
        (prompt(("1", "IdeogramV3", []), ("3", "My Own Sink", ["1"])), True),
        (prompt(("1", "ByteDanceSeedreamNode", []), ("3", "SaveWEBM", ["1"])), True),
        (prompt(("1", "LoadImage", []), ("2", "Scale", ["1"]), ("3", "SaveImage", ["2"])), False),
        # sampled beside what was saved
        (prompt(("1", "LoadImage", []), ("3", "SaveImage", ["1"]), ("9", "KSampler", [])), False),
        # a graph that is not told whole: what ran is all that is known
        (prompt(("1", "KSampler", []), ("3", "SaveImage", ["8"])), True),
        (prompt(("1", "LoadImage", []), ("2", "ReverseImageBatch", ["1"]),
                ("3", "SaveImage", ["2"])), False),
        (prompt(("1", "LoadImage", []), ("2", "RecraftRemoveBackgroundNode", ["1"]),
                ("3", "SaveImage", ["2"])), False),
        (board(0, 0, 0, 0), True),
        (board(0, 0, 4, 0), False),
        (board(0, 0, 2, 0), False),
        (board(0, 0, 0, 4), False),
        (board(0, 0, 4, 0, links=False), False),
        (board(0, 0, 0, 0, links=False), True),
        ({"a": 1}, None),
        ([], None),
        ({"nodes": [1, "x", {"id": []}]}, None),
    ],
)  # fmt: skip
def test_a_graph_counts_by_what_fed_an_output(graph: object, made: bool | None) -> None:
    assert comfyui.generates(graph) is made


def test_a_sampler_in_a_graph_within_the_graph_counts_unless_it_is_bypassed() -> None:
    def graph(mode: int) -> dict[str, Any]:
        inner = {"id": "abc", "nodes": [{"id": 1, "type": "KSampler", "mode": mode}]}
        return {
            "nodes": [{"id": 1, "type": "abc"}, {"id": 2, "type": "SaveImage"}],
            "links": [[1, 1, 0, 2, 0, "IMAGE"]],
            "definitions": {"subgraphs": [inner]},
        }

    assert comfyui.generates(graph(0)) is True
    assert comfyui.generates(graph(4)) is False


def test_the_board_does_not_count_where_it_is_told_what_ran() -> None:
    ran = prompt(("1", "LoadImage", []), ("3", "SaveImage", ["1"]))
    assert read_generator(png({"prompt": json.dumps(ran), "workflow": BOARD})) is None


def test_a_loop_in_a_graph_ends() -> None:
    nodes = prompt(("1", "A", ["2"]), ("2", "B", ["1"]), ("3", "SaveImage", ["1"]))
    assert comfyui.generates(nodes | prompt(("9", "KSampler", []))) is False


def test_a_number_of_a_job_is_no_software() -> None:
    found = read_generator(exif({"Software": UUID, "UserComment": WEBUI}))
    assert found is not None and found.software == "Stable Diffusion WebUI"
    assert read_generator(exif({"Software": UUID})) is None


def test_a_long_workflow_in_a_compressed_text_is_read_and_the_picture_decoded() -> None:
    from unmask.imaging.decode import decode

    long = json.dumps({**json.loads(GRAPH), "note": "x" * 2_000_000})
    info = PngInfo()
    info.add_text("prompt", long, zip=True)
    data = encoded(IMAGE, "PNG", pnginfo=info)
    assert len(data) < 100_000
    assert np.array_equal(decode(data).pixels, np.asarray(IMAGE))
    found = read_generator(data)
    assert found is not None and found.generator == "ComfyUI"


def test_every_row_of_the_table_names_form_place_and_source() -> None:
    for note in table():
        assert note.form in ("text", "name", "json", "graph", "webui", "label")
        assert note.where and note.source and 2020 <= note.seen <= 2030
        assert note.pattern is not None or note.keys or note.form in ("graph", "webui", "label")
