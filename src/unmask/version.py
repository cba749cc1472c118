"""The version of Unmask: the one place that it stands in."""

__version__ = "0.1.0"
