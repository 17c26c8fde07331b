"""Handing in files at the desk: the form, one file at a time or many, and what becomes of each batch."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import TooManyFilesSent
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from gongkai.kernel.access import rule
from gongkai.orgs.permissions import does_work, reads_drafts
from gongkai.policies import actions
from gongkai.policies.actions.upload import Receipt, receive
from gongkai.policies.models import Batch, Upload
from gongkai.policies.uploading import limits, quarantine, shown
from gongkai.policies.uploading.arriving import IntoQuarantine
from gongkai.text.normalise import clean

_PAGE = 50
_LONGEST_TEXT = 500_000


# The token is asked for below, in _received: were it asked for here, the body would be read before anything is refused,
# and by Django's own hands, which know no limit.
@rule(does_work)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The form; sent, each file is kept aside as it comes and read afterwards."""
    if request.method != "POST":
        return _page(request, None)
    sent = str(request.META.get("CONTENT_LENGTH") or "0")
    if not sent.isdecimal() or int(sent) > limits.most_of_a_request():
        return _refused(request, limits.too_many(), 413)
    hands = IntoQuarantine(request)
    request.upload_handlers = [hands]
    try:
        return _received(request, hands)
    except TooManyFilesSent:
        return _refused(request, limits.too_many(), 413)
    except quarantine.FullError:
        return _refused(
            request, _("服务器的存储空间不足，文件没有收下；请联系管理员，稍后再上传。"), 507, again=True
        )
    finally:
        hands.drop()


@csrf_protect
def _received(request: HttpRequest, hands: IntoQuarantine) -> HttpResponse:
    form = request.POST
    if form.get("size") and [str(piece.size) for piece in hands.pieces] != [form["size"]]:
        # Some servers hand on what came before the line broke as if it were all.
        return _refused(request, _("文件没有完整送到，没有收下；请重试。"), 400, again=True)
    _rename(hands, form.get("name", ""))
    _take_text(hands, form.get("text", ""))
    if not hands.pieces:
        return _refused(request, _("没有选择文件，也没有粘贴正文；请先选择。"), 400)
    packing = form.get("packing", "") or Upload.Packing.JUDGED
    try:
        receipt = receive(
            by=request.user,
            batch=form.get("batch", ""),
            pieces=hands.pieces,
            packing=packing,
            key=form.get("key", ""),
        )
    except actions.Refused as refusal:
        return _refused(request, str(refusal), 409)
    hands.pieces = receipt.spare
    return _answer(request, receipt)


def _rename(hands: IntoQuarantine, name: str) -> None:
    """A script sends the folders above a file beside it: as a file's own name they do not come through."""
    if name and len(hands.pieces) == 1:
        only = hands.pieces[0]
        hands.pieces = [quarantine.Piece(name[-500:], only.size, only.sha256, only.token, only.too_large)]


def _take_text(hands: IntoQuarantine, text: str) -> None:
    """A text that was pasted is a file like any other, called by its first line."""
    text = text[:_LONGEST_TEXT].strip()
    if text:
        first = clean(text.splitlines()[0])[:40].replace("/", "／")
        name = f"{first or _('粘贴的正文')}.txt"
        hands.pieces.append(quarantine.keep(text.encode(errors="replace"), name=name))


def _answer(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    if _by_script(request):
        batch = receipt.batch
        notes = [*receipt.notes, *(row.sentence for row in receipt.rows if row.state == row.State.REFUSED)]
        urls = {"url": batch.get_absolute_url(), "state": _state_url(batch)} if batch else {}
        return JsonResponse({"kept": bool(receipt.rows), "notes": notes, **urls})
    for note in receipt.notes:
        messages.warning(request, note)
    return redirect(receipt.batch) if receipt.batch else redirect("records:upload")


def _refused(request: HttpRequest, why: str, status: int, *, again: bool = False) -> HttpResponse:
    """``again`` is true where the very same may be taken later: then the script offers to send it once more."""
    if _by_script(request):
        return JsonResponse({"kept": False, "notes": [why], "again": again}, status=status)
    messages.error(request, why)
    return _page(request, None, status)


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("Accept") == "application/json"


@rule(reads_drafts)
@never_cache
@require_safe
def batch(request: HttpRequest, batch: int) -> HttpResponse:
    """One batch: each file's state, and how to add further ones."""
    return _page(request, get_object_or_404(shown.batches(request.user), pk=batch))


@rule(reads_drafts)
@never_cache
@require_safe
def batch_state(request: HttpRequest, batch: int) -> HttpResponse:
    """The list of files alone, for the script that asks again."""
    found = get_object_or_404(shown.batches(request.user), pk=batch)
    return render(request, "policies/desk/upload_rows.html", _rows(request, found))


@rule(reads_drafts)
@require_safe
def uploads(request: HttpRequest) -> HttpResponse:
    """The batches of one's unit, newest first; ?mine=1 one's own."""
    found = shown.counted(shown.batches(request.user))
    if request.GET.get("mine"):
        found = found.filter(by=request.user.pk)
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "mine": bool(request.GET.get("mine")), "may_upload": does_work(request.user)}
    return render(request, "policies/desk/uploads.html", context)


def _state_url(batch: Batch) -> str:
    return f"{batch.get_absolute_url()}state/"


def _rows(request: HttpRequest, batch: Batch) -> dict[str, object]:
    lines = shown.lines(batch, request.user)
    return {
        "lines": lines,
        "summary": shown.summary(lines),
        "open": sum(line.upload.is_open for line in lines),
        "batch": batch,
    }


def _page(request: HttpRequest, batch: Batch | None, status: int = 200) -> HttpResponse:
    own = batch is None or batch.by_id == request.user.pk
    context: dict[str, object] = {
        "key": batch.key if batch and own else uuid4().hex,
        "batch": batch,
        "state_url": _state_url(batch) if batch else "",
        "may_upload": own and does_work(request.user),
        "packings": Upload.Packing.choices,
        "most_mb": limits.most_bytes() // 1024**2,
        "most_files": limits.BATCH_FILES,
        "longest_text": _LONGEST_TEXT,
        "words": _words(),
    }
    if batch:
        context |= _rows(request, batch)
    return render(request, "policies/desk/upload.html", context, status=status)


def _words() -> dict[str, object]:
    """What the script says."""
    return {
        "most": limits.most_bytes(),
        "tooLarge": limits.too_large(),
        "waiting": _("等待发送"),
        "sending": _("正在发送"),
        "kept": _("已收到"),
        "cancelled": _("已取消，没有发送"),
        "broken": _("没有发送成功；请检查网络后点“重试”。"),
        "signedOut": _("没有收到确认，可能登录已过期；请在另一个窗口重新登录，再点“重试”。"),
        "cancel": _("取消"),
        "retry": _("重试"),
        "formatted": _("已保留粘贴内容里的表格和段落；改动文字后，按纯文字处理。"),
        "pasted": _("粘贴的正文"),
        "picture": _("粘贴的图片"),
        "nothing": _("没有选择文件，也没有粘贴正文；请先选择。"),
    }
