import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0004_sign_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnitGuide",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("classification", models.TextField(blank=True, max_length=2000, verbose_name="信息分类")),
                ("arrangement", models.TextField(blank=True, max_length=2000, verbose_name="编排体系")),
                ("ways", models.TextField(blank=True, max_length=2000, verbose_name="获取方式")),
                (
                    "office_name",
                    models.CharField(blank=True, max_length=120, verbose_name="公开工作机构名称"),
                ),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="办公地址")),
                ("hours", models.CharField(blank=True, max_length=200, verbose_name="办公时间")),
                ("telephone", models.CharField(blank=True, max_length=120, verbose_name="联系电话")),
                ("fax", models.CharField(blank=True, max_length=120, verbose_name="传真号码")),
                (
                    "online",
                    models.CharField(
                        blank=True,
                        help_text="网址或者电子邮箱。",
                        max_length=300,
                        verbose_name="互联网联系方式",
                    ),
                ),
                ("confirmed_on", models.DateField(blank=True, null=True, verbose_name="核对日期")),
                ("at", models.DateTimeField(verbose_name="写入时间")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guides",
                        to="orgs.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "政府信息公开指南",
                "verbose_name_plural": "政府信息公开指南",
                "ordering": ["unit", "-pk"],
            },
        ),
    ]
