"""What machines score continuously is called a scoring; an assessment is what people submit and review."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("assessments", "0001_initial"), ("projects", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("assessment", "assessment_one_live"),
        migrations.RemoveConstraint("assessment", "assessment_possible_ge_confirmed"),
        migrations.RenameModel("Assessment", "Scoring"),
        migrations.RenameIndex("scoring", new_name="scoring_newest", old_name="assessment_newest"),
        migrations.AlterField(
            "scoring",
            "project",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="scorings",
                to="projects.project",
            ),
        ),
        migrations.AddConstraint(
            "scoring",
            models.UniqueConstraint(fields=("project", "framework"), condition=models.Q(live=True), name="scoring_one_live"),
        ),
        migrations.AddConstraint(
            "scoring",
            models.CheckConstraint(
                condition=models.Q(possible__gte=models.F("confirmed")), name="scoring_possible_ge_confirmed"
            ),
        ),
    ]
