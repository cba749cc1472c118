"""What whoever runs the server can see of it: log lines and metrics.

In: what was asked and answered. Out: lines and counters that say nothing of anybody's picture.
"""
