"""Topics at the desk: a person's topics, their rules with a look at what they would collect, and entries by hand."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gongkai.kernel import clock
from gongkai.kernel.access import rule
from gongkai.kernel.sheets import sheet
from gongkai.orgs.permissions import may_use_desk
from gongkai.policies.actions import topics as actions
from gongkai.policies.actions.publish import Refused
from gongkai.policies.models import Policy, Topic
from gongkai.policies.topic_desk import as_table, entries_context, entries_of, preview
from gongkai.policies.topic_forms import TopicForm
from gongkai.policies.topics import changeable_by, counted

_PAGE_SIZE = 50
_DECISIONS = {"hand": actions.add_by_hand, "exclude": actions.exclude, "rules": actions.leave_to_rules}


@rule(may_use_desk)
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    """The topics that a person may work on; ?export=xlsx gives them as a file."""
    counts = counted(clock.today())
    rows = [(topic, counts.get(topic.pk)) for topic in changeable_by(request.user)]
    if request.GET.get("export") == "xlsx":
        return sheet(_("主题"), *as_table(rows))
    return render(request, "policies/desk/topics.html", {"rows": rows})


@rule(may_use_desk)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new topic."""
    return _edit(request, Topic(unit=getattr(request.user, "unit", None)))


@rule(may_use_desk)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """A topic's name and rules."""
    return _edit(request, get_object_or_404(changeable_by(request.user), slug=slug))


def _edit(request: HttpRequest, topic: Topic) -> HttpResponse:
    form = TopicForm(request.POST or None, instance=topic, by=request.user)
    looked = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("step") == "save" and _saved(request, form):
            return redirect("topics_desk:topic", form.instance.slug)
        looked = preview(form.rules(), topic)
    return render(request, "policies/desk/topic_form.html", {"form": form, "topic": topic, "preview": looked})


@transaction.atomic
def _saved(request: HttpRequest, form: TopicForm) -> bool:
    data = form.cleaned_data
    # As it is kept now, and locked: the form's own was read before, and holds what was typed.
    kept = Topic.objects.select_for_update().filter(pk=form.instance.pk).first()
    if kept and form.overtaken(kept):
        return False
    try:
        actions.change_topic(
            topic=form.topic(), units=data["units"], references=data["references_lines"], by=request.user
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("已保存，并已按新的规则收录。"))
    return True


@rule(may_use_desk)
@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """What is in a topic and by whose doing, and a search for what else to add or exclude."""
    asked = get_object_or_404(changeable_by(request.user), slug=slug)
    page = Paginator(entries_of(asked, request.GET.get("how", "")), _PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    return render(request, "policies/desk/topic.html", entries_context(asked, page, request.GET))


@rule(may_use_desk)
@require_POST
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a policy by hand, exclude it, or leave it to the rules again."""
    asked = get_object_or_404(changeable_by(request.user), slug=slug)
    act = _DECISIONS.get(request.POST.get("decision", ""))
    number = request.POST.get("policy", "")
    if act is None or not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise Http404(_("没有这份文件或者没有这项操作，请从主题的页面重新进入。"))
    # What is public, and what the topic holds: no other unit's drafts.
    within = Q(live=True) | Q(topic_entries__topic=asked)
    policy = get_object_or_404(Policy.objects.filter(within).distinct().defer("body"), pk=int(number))
    try:
        act(topic=asked, policy=policy, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已处理：%(title)s") % {"title": policy.title})
    return redirect("topics_desk:topic", asked.slug)
