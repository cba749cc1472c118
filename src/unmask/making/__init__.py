"""A training run becomes a bundle: calibration, thresholds, map scale, figures, card.

In: a run, or bundles to average, and a dataset. Out: the folder of a bundle. What runs a bundle
must not know of it.
"""
