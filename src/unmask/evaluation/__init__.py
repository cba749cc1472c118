"""Logits become figures: metrics, intervals, the benchmark.

In: logits and targets, from a bundle or, during training, from the network being trained, and for
the benchmark bundles and a dataset. Out: figures, reports. Knows nothing of torch modules or the
application.
"""
