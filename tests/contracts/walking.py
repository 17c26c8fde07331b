"""Watching what one request changes: which tables it writes to, whether anything stays changed, and what the audit says."""

import hashlib
import re
from http.cookies import SimpleCookie

from django.apps import apps
from django.db import DatabaseError, connection, transaction

from gongkai.kernel.models import AuditEntry

#: Tables that say who is there and what is being tried, not what the office has: sessions, wrong tries, who has what
#: open, what is typed into a form for its preview.
ASIDE = {
    "django_session", "orgs_signin", "orgs_look", "axes_accessattempt", "axes_accesslog", "axes_accessfailurelog",
    "wagtailadmin_editingsession", "wagtailadmin_formstate", "kernel_generation",
}  # fmt: skip
_WRITE = re.compile(
    r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)"?', re.IGNORECASE
)


def tables():
    """Table → its model, those between two others as well."""
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def fingerprint(table):
    """Everything that stands in a table, as one hash; None for one that no model knows."""
    model = tables().get(table)
    if model is None:
        return None
    names = [field.attname for field in model._meta.concrete_fields]
    seen = hashlib.sha256()
    for row in model._base_manager.order_by("pk").values_list(*names):
        seen.update(repr(row).encode())
    return seen.hexdigest()


class Watch:
    """Sends requests of one person, each from the same state: whatever it changed is taken back afterwards."""

    def __init__(self, client):
        self.client = client
        self._before = {}
        self._cookies = client.cookies.output(header="", sep=";")

    def __call__(self, method, path, body=None):
        """(status, tables that it changed, audit entries that it left as (actor, action))."""
        written = set()

        def noted(execute, sql, params, many, context):
            found = _WRITE.match(sql)
            if found:
                written.add(found[1])
            return execute(sql, params, many, context)

        self.client.cookies = SimpleCookie(self._cookies.strip())
        last = AuditEntry.objects.count()
        after, entries = {}, []
        with transaction.atomic():
            with connection.execute_wrapper(noted):
                status = getattr(self.client, method)(path, body or {}).status_code
            try:
                after = {table: fingerprint(table) for table in written - ASIDE}
                entries = list(AuditEntry.objects.filter(seq__gt=last).values_list("actor", "action"))
            except DatabaseError:
                pass  # the request broke off in the midst of its transaction: nothing of it stays
            transaction.set_rollback(True)
        for table in after:
            if table not in self._before:
                self._before[table] = fingerprint(table)
        changed = {table for table, print_ in after.items() if print_ != self._before[table]}
        return status, changed, entries
