from __future__ import annotations

import time

import pytest

from unmask.detection.provenance.xmp import MAX_VALUE, read_xmp

IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def packet(inside: str, attributes: str = "", before: str = "") -> str:
    return (
        f'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>{before}'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:i="{IPTC}" xmlns:xmp="http://ns.adobe.com/xap/1.0/" {attributes}>'
        f"{inside}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    )


ELEMENT = f"<i:DigitalSourceType>{TYPE}</i:DigitalSourceType>"


@pytest.mark.parametrize(
    "text",
    [
        packet(ELEMENT),
        packet("", f'i:DigitalSourceType="{TYPE}"'),
        packet(f'<i:DigitalSourceType rdf:resource="{TYPE}"/>'),
        packet(ELEMENT).replace("xmlns:i=", "xmlns:j=").replace("i:Digital", "j:Digital"),
    ],
    ids=["element", "attribute", "resource", "another prefix"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_property_is_read_however_it_is_written(text: str, encoding: str) -> None:
    assert read_xmp(text.encode(encoding)) == {"Iptc4xmpExt:DigitalSourceType": TYPE}


def test_alternatives_by_language_and_padding() -> None:
    inside = (
        "<i:AIPromptInformation><rdf:Alt><rdf:li xml:lang='x-default'>a face</rdf:li></rdf:Alt>"
        "</i:AIPromptInformation><xmp:CreatorTool> Tool 1 </xmp:CreatorTool>"
    )
    found = read_xmp(packet(inside).encode() + b"  \n\0\0")
    assert found == {"Iptc4xmpExt:AIPromptInformation": "a face", "xmp:CreatorTool": "Tool 1"}


def test_a_property_of_that_name_in_another_namespace_is_another() -> None:
    text = packet(ELEMENT).replace(IPTC, "http://example.org/")
    assert read_xmp(text.encode()) == {}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not XML",
        packet(ELEMENT)[:-40].encode(),
        packet(ELEMENT, before="<!DOCTYPE x>").encode(),
        packet(ELEMENT, before="<!DOCTYPE x>").encode("utf-16"),
        packet(ELEMENT + "<a>" * 100 + "</a>" * 100).encode(),
        packet(f"<xmp:CreatorTool>{'x' * (MAX_VALUE + 1)}</xmp:CreatorTool>").encode(),
        packet(ELEMENT).replace("?>", "?><?xml version='1.0' encoding='nonsense'?>", 1).encode(),
    ],
)
def test_what_no_packet_needs_is_refused_whole(raw: bytes) -> None:
    assert read_xmp(raw) == {}


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(9)
    )
    started = time.monotonic()
    text = packet("<xmp:CreatorTool>&j;</xmp:CreatorTool>", before=bomb + "]>")
    outside = packet(
        "<xmp:CreatorTool>&e;</xmp:CreatorTool>",
        before='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
    )
    assert read_xmp(text.encode()) == read_xmp(outside.encode()) == {}
    assert time.monotonic() - started < 1.0
