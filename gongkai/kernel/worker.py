"""The worker process: APScheduler runs the outbox (outbox.py) and the periodic jobs that project/wiring.py lists."""

import logging
import signal
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import close_old_connections, connection
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from gongkai.kernel import clock, wake
from gongkai.kernel.outbox import drain, reclaim, retry_dead, status

__all__ = ["Periodic", "drain", "reclaim", "retry_dead", "run", "schedule", "status"]

SWEEP_SECONDS = 5.0
RECLAIM_SECONDS = 10.0
# SQLite has one writer at a time, and a handler is a writer for as long as it runs.
DELIVERIES_AT_ONCE = {"sqlite": 1, "postgresql": 4}
JOBS_AT_ONCE = 4
_log = logging.getLogger(__name__)
_periodic: list["Periodic"] = []


@dataclass(frozen=True)
class Periodic:
    """A job done again and again: every `seconds`, or by a five-field `cron` line in the office's time zone.

    In `cron` write days of the week by name (mon, tue …): APScheduler counts 0 as Monday, cron as Sunday.
    """

    name: str
    call: str
    seconds: float | None = None
    cron: str | None = None

    def trigger(self) -> IntervalTrigger | CronTrigger:
        """What APScheduler calls the rule; ImproperlyConfigured unless exactly one of seconds and cron is given."""
        if (self.seconds is None) == (self.cron is None):
            raise ImproperlyConfigured(
                _("定时任务 %s 须且只须写明 seconds 或 cron 之一；请更正 project/wiring.py。") % self.name
            )
        if self.cron is not None:
            return CronTrigger.from_crontab(self.cron, timezone=settings.TIME_ZONE)
        return IntervalTrigger(seconds=self.seconds, timezone=settings.TIME_ZONE)


def schedule(jobs: Iterable[Periodic]) -> None:
    """Set the periodic jobs; called once, by project/wiring.py.

    Raises ImproperlyConfigured for a rule that means nothing, ImportError for a callable that is not there.
    """
    jobs = list(jobs)
    for job in jobs:
        job.trigger()
        import_string(job.call)
    _periodic[:] = jobs


def run(
    stop: threading.Event | None = None,
    *,
    sweep_seconds: float = SWEEP_SECONDS,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Work until `stop` is set (None: until SIGTERM or SIGINT), finishing what is in hand; `ready` is called once up."""
    stop = stop or _stop_on_signal()
    scheduler = _scheduler()
    crew = _Crew(scheduler, stop)

    def take_back() -> None:
        if reclaim():
            crew.wake()

    at_once = {"next_run_time": clock.now()}
    scheduler.add_job(crew.wake, IntervalTrigger(seconds=sweep_seconds), id="deliver", **at_once)
    scheduler.add_job(
        _with_fresh_connections(take_back), IntervalTrigger(seconds=RECLAIM_SECONDS), id="reclaim", **at_once
    )
    for job in _periodic:
        scheduler.add_job(
            _with_fresh_connections(import_string(job.call)), job.trigger(), id=f"job:{job.name}"
        )
    scheduler.start()
    listeners = wake.listen(crew.wake, stop)
    ready()
    try:
        stop.wait()
    finally:
        stop.set()
        scheduler.shutdown(wait=True)
        for listener in listeners:
            listener.join()


class _Crew:
    """Runners that empty the outbox: a wake starts one, one that finds work calls the next, up to `size`.

    A wake that arrives while all of them work is remembered, for the last to look again before it leaves.
    """

    def __init__(self, scheduler: BackgroundScheduler, stop: threading.Event) -> None:
        self.size = DELIVERIES_AT_ONCE[connection.vendor]
        self._scheduler, self._stop = scheduler, stop
        self._lock = threading.Lock()
        self._running = 0
        self._again = False

    def wake(self) -> None:
        with self._lock:
            if self._stop.is_set():
                return
            if self._running >= self.size:
                self._again = True
                return
            self._running += 1
        # Not the job's own max_instances: APScheduler drops what comes while a job runs, and the wake with it.
        self._scheduler.add_job(_with_fresh_connections(self._run), executor="deliveries")

    def _run(self) -> None:
        leaving = False
        try:
            while not leaving:
                if drain(1, stop=self._stop.is_set):
                    self.wake()
                    drain(stop=self._stop.is_set)
                leaving = self._leave()
        finally:
            if not leaving:  # The database failed under us: the next sweep starts anew.
                with self._lock:
                    self._running -= 1

    def _leave(self) -> bool:
        with self._lock:
            if self._again and not self._stop.is_set():
                self._again = False
                return False
            self._running -= 1
            return True


def _scheduler() -> BackgroundScheduler:
    return BackgroundScheduler(
        timezone=settings.TIME_ZONE,
        executors={
            "default": ThreadPoolExecutor(JOBS_AT_ONCE),
            # A pool of its own: a long periodic job must not hold up deliveries.
            "deliveries": ThreadPoolExecutor(max(DELIVERIES_AT_ONCE.values())),
        },
        # Without misfire_grace_time=None a job that starts more than a second late is silently left out.
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
    )


def _with_fresh_connections(call: Callable[[], object]) -> Callable[[], None]:
    """As a web request does: drop connections that died while the thread was idle, or have grown old."""

    def job() -> None:
        close_old_connections()
        try:
            call()
        finally:
            close_old_connections()

    return job


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    return stop
