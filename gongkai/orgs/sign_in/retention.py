"""How long logs are kept: looks, sign-ins and wrong tries, for settings.LOG_DAYS and never less than six months."""

from datetime import timedelta

from axes.models import AccessFailureLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from gongkai.kernel import audit, clock
from gongkai.orgs.models import Look, SignIn

#: 网络安全法 on network operators' logs: 不少于六个月. The settings refuse less; this holds whatever they say.
LEAST_DAYS = 180


@transaction.atomic
def prune() -> dict[str, int]:
    """Drop what is older than the days kept, and sessions that have lapsed; gives rows by kind. A daily job."""
    moment = clock.now()
    limit = moment - timedelta(days=max(settings.LOG_DAYS, LEAST_DAYS))
    Session.objects.filter(expire_date__lt=moment).delete()
    old_looks = Look.objects.filter(at__lt=limit)
    dropped = {
        "sign_ins": SignIn.objects.filter(last_seen_at__lt=limit).delete()[0],
        "wrong_tries": AccessFailureLog.objects.filter(attempt_time__lt=limit).delete()[0],
        # Past the refusal of the table itself, which is there for everybody else.
        "looks": old_looks._raw_delete(old_looks.db),
    }
    if any(dropped.values()):
        audit.append("system:retention", "orgs.prune_logs", "orgs.Look", until=limit, **dropped)
    return dropped
