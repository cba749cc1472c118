#!/bin/sh
# pillow-heif 1.8.1: HeifFile.save documents the keyword `transfer_characteristic` for the curve of
# the colours. It is accepted without a word and ignored: the file says sRGB (13). The keyword that
# works is `transfer_characteristics`; its neighbour `color_primaries` works as documented. So a file
# meant as PQ (16) is shown flat by everybody, and nothing tells why.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pillow==13.0.0 pillow-heif==1.8.1
"$folder/venv/bin/python" - <<'PYTHON'
import io

import pillow_heif
from PIL import Image


def said(**options):
    file = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (64, 64))).save(
        file, color_primaries=9, matrix_coefficients=9, full_range_flag=1, **options
    )
    start = file.getvalue().index(b"colrnclx") + 8
    points = file.getvalue()[start : start + 4]
    return int.from_bytes(points[:2], "big"), int.from_bytes(points[2:], "big")


documented, working = said(transfer_characteristic=16), said(transfer_characteristics=16)
print(f"primaries, curve: documented keyword {documented}, the other one {working}")
assert "transfer_characteristic``" in pillow_heif.HeifFile.save.__doc__, "the words have changed"
assert documented == (9, 13) and working == (9, 16), "it works now"
PYTHON
echo "still so"
