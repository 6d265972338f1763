from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("assessments", "0003_assessments_by_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="said_by",
            field=models.CharField(blank=True, max_length=140),
        ),
    ]
