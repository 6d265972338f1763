import mlops_portal.audit.models
from django.db import migrations, models

from mlops_portal.audit import triggers


def put_triggers(apps, schema_editor):
    triggers.put(schema_editor)


def take_triggers(apps, schema_editor):
    triggers.take(schema_editor)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('sequence', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('verb', models.CharField(max_length=80)),
                ('actor_kind', models.CharField(max_length=10)),
                ('actor_id', models.CharField(max_length=150)),
                ('actor_name', models.CharField(max_length=200)),
                ('face', models.CharField(max_length=10)),
                ('gesture', models.CharField(max_length=64)),
                ('subject_kind', models.CharField(max_length=80)),
                ('subject_id', models.CharField(max_length=200)),
                ('subject_label', models.CharField(max_length=200)),
                ('project_id', models.BigIntegerField(blank=True, null=True)),
                ('before', mlops_portal.audit.models.CanonicalJSON()),
                ('after', mlops_portal.audit.models.CanonicalJSON()),
                ('reason', models.TextField(blank=True)),
                ('previous_hash', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64, unique=True)),
            ],
            options={
                'verbose_name_plural': 'audit entries',
                'ordering': ('-sequence',),
                'indexes': [models.Index(fields=['project_id', '-sequence'], name='audit_by_project'), models.Index(fields=['verb', '-sequence'], name='audit_by_verb'), models.Index(fields=['actor_kind', 'actor_id', '-sequence'], name='audit_by_actor'), models.Index(fields=['subject_kind', 'subject_id', '-sequence'], name='audit_by_subject'), models.Index(fields=['gesture'], name='audit_by_gesture')],
            },
        ),
        migrations.CreateModel(
            name='ChainHead',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('sequence', models.BigIntegerField(default=0)),
                ('hash', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', max_length=64)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='audit_one_head')],
            },
        ),
        migrations.RunPython(put_triggers, take_triggers),
    ]
