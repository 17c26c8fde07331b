"""The form in which a topic and its rules are written: lists of words and of documents are typed one a line."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongkai.kernel.stamps import stamp
from gongkai.orgs.models import Unit
from gongkai.orgs.permissions import works_across_units
from gongkai.policies import queries
from gongkai.policies.models import Policy, Topic
from gongkai.policies.names import title_key
from gongkai.policies.topic_rules import Rules
from gongkai.text.document_numbers import parse_number

_MOST_LINES = 50


class TopicForm(forms.ModelForm):
    """A topic with its rules; a clerk's topics belong to the clerk's unit."""

    words_lines = forms.CharField(
        label=gettext_lazy("词语"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("每行一个，至少两个字；标题含有其中任何一个即符合。英文字母区分大小写。"),
    )
    kinds_chosen = forms.MultipleChoiceField(
        label=gettext_lazy("文种"), required=False, widget=forms.CheckboxSelectMultiple
    )
    references_lines = forms.CharField(
        label=gettext_lazy("依据、落实或者修改的文件"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("每行一份，写文号或者标题全文；以它们为依据、落实或者修改它们的文件即符合。"),
    )

    # What the form was filled with: who saves after a colleague is told.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Topic
        fields = ["name", "slug", "summary", "unit", "active", "combine", "units", "in_text"]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "units": forms.CheckboxSelectMultiple,
            "combine": forms.RadioSelect,
        }

    field_order = [
        "name", "slug", "summary", "unit", "active", "combine", "units", "kinds_chosen", "words_lines", "in_text",
        "references_lines",
    ]  # fmt: skip

    def __init__(self, *args: Any, by: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        topic = self.instance
        units = Unit.objects.filter(active=True)
        self.fields["unit"].queryset = units if works_across_units(by) else units.filter(pk=by.unit_id)  # type: ignore[attr-defined]
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self.fields["slug"].disabled = topic.pk is not None
        known = {kind for kind, _n in queries.counts(queries.public(), "kind")} | set(topic.kinds)
        self.fields["kinds_chosen"].choices = [(kind, kind) for kind in sorted(known)]  # type: ignore[attr-defined]
        self.initial.update(
            kinds_chosen=topic.kinds,
            words_lines="\n".join(topic.words),
            references_lines="\n".join(_shown(each) for each in topic.references.all()) if topic.pk else "",
            seen=seen_of(topic),
        )

    def clean_words_lines(self) -> list[str]:
        """The words one by one. Raises ValidationError for one too short to tell anything apart."""
        words = _lines(self.cleaned_data["words_lines"])
        short = [word for word in words if len(word) < 2]
        if short:
            raise forms.ValidationError(
                _("“%s”只有一个字，会收录不相干的文件，请写至少两个字的词语。") % short[0]
            )
        return words

    def clean_references_lines(self) -> list[Policy]:
        """The documents that the lines name. Raises ValidationError for a line that names none, or several."""
        return [_document(line) for line in _lines(self.cleaned_data["references_lines"])]

    def rules(self) -> Rules:
        """The rules as written, for a look at what they would collect."""
        data = self.cleaned_data
        return Rules(
            together=data["combine"] == Topic.Combine.ALL,
            units=tuple((unit.pk, str(unit)) for unit in data["units"]),
            kinds=tuple(data["kinds_chosen"]),
            words=tuple(data["words_lines"]),
            in_text=data["in_text"],
            references=tuple((policy.pk, policy.title) for policy in data["references_lines"]),
        )

    def overtaken(self, kept: Topic) -> bool:
        """True if ``kept`` is no longer what the form was filled with: says so, and lets a second press save all the same."""
        if self.cleaned_data["seen"] in {"", seen_of(kept)}:
            return False
        now = "；".join(f"{self.fields[name].label}：{text or '—'}" for name, text in stored(kept).items())
        said = _(
            "您打开之后，别人修改了这个主题。您填写的内容还在下面，没有保存；对照以后再保存一次，就以您的为准。现在保存着的是——%s"
        )
        self.add_error(None, said % now)
        data: Any = self.data
        self.data = data.copy()  # a QueryDict, with several values of one name
        self.data["seen"] = seen_of(kept)  # type: ignore[index]
        return True

    def topic(self) -> Topic:
        """The topic as written, in memory."""
        topic: Topic = self.save(commit=False)
        topic.words, topic.kinds = self.cleaned_data["words_lines"], self.cleaned_data["kinds_chosen"]
        return topic


def stored(topic: Topic) -> dict[str, str]:
    """What is kept of a topic, in a person's words by the names of the form's fields."""
    if not topic.pk:
        return {}
    return {
        "name": topic.name,
        "summary": topic.summary,
        "unit": str(topic.unit),
        "active": _("是") if topic.active else _("否"),
        "combine": topic.get_combine_display(),
        "units": "、".join(str(unit) for unit in topic.units.order_by("pk")),
        "kinds_chosen": "、".join(topic.kinds),
        "words_lines": "、".join(topic.words),
        "in_text": _("是") if topic.in_text else _("否"),
        "references_lines": "、".join(_shown(each) for each in topic.references.order_by("pk")),
    }


def seen_of(topic: Topic) -> str:
    """The stamp of what is kept of a topic; "" for a new one."""
    return stamp(stored(topic)) if topic.pk else ""


def _shown(policy: Policy) -> str:
    return policy.document_number or policy.title


def _lines(text: str) -> list[str]:
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(lines) > _MOST_LINES:
        raise forms.ValidationError(_("最多写%d行，请合并或者另建主题。") % _MOST_LINES)
    return lines


def _document(line: str) -> Policy:
    number = parse_number(line)
    # A title may begin with a number's words; a number alone is what the office writes in its own field.
    by_number = Q(number_key=number.key) if number else Q(pk__in=[])
    title = line.removeprefix("《").removesuffix("》") if line.count("《") == 1 else line
    named = by_number | Q(title__in=[line, title]) | Q(names__key=title_key(title))
    found = list(queries.public().filter(named).defer("body").distinct()[:2])
    if not found:
        raise forms.ValidationError(_("没有已发布的文件叫“%s”，请核对文号或者标题全文。") % line)
    if len(found) > 1:
        raise forms.ValidationError(_("有多份文件叫“%s”，请改写文号。") % line)
    return found[0]
