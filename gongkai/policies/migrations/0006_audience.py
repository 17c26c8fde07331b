from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policies", "0005_hand_in")]

    operations = [
        migrations.AddField(
            model_name="policy",
            name="audiences",
            field=models.CharField(
                blank=True,
                default="",
                help_text="这份文件直接关系到谁，可以选几类；说不准的不选。",
                max_length=120,
                verbose_name="面向",
            ),
            preserve_default=False,
        ),
    ]
