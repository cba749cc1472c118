"""A trained model as it ships: a folder with `model.onnx`, `model.json` and `CARD.md`.

In: such a folder. Out: its facts, and logits and class maps for crops. All that the runtime must
know of a model (preprocessing, labels, thresholds) lives in the folder, nothing of it in code. An
ensemble has no graph: its `model.json` names the bundles beside it that it averages.
Must not know torch, the training side or how a bundle is made.
"""
