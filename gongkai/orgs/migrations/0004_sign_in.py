import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('orgs', '0003_roles'),
    ]

    operations = [
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='second_factor', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('secret', models.TextField(blank=True, default='', verbose_name='密钥')),
                ('pending', models.TextField(blank=True, default='', verbose_name='待确认的密钥')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='启用时间')),
                ('last_step', models.BigIntegerField(default=0, verbose_name='最近用过的时间步')),
            ],
            options={
                'verbose_name': '动态口令',
                'verbose_name_plural': '动态口令',
            },
        ),
        migrations.CreateModel(
            name='FormerPassword',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=255, verbose_name='密码摘要')),
                ('set_at', models.DateTimeField(verbose_name='设置时间')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_passwords', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '用过的密码',
                'verbose_name_plural': '用过的密码',
                'ordering': ['-set_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Look',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('what', models.CharField(max_length=60, verbose_name='内容')),
                ('subject', models.CharField(max_length=1000, verbose_name='涉及对象')),
                ('purpose', models.CharField(blank=True, default='', max_length=200, verbose_name='事由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='查阅人')),
            ],
            options={
                'verbose_name': '查阅记录',
                'verbose_name_plural': '查阅记录',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['at'], name='orgs_look_at'), models.Index(fields=['by', 'at'], name='orgs_look_by')],
            },
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='使用时间')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '恢复码',
                'verbose_name_plural': '恢复码',
                'constraints': [models.UniqueConstraint(fields=('user', 'digest'), name='a_recovery_code_is_there_once')],
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(verbose_name='登录时间')),
                ('last_seen_at', models.DateTimeField(verbose_name='最近操作')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='结束时间')),
                ('why', models.CharField(blank=True, choices=[('logout', '退出登录'), ('idle', '长时间没有操作'), ('expired', '超过最长登录时间'), ('self', '本人从别处结束'), ('password', '修改了密码'), ('role', '岗位有变动'), ('reset', '密码或者动态口令被重置'), ('factor', '须用动态口令重新登录'), ('account', '账号停用')], default='', max_length=10, verbose_name='结束原因')),
                ('factor', models.CharField(blank=True, choices=[('', '密码'), ('totp', '密码和动态口令'), ('recovery', '密码和恢复码')], default='', max_length=10, verbose_name='登录方式')),
                ('address', models.GenericIPAddressField(blank=True, null=True, verbose_name='网络地址')),
                ('device', models.CharField(blank=True, default='', max_length=60, verbose_name='设备')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
            ],
            options={
                'verbose_name': '登录',
                'verbose_name_plural': '登录',
                'ordering': ['-started_at', '-pk'],
                'indexes': [models.Index(fields=['user', 'ended_at'], name='orgs_sign_in_open'), models.Index(fields=['started_at'], name='orgs_sign_in_started')],
            },
        ),
    ]
