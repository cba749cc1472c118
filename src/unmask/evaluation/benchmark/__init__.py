"""The benchmark: which views and collections, run over bundles, and what came out.

In: a dataset and bundles. Out: one result, as JSON and by `report` as documents. Trains and
chooses nothing.
"""
