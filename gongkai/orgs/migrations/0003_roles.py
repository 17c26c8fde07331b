"""Eight roles, accounts that end, and no account that may do everything."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import gongkai.orgs.models.people


def no_superusers(apps, _schema_editor):
    """Whoever could do everything keeps the account without a role: gongkai accounts first makes the administrators."""
    apps.get_model("orgs", "User").objects.filter(is_superuser=True).update(is_superuser=False)


class Migration(migrations.Migration):
    dependencies = [("orgs", "0002_confirmed_figure")]

    operations = [
        migrations.AlterModelManagers(
            name="user", managers=[("objects", gongkai.orgs.models.people.People())]
        ),
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
                choices=[
                    ("none", "不使用工作台"),
                    ("clerk", "经办人"),
                    ("reviewer", "审核人"),
                    ("publisher", "发布人"),
                    ("office", "区府办"),
                    ("system", "系统管理员"),
                    ("security", "安全管理员"),
                    ("auditor", "审计管理员"),
                ],
                default="none",
                max_length=20,
                verbose_name="岗位",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="must_change_password",
            field=models.BooleanField(default=False, verbose_name="须先改密码"),
        ),
        migrations.AddField(
            model_name="user",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="最后使用日"),
        ),
        migrations.AddField(
            model_name="user",
            name="opened_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="开设人",
            ),
        ),
        migrations.RunPython(no_superusers, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="user", name="clerk_belongs_to_a_unit"),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role__in", ["clerk", "reviewer", "publisher"]), _negated=True),
                    ("unit__isnull", False),
                    _connector="OR",
                ),
                name="people_of_a_unit_belong_to_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role__in", ["system", "security", "auditor"]), _negated=True),
                    ("unit", None),
                    _connector="OR",
                ),
                name="administrators_do_no_units_work",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_superuser", False)), name="nobody_may_do_everything"
            ),
        ),
    ]
