"""Drawn faces: pictures that the face finder takes for faces, but that nobody photographed."""

from __future__ import annotations

from PIL import Image, ImageDraw

SKINS = {"light": (236, 190, 160), "dark": (110, 70, 50), "green": (120, 190, 110)}


def drawn_face(skin: tuple[int, int, int], size: int = 512) -> Image.Image:
    """A face of ellipses and lines in flat colours, drawn at 512 px, then brought to the size."""
    hair, shade = (70, 45, 30), tuple(int(0.8 * value) for value in skin)
    image = Image.new("RGB", (512, 512), (120, 170, 210))
    draw = ImageDraw.Draw(image)
    draw.ellipse((116, 60, 396, 420), fill=hair)
    draw.rectangle((206, 380, 306, 512), fill=shade)
    draw.ellipse((140, 100, 372, 440), fill=skin)
    draw.pieslice((130, 70, 382, 300), 180, 360, fill=hair)
    draw.ellipse((150, 130, 362, 300), fill=skin)
    for x in (205, 307):
        draw.ellipse((x - 30, 222, x + 30, 256), fill=(250, 250, 250))
        draw.ellipse((x - 15, 224, x + 15, 254), fill=(80, 60, 40))
        draw.ellipse((x - 7, 232, x + 7, 246), fill=(10, 10, 10))
        draw.line((x - 34, 205, x, 195, x + 34, 205), fill=hair, width=9)
        draw.arc((x - 32, 218, x + 32, 262), 180, 360, fill=(40, 25, 20), width=4)
    draw.polygon([(256, 240), (238, 318), (274, 318)], fill=shade)
    draw.ellipse((236, 304, 276, 328), fill=shade)
    for x in (240, 262):
        draw.ellipse((x, 314, x + 10, 324), fill=(90, 50, 40))
    draw.ellipse((208, 356, 304, 392), fill=(180, 70, 70))
    draw.line((208, 374, 304, 374), fill=(100, 30, 30), width=4)
    return image.resize((size, size), Image.Resampling.LANCZOS)
