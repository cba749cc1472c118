"""Folders of pictures become a dataset: harmonised crops, a manifest with splits, an audit.

In: a pool of pictures and a catalogue that says what each folder holds. Out: aligned crops that
all left by one encoder, `manifest.parquet` with a row a crop, `dataset.json`, and a measure of the
shortcuts that are left. Knows nothing of networks, training or the application.
"""
