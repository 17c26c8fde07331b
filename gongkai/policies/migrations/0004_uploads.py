"""Files that are handed in at the desk: batches, and what became of each file."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0001_initial"),
        ("policies", "0003_relations_and_topics"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40, unique=True)),
                ('opened_at', models.DateTimeField(verbose_name='上传时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orgs.unit', verbose_name='单位')),
            ],
            options={
                'verbose_name': '上传批次',
                'verbose_name_plural': '上传批次',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=255, verbose_name='文件名')),
                ('size', models.PositiveBigIntegerField(verbose_name='字节数')),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('token', models.CharField(blank=True, max_length=40)),
                ('kept', models.BooleanField(db_index=True, default=True)),
                ('packing', models.CharField(choices=[('judged', '由系统判断'), ('one', '一个压缩包是一份文件及其附件'), ('many', '压缩包里是多份文件，每个单独成一份')], default='judged', max_length=10)),
                ('received_at', models.DateTimeField(verbose_name='收到时间')),
                ('state', models.CharField(choices=[('received', '已收到，等待读取'), ('reading', '正在读取'), ('done', '已读完'), ('refused', '没有收下')], default='received', max_length=10, verbose_name='状态')),
                ('outcome', models.CharField(blank=True, choices=[('', '还没有结果'), ('draft', '已成草稿'), ('offered', '作为已有文件的另一份原件，待确认'), ('unchanged', '已有这份文件，没有重复收下'), ('same_number', '已有文号和标题相同的记录'), ('unpacked', '已拆开，逐份读取'), ('unreadable', '不能读入'), ('classified', '带有密级标志，已清除'), ('infected', '查出病毒，已清除'), ('lost', '暂存的文件不在了'), ('failed', '系统处理时出错')], default='', max_length=12, verbose_name='结果')),
                ('sentence', models.TextField(blank=True, verbose_name='说明')),
                ('pages_done', models.PositiveIntegerField(default=0, verbose_name='已读页数')),
                ('pages', models.PositiveIntegerField(default=0, verbose_name='总页数')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField()),
                ('reader', models.CharField(blank=True, max_length=200)),
                ('lease_until', models.DateTimeField(null=True)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='policies.batch')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='policies.upload')),
                ('policy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='uploads', to='policies.policy', verbose_name='记录')),
            ],
            options={
                'verbose_name': '上传的文件',
                'verbose_name_plural': '上传的文件',
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['state', 'due_at'], name='upload_due')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'key'), name='a_file_of_a_batch_is_kept_once')],
            },
        ),
    ]
