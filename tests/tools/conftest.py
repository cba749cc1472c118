"""What the tests of the tools share with those of training: a small dataset."""

from tests.training.conftest import dataset

__all__ = ["dataset"]
