"""Faces that nobody photographed become a network that refuses them.

In: the dataset, packages with pictures (sources.toml) and heads of triangles, weights learned from
ImageNet. Out: the graph that `imaging.photograph` runs, and the figures of its card. The verbs, in
their order: `python -m tools.face_checks.photograph gather`, `learn`, `measure`. Knows nothing of
what tells photographed from generated faces, nor of the application.
"""
