import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('description', models.TextField(blank=True)),
                ('repository', models.CharField(blank=True, help_text='https or ssh URL, or a path this server may read', max_length=500)),
                ('subpath', models.CharField(blank=True, help_text="the project's folder in a monorepo", max_length=300)),
                ('experiments', models.JSONField(blank=True, default=list, help_text='names of its MLflow experiments')),
                ('model_names', models.JSONField(blank=True, default=list, help_text='names of its registered models in MLflow')),
                ('slack_channel', models.CharField(blank=True, max_length=80, validators=[django.core.validators.RegexValidator('^#[\\w-]+$', 'A channel is written like #ml-alerts.')])),
                ('risk_tier', models.CharField(choices=[('low', 'Low'), ('medium', 'Medium'), ('high', 'High')], default='medium', max_length=10)),
                ('visibility', models.CharField(choices=[('members', 'Members only'), ('organisation', 'Everybody who can sign in'), ('public', 'Everybody, without signing in')], default='members', max_length=12)),
                ('target_level', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('target_reason', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ('name',),
                'constraints': [models.CheckConstraint(condition=models.Q(('target_level__isnull', True), models.Q(('target_reason', ''), _negated=True), _connector='OR'), name='project_target_has_reason', violation_error_message='Say why this level is the right target.'), models.CheckConstraint(condition=models.Q(('target_level__isnull', True), ('target_level__lte', 4), _connector='OR'), name='project_target_level_0_to_4')],
            },
        ),
        migrations.CreateModel(
            name='ProjectToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='projects.project')),
            ],
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('data-scientist', 'Data scientist'), ('data-engineer', 'Data engineer'), ('ml-engineer', 'ML engineer'), ('software-engineer', 'Software engineer'), ('owner', 'Owner'), ('viewer', 'Viewer')], max_length=20)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='projects.project')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'user', 'role'), name='membership_role_once')],
            },
        ),
    ]
