"""What a picture file says of its own origin: Content Credentials and metadata of generators."""

from __future__ import annotations

from unmask.detection.provenance.claims import Provenance
from unmask.detection.provenance.credentials import read_credentials
from unmask.detection.provenance.metadata import read_generator
from unmask.detection.provenance.trust import TrustList


def read_provenance(data: bytes, format_name: str, trust: TrustList | None = None) -> Provenance:
    """Read what the bytes of a picture file say of its origin. Nothing is fetched from anywhere.

    Args:
        data: a file that `unmask.imaging.decode.decode` accepts: nothing is read from what is no
            valid picture.
        format_name: its type, as the decoder names it.
        trust: the list of trusted signers that is kept here.
    """
    return Provenance(
        content_credentials=read_credentials(data, format_name, trust),
        generator=read_generator(data),
    )
