"""How the two small networks came about that refuse covered and drawn faces.

In: a dataset, and pictures of other kinds. Out: `covered.onnx` and `photograph.onnx`, which
`unmask.imaging` runs. Nothing here ships.
"""
