"""Tables: topics, the rules by which they collect policies, and which policy is in which topic by whose doing."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Topic(models.Model):
    """A subject under which a unit keeps the policies of all units together (主题库).

    The rules are lists; an empty one asks nothing. Of one list any entry is enough; ``combine`` says whether one list
    that holds is enough or every list given must hold. ``references`` are policies: whatever is confirmed to rest on,
    carry out or amend one of them. Without any rule a topic is kept by hand alone. ``slug`` never changes: addresses
    and subscriptions name it.
    """

    class Combine(models.TextChoices):
        """How the lists of rules go together."""

        ANY = "any", _("符合其中一项即收录")
        ALL = "all", _("各项都符合才收录")

    wagtail_reference_index_ignore = True
    slug = models.SlugField(
        _("地址代号"),
        max_length=60,
        unique=True,
        help_text=_("小写字母、数字和连字符，如 housing；保存后不能再改，订阅和链接都用它。"),
    )
    name = models.CharField(_("名称"), max_length=60, unique=True)
    summary = models.CharField(_("简介"), max_length=300, blank=True)
    unit = models.ForeignKey("orgs.Unit", models.PROTECT, verbose_name=_("维护单位"), related_name="topics")
    active = models.BooleanField(_("公开"), default=True)
    combine = models.CharField(_("各项规则"), max_length=3, choices=Combine, default=Combine.ANY)
    units = models.ManyToManyField("orgs.Unit", verbose_name=_("责任单位"), related_name="+", blank=True)
    kinds = models.JSONField(_("文种"), default=list, blank=True)
    words = models.JSONField(_("词语"), default=list, blank=True)
    in_text = models.BooleanField(_("正文也查"), default=False)
    references = models.ManyToManyField(
        "policies.Policy", verbose_name=_("所依据的文件"), related_name="+", blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = _("主题")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        """How events and the audit chain name this record."""
        return f"policies.Topic:{self.pk}"

    @property
    def subscription_key(self) -> str:
        """What subscriptions call this topic."""
        return f"topic:{self.slug}"

    @property
    def subscription_name(self) -> str:
        """What a person reads who subscribes."""
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("topics:topic", args=[self.slug])


class TopicEntry(models.Model):
    """That a policy is in a topic, or must never be: by rule, by hand, or excluded; a person's word stands above the rule.

    ``matched`` are the rules that hold as [what, name] pairs (``topic_rules.Match``), empty where a person decided.
    """

    class How(models.TextChoices):
        """Who put it there."""

        RULE = "rule", _("规则收录")
        HAND = "hand", _("人工收录")
        EXCLUDED = "excluded", _("人工排除")

    wagtail_reference_index_ignore = True
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="entries")
    policy = models.ForeignKey("policies.Policy", models.CASCADE, related_name="topic_entries")
    how = models.CharField(_("方式"), max_length=10, choices=How)
    matched = models.JSONField(_("符合的规则"), default=list, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(_("收录时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("主题收录")
        constraints = [
            models.UniqueConstraint(fields=["topic", "policy"], name="a_policy_is_in_a_topic_once"),
            models.CheckConstraint(
                condition=~models.Q(how="rule") | models.Q(added_by__isnull=True),
                name="a_rule_is_nobody",
            ),
        ]
        indexes = [models.Index(fields=["topic", "how"], name="entry_of_topic")]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.how} {self.policy_id}"
