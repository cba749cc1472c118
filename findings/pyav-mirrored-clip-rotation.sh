#!/bin/sh
# PyAV 18.1.0: VideoFrame.rotation tells how a phone held its camera, and for a turned clip it is
# right. A selfie camera's clip may be mirrored, too: its display matrix flips left and right. One
# would expect 0 (no rotation) or an error. Seen: 180 degrees, so that whoever turns by it puts the
# face upside down; a clip flipped top to bottom says 0. Only the matrix in the side data tells.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check av==18.1.0 numpy==2.4.1
cd "$folder" && venv/bin/python - <<'PYTHON'
import struct

import av
import numpy as np


def clip(name, matrix):
    """A short MP4 whose track header holds that matrix (a, b, c, d; 16.16 fixed point)."""
    with av.open(name, "w") as out:
        stream = out.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for level in range(5):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 40 * level, np.uint8))
            for packet in stream.encode(frame):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)
    data = bytearray(open(name, "rb").read())
    unity = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    place = data.index(unity, data.index(b"tkhd"))
    a, b, c, d = (value << 16 for value in matrix)
    x, y = (64 << 16 if min(matrix[0], matrix[2]) < 0 else 0), (48 << 16 if min(matrix[1], matrix[3]) < 0 else 0)
    data[place : place + 36] = struct.pack(">9i", a, b, 0, c, d, 0, x, y, 1 << 30)
    open(name, "wb").write(data)


def rotation(name):
    with av.open(name) as clip:
        frame = next(clip.decode(video=0))
        return frame.rotation, "DISPLAYMATRIX" in str([one.type for one in frame.side_data])


seen = {}
for name, matrix in {"turned by 180": (-1, 0, 0, -1), "left to right": (-1, 0, 0, 1), "top to bottom": (1, 0, 0, -1)}.items():
    clip("clip.mp4", matrix)
    seen[name], has_matrix = rotation("clip.mp4")
    print(f"{name}: rotation {seen[name]}, matrix among the side data: {has_matrix}")
assert abs(seen["turned by 180"]) == 180
assert abs(seen["left to right"]) == 180 and seen["top to bottom"] == 0, "flips are told apart now"
PYTHON
echo "still so"
