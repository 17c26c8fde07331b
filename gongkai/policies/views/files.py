"""Sending the files of a record: always as downloads, never as pages of ours."""

import logging
import re
from pathlib import PurePath
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from gongkai.policies import originals
from gongkai.policies.models import Original, Policy

logger = logging.getLogger(__name__)
_TYPES = {
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
    "pdf": "application/pdf",
}


def download(policy: Policy, file: Original | None) -> HttpResponse:
    """``file`` of ``policy`` under a name that says what it is; 503 with a sentence where the storage has lost it."""
    if file is None:
        raise Http404(_("这份记录没有原件。"))
    try:
        data = originals.content(file)
    except originals.OriginalLostError:
        logger.exception("a file of policy %s cannot be served", policy.pk)
        return HttpResponse(
            _("原件暂时不能下载，已通知管理员；请稍后再试。"),
            status=503,
            content_type="text/plain; charset=utf-8",
        )
    response = HttpResponse(data, content_type=_TYPES.get(file.format, "application/octet-stream"))
    response.headers["Content-Disposition"] = _attachment(policy, file)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _attachment(policy: Policy, file: Original) -> str:
    ending = PurePath(file.name).suffix
    # The name it came with says .et or .png; a name that says nothing gets the ending of what was found in it.
    ending = ending if re.fullmatch(r"\.[A-Za-z0-9]{1,5}", ending) else f".{file.format}"
    name = f"{policy.document_number or policy.pk} {policy.title}"[:80] + ending
    return f"attachment; filename*=UTF-8''{quote(name)}"
