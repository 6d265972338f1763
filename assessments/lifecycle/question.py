"""What a project says about where its evidence is, as a digest: evidence stands only while the same is asked for."""

from __future__ import annotations

from assessments.collectors.git.commits import TOPIC as COMMITS
from assessments.selectors.form import TOPIC as FORM
from mlops_portal.kernel.digest import digest
from mlops_portal.projects.models import Project

#: The fields of a project that say where a source is. The operator's MLflow is no word of the project: when it moves,
#: what was seen of the same experiments goes on standing until it runs out.
FIELDS = {
    "git": ("repository", "subpath"),
    "human": ("repository", "subpath"),
    "mlflow": ("experiments", "model_names"),
}


def question(project: Project, topic: str) -> str:
    """The digest of what is asked of a topic, or of a whole source; "" for what nobody asks for.

    Nobody asks a repository for CI's posts, nor for what people answered in the portal and somebody accepted: these
    stand wherever the repository moves.
    """
    if topic == FORM:
        return ""
    sources = ("git", "mlflow") if topic == COMMITS else (topic.partition(".")[0],)
    fields = [field for source in sources for field in FIELDS.get(source, ())]
    return digest([getattr(project, field) for field in fields]) if fields else ""
