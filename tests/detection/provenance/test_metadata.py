from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from tests.pictures import encoded
from unmask.detection.provenance.claims import GeneratorMetadata
from unmask.detection.provenance.metadata import MAX_PARAMETERS, read_generator

IMAGE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8))
WEBUI = (
    "portrait of a woman\nNegative prompt: blurry\n"
    "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, Model: sd15"
)
COMFY = {"3": {"class_type": "KSampler", "inputs": {"seed": 1}}, "4": {"class_type": "SaveImage"}}
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def png(**texts: str) -> bytes:
    info = PngInfo()
    for key, text in texts.items():
        info.add_itxt(key, text)
    return encoded(IMAGE, "PNG", pnginfo=info)


def with_xmp(properties: str, kind: str = "JPEG") -> bytes:
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        f'xmlns:xmp="http://ns.adobe.com/xap/1.0/">{properties}</rdf:Description></rdf:RDF>'
        "</x:xmpmeta>"
    )
    return encoded(IMAGE, kind, xmp=packet.encode())


def test_a_plain_picture_says_nothing() -> None:
    assert read_generator(encoded(IMAGE, "PNG")) is None
    assert read_generator(png(Comment="a nice picture", Title="Steps to the sea")) is None


def test_parameters_of_stable_diffusion_webui() -> None:
    assert read_generator(png(parameters=WEBUI)) == GeneratorMetadata(
        software="Stable Diffusion WebUI",
        generator="Stable Diffusion WebUI",
        found_in="text:parameters",
        digital_source_type=None,
        says_generated=True,
        parameters=WEBUI,
    )


@pytest.mark.parametrize(
    ("software", "generates"),
    [
        ("Imagenomic Portraiture 4", False),
        ("Imagen AI", False),
        ("Editor de imagen", False),
        ("Made with Google AI", True),
        ("Google Imagen", True),
        ("imagen-3.0-generate", True),
        ("Adobe Firefly", True),
    ],
)
def test_software_is_known_by_its_whole_name(software: str, generates: bool) -> None:
    found = read_generator(png(Software=software))
    assert found is not None and found.says_generated == generates


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_parameters_in_a_user_comment(kind: str) -> None:
    tags = Image.Exif()
    comment = b"UNICODE\0" + WEBUI.encode("utf-16-be")
    tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = comment
    found = read_generator(encoded(IMAGE, kind, exif=tags.tobytes()))
    assert found is not None and found.says_generated and found.parameters == WEBUI


def test_parameters_of_another_kind_are_no_sign() -> None:
    assert read_generator(png(parameters="aperture 2.8")) is None


@pytest.mark.parametrize(
    ("key", "graph", "generated"),
    [
        ("prompt", COMFY, True),
        ("workflow", {"nodes": [{"type": "KSampler"}]}, True),
        ("prompt", {"1": {"class_type": "LoadImage"}, "2": {"class_type": "SaveImage"}}, False),
        ("prompt", ["KSampler"], False),
        ("workflow", {"nodes": ["KSampler"]}, False),
    ],
)
def test_graphs_of_comfyui_that_draw_a_picture(key: str, graph: object, generated: bool) -> None:
    found = read_generator(png(**{key: json.dumps(graph)}))
    assert (found is not None) is generated
    if found is not None:
        assert (found.software, found.says_generated) == ("ComfyUI", True)
        assert found.parameters == json.dumps(graph)


@pytest.mark.parametrize("text", ["not JSON, but KSampler", "[" * 200_000])
def test_a_graph_that_is_none_is_passed_over(text: str) -> None:
    assert read_generator(png(prompt=text)) is None


def test_parameters_are_cut_and_cannot_steer_a_terminal() -> None:
    found = read_generator(png(parameters=f"a\x1b[31m{WEBUI}" + "x" * 5000))
    assert found is not None and found.parameters is not None
    assert len(found.parameters) == MAX_PARAMETERS
    assert found.parameters.startswith("a?[31mportrait of a woman\nNegative")


@pytest.mark.parametrize(
    ("software", "generated"),
    [("Adobe Photoshop 26.0", False), ("NovelAI", True), ("GIMP 3.0", False), ("DALL-E 3", True)],
)
def test_software_is_named_and_generators_are_known(software: str, generated: bool) -> None:
    tags = Image.Exif()
    tags[ExifTags.Base.Software] = software
    for data in (png(Software=software), encoded(IMAGE, "JPEG", exif=tags.tobytes())):
        found = read_generator(data)
        assert found is not None
        assert (found.software, found.says_generated) == (software, generated)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize(
    ("name", "generated"),
    [
        ("trainedAlgorithmicMedia", True),
        ("compositeWithTrainedAlgorithmicMedia", True),
        ("digitalCapture", False),
    ],
)
def test_the_digital_source_type_as_element(kind: str, name: str, generated: bool) -> None:
    tag = "Iptc4xmpExt:DigitalSourceType"
    found = read_generator(with_xmp(f"<{tag}>{SOURCE_TYPES}{name}</{tag}>", kind))
    assert found is not None
    assert (found.digital_source_type, found.says_generated) == (name, generated)


def test_the_ai_system_and_its_prompt() -> None:
    found = read_generator(
        with_xmp(
            "<Iptc4xmpExt:AISystemUsed>Painter 3</Iptc4xmpExt:AISystemUsed>"
            "<Iptc4xmpExt:AIPromptInformation>a face</Iptc4xmpExt:AIPromptInformation>"
        )
    )
    assert found is not None
    assert (found.software, found.parameters) == ("Painter 3", "a face")
    assert found.says_generated
