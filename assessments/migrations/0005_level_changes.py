from collections import defaultdict

import django.db.models.deletion
from django.db import migrations, models


def remember_what_moved(apps, schema_editor):
    """The changes of level among the scorings that are there already."""
    Scoring = apps.get_model("assessments", "Scoring")
    LevelChange = apps.get_model("assessments", "LevelChange")
    before = defaultdict(lambda: (None, None))
    rows = Scoring.objects.order_by("scored_at", "id").only(
        "project_id", "framework", "scored_at", "confirmed", "possible", "changes"
    )
    for scoring in rows.iterator(chunk_size=200):
        place, level = (scoring.project_id, scoring.framework), (scoring.confirmed, scoring.possible)
        if before[place] != level:
            why = next((change for change in scoring.changes if change.get("kind") == "overall"), {})
            LevelChange.objects.create(
                scoring=scoring,
                project_id=scoring.project_id,
                framework=scoring.framework,
                at=scoring.scored_at,
                confirmed_before=before[place][0],
                possible_before=before[place][1],
                confirmed=scoring.confirmed,
                possible=scoring.possible,
                cause=why.get("cause", ""),
                sentence=why.get("sentence", ""),
            )
        before[place] = level


class Migration(migrations.Migration):

    dependencies = [
        ("assessments", "0004_answers_taken_over"),
        ("projects", "0002_assessment_settings"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="scoring",
            index=models.Index(
                condition=models.Q(("live", True)),
                fields=["framework", "project", "confirmed", "possible", "checked_at"],
                name="scoring_live_level",
            ),
        ),
        migrations.CreateModel(
            name="LevelChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("framework", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("confirmed_before", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("possible_before", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("confirmed", models.PositiveSmallIntegerField()),
                ("possible", models.PositiveSmallIntegerField()),
                ("cause", models.CharField(blank=True, max_length=40)),
                ("sentence", models.TextField(blank=True)),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="level_changes",
                        to="projects.project",
                    ),
                ),
                (
                    "scoring",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="level_change",
                        to="assessments.scoring",
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-id"),
                "indexes": [
                    models.Index(fields=["framework", "-at"], name="level_change_newest"),
                    models.Index(fields=["project", "framework", "-at"], name="level_change_of_project"),
                ],
            },
        ),
        migrations.RunPython(remember_what_moved, migrations.RunPython.noop),
    ]
