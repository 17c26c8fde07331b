"""Drafts handed in to be looked at, and drafts set to be published at a time."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0004_uploads"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HandIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "已送审，待审核"),
                            ("passed", "审核通过，待发布"),
                            ("sent_back", "已退回"),
                            ("taken_back", "已收回送审"),
                            ("overtaken", "送审后又有修改，已自动收回"),
                            ("published", "已发布"),
                        ],
                        default="waiting",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="送审时间")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="送审说明")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="处理时间")),
                ("remark", models.CharField(blank=True, max_length=300, verbose_name="处理意见")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hand_ins",
                        to="policies.policy",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="wagtailcore.revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "送审",
                "verbose_name_plural": "送审",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["state", "at"], name="hand_in_waiting")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "passed"])),
                        fields=("policy",),
                        name="one_hand_in_is_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="发布时间")),
                ("made_at", models.DateTimeField(verbose_name="设定时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("set", "待定时发布"),
                            ("done", "已定时发布"),
                            ("cancelled", "已取消"),
                            ("failed", "到时没有发布"),
                        ],
                        default="set",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="处理时间")),
                ("why", models.CharField(blank=True, max_length=600, verbose_name="原因")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="schedules",
                        to="policies.policy",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="wagtailcore.revision",
                    ),
                ),
            ],
            options={
                "verbose_name": "定时发布",
                "verbose_name_plural": "定时发布",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["state", "due_at"], name="schedule_due")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "set")), fields=("policy",), name="one_schedule_is_set"
                    )
                ],
            },
        ),
    ]
