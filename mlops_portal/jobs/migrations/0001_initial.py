import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('projects', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Worker',
            fields=[
                ('name', models.CharField(max_length=120, primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('beat_at', models.DateTimeField()),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=80)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('arguments', models.JSONField(default=dict)),
                ('slot', models.CharField(max_length=64)),
                ('number', models.PositiveIntegerField(default=1)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('running', 'running'), ('succeeded', 'succeeded'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='queued', max_length=10)),
                ('progress', models.FloatField(default=0.0)),
                ('message', models.CharField(blank=True, max_length=300)),
                ('result', models.JSONField(blank=True, null=True)),
                ('error', models.TextField(blank=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('dispatch', models.PositiveIntegerField(default=1)),
                ('requested_by', models.CharField(max_length=200)),
                ('requested_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_requested', models.BooleanField(default=False)),
                ('not_before', models.DateTimeField(blank=True, null=True)),
                ('heartbeat', models.DateTimeField(blank=True, null=True)),
                ('worker', models.CharField(blank=True, max_length=120)),
                ('project', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='jobs', to='projects.project')),
            ],
            options={
                'ordering': ('-requested_at', 'id'),
                'indexes': [models.Index(fields=['state', 'requested_at'], name='job_by_state'), models.Index(fields=['project', '-requested_at'], name='job_by_project'), models.Index(fields=['slot', '-number'], name='job_by_slot')],
                'constraints': [models.CheckConstraint(condition=models.Q(('progress__gte', 0), ('progress__lte', 1)), name='job_progress_0_to_1'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state__in', ['cancelled', 'failed', 'succeeded'])), models.Q(models.Q(('state__in', ['cancelled', 'failed', 'succeeded']), _negated=True), ('finished_at__isnull', True)), _connector='OR'), name='job_finished_when_final'), models.UniqueConstraint(fields=('slot', 'number'), name='job_once_per_slot_and_number')],
            },
        ),
    ]
