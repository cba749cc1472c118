"""Logits become figures: metrics, calibration and thresholds.

In: logits and targets, from a bundle or, during training, from the network being trained. Out:
figures. Pure numpy; knows nothing of torch modules or the application.
"""
