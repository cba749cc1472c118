"""How every network that serves is run by onnxruntime."""

from __future__ import annotations

import onnxruntime


def session_options(threads: int | None = None) -> onnxruntime.SessionOptions:
    """Options of a session that shares its cores; `threads` for one run, by default one a core."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    if threads is not None:
        options.intra_op_num_threads = threads
    # Threads that wait for the next run by spinning slow down whatever comes in between.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
