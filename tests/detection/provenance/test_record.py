"""What signed records say, and how they stand, with certificates made here."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography import x509
from PIL import Image

from tests.pictures import encoded
from tests.signing import CAPTURED, GENERATED, SOURCE_TYPES, Signer
from tests.stamping import stamping
from unmask.detection.provenance import record
from unmask.detection.provenance.claims import ContentCredentials, IngredientState
from unmask.detection.provenance.credentials import read_credentials
from unmask.detection.provenance.statuses import standing
from unmask.detection.provenance.trust import parse_trust_list
from unmask.detection.provenance.words import provenance_lines

PLAIN = encoded(
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)), "JPEG"
)
COMPOSED = SOURCE_TYPES + "compositeSynthetic"
IPTC = {"Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"}
TIFF = {"tiff": "http://ns.adobe.com/tiff/1.0/"}


@pytest.fixture(scope="module")
def signer() -> Signer:
    return Signer.make()


def read(data: bytes) -> ContentCredentials:
    found = read_credentials(data, "JPEG")
    assert found is not None
    return found


def sign(signer: Signer, **record: Any) -> ContentCredentials:
    return read(signer.sign(PLAIN, "image/jpeg", **{"source_type": CAPTURED, **record}))


USAGES = {
    "e-mail": "1.3.6.1.5.5.7.3.4",
    "documents": "1.3.6.1.5.5.7.3.36",
    "Microsoft's": "1.3.6.1.4.1.311.76.59.1.9",
    "C2PA's own": "1.3.6.1.4.1.62558.2.1",
}


@pytest.mark.parametrize("usage", USAGES.values(), ids=USAGES)
def test_a_certificate_for_any_use_that_c2pa_allows_is_one(usage: str) -> None:
    found = sign(Signer.make(usages=[x509.ObjectIdentifier(usage)]), source_type=GENERATED)
    assert (found.state, found.certificate) == ("intact", "in_force")
    assert found.says_generated and not found.problems


def test_a_certificate_that_ran_out_is_told_as_that_and_the_time_stamp_counts(
    tmp_path: Path,
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("stamping the time takes the openssl command")
    ends = timedelta(seconds=4)
    with stamping(tmp_path) as stamper:
        stamped = Signer.make(ends=ends).sign(PLAIN, "image/jpeg", stamper=stamper)
    plain = Signer.make(ends=ends).sign(PLAIN, "image/jpeg")
    time.sleep(ends.total_seconds() + 1.5)
    found = read(plain)
    assert (found.state, found.certificate, found.says_generated) == ("intact", "expired", True)
    assert not found.problems
    found = read(stamped)
    assert found.state == "intact" and found.issued is not None
    assert found.certificate in ("in_force", "expired_since")
    # A broken record stays one, whatever its certificate.
    found = read(plain.replace(b"Test Maker", b"Best Maker"))
    assert (found.state, found.certificate) == ("changed", "expired")


@pytest.mark.parametrize(
    "told",
    [
        {"actions": [{"action": "c2pa.edited", "digitalSourceType": COMPOSED}]},
        {
            "actions": [
                {
                    "action": "c2pa.edited",
                    "parameters": {"com.adobe.digitalSourceType": GENERATED},
                }
            ]
        },
        {"templates": [{"action": "c2pa.created", "digitalSourceType": GENERATED}]},
        {
            "templates": [
                {"action": "c2pa.created", "templateParameters": {"digitalSourceType": GENERATED}}
            ]
        },
        {
            "assertions": [
                {
                    "label": "cawg.metadata",
                    "data": {"@context": IPTC, "Iptc4xmpExt:DigitalSourceType": GENERATED},
                }
            ]
        },
        {"assertions": [{"label": "c2pa.ai-disclosure", "data": {"modelType": "x"}}]},
        {"assertions": [{"label": "c2pa.ai_generated_content", "data": {"a": 1}}]},
    ],
    ids=["action", "parameters", "template", "template's parameters", "metadata", "disclosure",
         "generated content"],
)  # fmt: skip
def test_generative_sources_are_found_wherever_they_stand(
    signer: Signer, told: dict[str, Any]
) -> None:
    assert sign(signer, **told).says_generated


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"actions": [{"action": "c2pa.edited", "description": GENERATED}]},
        {
            "assertions": [
                {
                    "label": "cawg.training-mining",
                    "data": {"entries": {"cawg.ai_generative_training": {"use": "notAllowed"}}},
                }
            ]
        },
        {
            "assertions": [
                {
                    "label": "cawg.metadata",
                    "data": {"@context": TIFF, "tiff:Make": "Canon", "tiff:Model": "EOS R5"},
                }
            ]
        },
    ],
    ids=["captured", "a description", "training", "a camera"],
)
def test_what_names_no_generative_source_says_none(signer: Signer, told: dict[str, Any]) -> None:
    found = sign(signer, **told)
    assert not found.says_generated and found.ai_disclosure is None


def test_what_was_done_is_told_in_order_and_with_what(signer: Signer) -> None:
    when = "2026-01-02T03:04:05Z"
    found = sign(
        signer,
        actions=[
            {
                "action": "c2pa.edited",
                "when": when,
                "softwareAgent": {"name": "Editor", "version": "3"},
                "description": "brighter",
            },
            {"action": "c2pa.resized"},
        ],
        assertions=[
            {
                "label": "cawg.metadata",
                "data": {"@context": TIFF, "tiff:Make": "Canon", "tiff:Model": "Canon EOS R5"},
            }
        ],
    )
    assert [one.action for one in found.actions] == ["c2pa.created", "c2pa.edited", "c2pa.resized"]
    edited = found.actions[1]
    assert (edited.when, edited.software, edited.description) == (when, "Editor 3", "brighter")
    assert found.actions[0].digital_source_type == "digitalCapture"
    assert found.camera == "Canon EOS R5"


def changed(data: bytes) -> bytes:
    """The file with a byte of its pixels changed."""
    place = data.rindex(PLAIN[-40:-30])
    return data[:place] + bytes([data[place] ^ 0x10]) + data[place + 1 :]


@pytest.mark.parametrize(
    ("spoil", "state"),
    [(bytes, "intact"), (changed, "changed"), (lambda _signed: PLAIN, "no_record")],
    ids=["as signed", "changed", "without a record"],
)
def test_an_ingredient_is_told_with_its_own_state(
    signer: Signer, spoil: Any, state: IngredientState
) -> None:
    parent = spoil(signer.sign(PLAIN, "image/jpeg"))
    found = sign(signer, source_type=None, parent=parent)
    (ingredient,) = found.ingredients
    assert (ingredient.state, ingredient.relation) == (state, "parentOf")
    assert ingredient.says_generated is found.says_generated is (state != "no_record")
    # The file itself is as it was signed, whatever its parent is; the parent is told of.
    assert found.state == "intact"
    assert [problem for problem in found.problems if "does not fit its own record" in problem] == (
        found.problems if state == "changed" else []
    )
    assert bool(found.problems) is (state == "changed")


def test_a_signer_on_the_list_is_named_as_one_who_is_on_it(signer: Signer) -> None:
    data = signer.sign(PLAIN, "image/jpeg")
    now = datetime.now(UTC)
    own, other = (parse_trust_list(one.root, now) for one in (signer, Signer.make("Others")))
    for trust, told in ((own, "listed"), (other, "not_listed"), (None, "no_list")):
        found = read_credentials(data, "JPEG", trust)
        assert found is not None and found.trust == told
        assert found.state == "intact" and not found.problems
    broken = read_credentials(data.replace(b"Test Maker", b"Best Maker"), "JPEG", own)
    assert broken is not None and broken.state == "changed"


HOLDS = {"code": "claimSignature.validated"}


@pytest.mark.parametrize(
    ("code", "explanation", "state", "certificate"),
    [
        ("signingCredential.untrusted", "", "intact", "in_force"),
        ("signingCredential.expired", "", "intact", "expired"),
        ("claimSignature.outsideValidity", "", "intact", "outside"),
        ("timeStamp.untrusted", "", "intact", "in_force"),
        ("timeStamp.mismatch", "", "intact", "in_force"),
        ("cawg.identity.sig_type.unknown", "", "intact", "in_force"),
        ("signingCredential.invalid", "", "unchecked", "unsuitable"),
        ("signingCredential.ocsp.revoked", "", "unchecked", "revoked"),
        ("algorithm.unsupported", "", "unchecked", "in_force"),
        ("claim.cbor.invalid", "", "unchecked", "in_force"),
        ("something.new", "what is that", "unchecked", "in_force"),
        ("claimSignature.mismatch", "", "changed", "in_force"),
        ("assertion.dataHash.mismatch", "hashes do not match", "changed", "in_force"),
        ("assertion.hashedURI.mismatch", "", "changed", "in_force"),
        (
            "assertion.dataHash.mismatch",
            "data hash exclusion does not match the manifest location in the asset",
            "unchecked",
            "in_force",
        ),
    ],
)
def test_every_status_means_one_of_three_things(
    code: str, explanation: str, state: str, certificate: str
) -> None:
    failure = {"code": code, "explanation": explanation}
    found = standing({"success": [HOLDS], "failure": [failure]})
    assert (found.state, found.certificate) == (state, certificate)
    # Nothing is called intact and wrong at once, and nothing is called wrong without a reason.
    assert bool(found.problems) is (state != "intact" or certificate == "outside")


def test_a_record_whose_signature_nobody_checked_is_not_intact() -> None:
    assert standing({"success": [], "failure": []}).state == "unchecked"


def test_what_changed_in_an_ingredient_since_it_was_signed_is_a_change() -> None:
    delta = {"validationDeltas": {"failure": [{"code": "assertion.hashedURI.mismatch"}]}}
    assert standing({"success": [HOLDS], "failure": []}, [delta]).state == "changed"


def test_the_words_never_contradict_the_state(signer: Signer) -> None:
    from unmask.detection.provenance.claims import Provenance

    data = signer.sign(PLAIN, "image/jpeg")
    for one, said, unsaid in (
        (data, "intact", "CHANGED"),
        (data.replace(b"Test Maker", b"Best Maker"), "CHANGED", "intact"),
    ):
        lines = provenance_lines(Provenance(content_credentials=read(one), generator=None))
        text = "\n".join(lines)
        assert said in text and unsaid not in text
        assert "generative AI made the picture" in text


def test_records_of_any_form_are_read_within_bounds() -> None:
    deep: Any = GENERATED
    for _ in range(50_000):
        deep = {"digitalSourceType": deep}
    strange: list[Any] = [None, 1, "x", [], {}, [None], {"a": None}, deep, ["x"] * 100_000]
    for value in strange:
        manifest = {
            "assertions": [{"label": "c2pa.actions.v2", "data": value}, value],
            "ingredients": value,
            "claim_generator_info": value,
            "signature_info": value,
        }
        assert len(record.actions(manifest)) <= record.MAX_ACTIONS
        assert len(record.ingredients({"x": value}, manifest)) <= record.MAX_INGREDIENTS
        assert record.says_generated({}, manifest) in (True, False)
        assert record.signer(manifest) is None or isinstance(value, dict)
        assert record.camera({"assertions": value}) is None
