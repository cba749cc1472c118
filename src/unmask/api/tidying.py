"""What the server does by itself: it purges the shelf, and mends what a crash left."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial
from typing import Final

from starlette.concurrency import run_in_threadpool

from unmask.api.storage import Storage
from unmask.history.errors import HistoryError
from unmask.history.repair import check

PURGE_SECONDS: Final = 10.0
"""At most from one purge to the next; it comes when a report has lain on the shelf for its time."""
MEND_SECONDS: Final = 300.0
"""From one look for leftovers to the next; what a killed process left goes that soon."""

logger = logging.getLogger(__name__)


async def keep_tidy(storage: Storage) -> None:
    """Purge the shelf when something on it has expired, until cancelled; look for leftovers."""
    mended = 0.0
    while storage.to_be_tidied:
        wait = PURGE_SECONDS
        try:
            history = await run_in_threadpool(storage.open)
            moment = time.time()
            if not 0 <= moment - mended < MEND_SECONDS:  # the clock may be set back
                # All of it at the start, then what changed since the look before; and a while
                # before that, for what was under way then.
                await run_in_threadpool(partial(check, history, since=mended - MEND_SECONDS))
                mended = moment
            await run_in_threadpool(history.purge)
            wait = min(wait, await run_in_threadpool(history.seconds_to_purge))
        except (HistoryError, OSError) as error:
            logger.warning("the shelf cannot be purged: %s", error)
        except Exception:  # a mistake of ours must not end this for good
            logger.exception("the shelf cannot be purged")
        await asyncio.sleep(wait)
