"""Signed picture files, with certificates of our own making: nobody trusts them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from unmask.detection.provenance.credentials import KEY_USAGES

SOURCE_TYPES: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED: Final = SOURCE_TYPES + "trainedAlgorithmicMedia"
CAPTURED: Final = SOURCE_TYPES + "digitalCapture"


@dataclass(frozen=True)
class Signer:
    """A certificate chain, its private key, and the authority at the chain's end, all PEM."""

    chain: bytes
    key: bytes
    root: bytes

    @classmethod
    def make(
        cls,
        organisation: str = "Test Works",
        name: str = "Test Signer",
        usages: Sequence[x509.ObjectIdentifier] = (ExtendedKeyUsageOID.EMAIL_PROTECTION,),
        ends: timedelta = timedelta(days=30),
    ) -> Signer:
        """A signer with a certificate authority of its own.

        Args:
            organisation: whom the certificate is made out to.
            name: its common name.
            usages: what the certificate says it is for.
            ends: when the certificate runs out, from now on.
        """
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root_name = _name("Test Root", "Test Root")
        root = _certificate(root_name, root_key, root_name, root_key, authority=True)
        leaf = _certificate(
            _name(organisation, name), key, root_name, root_key,
            authority=False, usages=usages, ends=ends,
        )  # fmt: skip
        pem = serialization.Encoding.PEM
        return cls(
            chain=leaf.public_bytes(pem) + root.public_bytes(pem),
            key=key.private_bytes(
                pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
            root=root.public_bytes(pem),
        )

    def sign(
        self,
        data: bytes,
        kind: str,
        source_type: str | None = GENERATED,
        remote: str | None = None,
        parent: bytes | None = None,
        actions: Sequence[dict[str, Any]] = (),
        templates: Sequence[dict[str, Any]] = (),
        assertions: Sequence[dict[str, Any]] = (),
        stamper: str | None = None,
    ) -> bytes:
        """The picture with a record in it, or one that is said to lie at a URL.

        Args:
            data: the picture file.
            kind: its media type.
            source_type: IPTC digital source type of its making, if one is to be told.
            remote: where the record is said to lie, in place of in the file.
            parent: a picture file that this one was made from.
            actions: what was done besides, in order.
            templates: what holds for all actions of a kind.
            assertions: whatever else the record states, by label and data.
            stamper: address of an authority that stamps the time.
        """
        action: dict[str, Any] = {"action": "c2pa.opened" if parent else "c2pa.created"}
        if parent is not None:
            action["parameters"] = {"ingredientIds": ["parent"]}
        if source_type is not None:
            action["digitalSourceType"] = source_type
        done: dict[str, Any] = {"actions": [action, *actions]}
        if templates:
            done["templates"] = list(templates)
        manifest = {
            "claim_generator_info": [{"name": "Test Maker", "version": "2.0"}],
            "assertions": [{"label": "c2pa.actions", "data": done}, *assertions],
        }
        info = c2pa.C2paSignerInfo(
            b"es256", self.chain, self.key, stamper.encode() if stamper else None
        )
        signed = io.BytesIO()
        # By itself the library signs only with certificates for e-mail.
        context = c2pa.Context.from_dict({"trust": {"trust_config": "\n".join(KEY_USAGES)}})
        with c2pa.Signer.from_info(info) as signer, c2pa.Builder(manifest, context) as builder:
            if remote is not None:
                builder.set_no_embed()
                builder.set_remote_url(remote)
            if parent is not None:
                described = {"relationship": "parentOf", "instance_id": "parent"}
                builder.add_ingredient(described, kind, io.BytesIO(parent))
            builder.sign(signer, kind, io.BytesIO(data), signed)
        return signed.getvalue()


def _name(organisation: str, name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
    usages: Sequence[x509.ObjectIdentifier] = (),
    ends: timedelta = timedelta(days=30),
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = dict.fromkeys(
        [
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
            "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
        ],
        False,
    )  # fmt: skip
    usage["key_cert_sign" if authority else "digital_signature"] = True
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    issuer_identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + ends)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(issuer_identifier, critical=False)
    )
    if usages:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage(usages), critical=ExtendedKeyUsageOID.TIME_STAMPING in usages
        )
    return builder.sign(issuer_key, hashes.SHA256())
