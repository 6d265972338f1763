"""The words of the product, each with its meaning, as the help page lists them and search finds them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import slugify


@dataclass(frozen=True, slots=True)
class Term:
    """One word and what it means."""

    word: str
    meaning: str

    @property
    def anchor(self) -> str:
        """Where the help page has it."""
        return f"word-{slugify(self.word)}"


_WORDS = {
    "Project": "One machine-learning effort with a repository, experiments and models of its own; it gets a level.",
    "Framework": "A rubric: which dimensions are looked at, which levels there are, and what each level demands.",
    "Dimension": "One side of maturity, for example model release. Each has a level of its own.",
    "Criterion": "One thing that a level demands. It is met, not met, or cannot be told.",
    "Check": "A question with a true or false answer that looks at evidence. Several frameworks use the same checks.",
    "Collector": "The part of the portal that fetches facts from one source: a repository, MLflow, CI, people.",
    "Evidence": "What a collector saw, when, and until when it may be believed. It is never changed afterwards.",
    "Verdict": "The answer of a check: met, in part, not met, unknown, ran out, not applicable, or collector failed.",
    "Strength": "How much an answer proves: 1 was seen at work, 0.5 was declared or done by hand, 0 nothing.",
    "Attestation": "A person’s answer to what no machine can see. It is signed, has a link, and runs out.",
    "Assessment": "A dated pass through the questions for one project. People answer and submit; another reviews.",
    "Scorecard": "The page that shows a level with its reasons, what next, and what could not be seen.",
    "Confirmed level": "The highest level of which every criterion is proven, and of all levels below it.",
    "Possible level": "The level there would be if everything unknown turned out well.",
    "Interval": "Both together: “2, up to 3”. Where they are the same, the level is certain.",
    "Live level": "What evidence says right now. It is computed again whenever evidence comes or runs out.",
    "Accepted level": "What the last reviewed assessment said. It stays until the next one is accepted.",
    "Blind spot": "Something nobody could look at. It widens the interval and never lowers the confirmed level.",
    "Contradiction": "People say one thing, machines saw another. Both are shown; where machines decide, they win.",
    "Target": "The level a project needs, with a reason. Not every project needs level 4.",
    "Standing": "Where the level is against the target: below, at, beyond, or open when evidence cannot tell.",
    "Waiver": "Permission to be below a criterion for a while. It opens a gate, always ends, and never raises a level.",
    "Not applicable": "A criterion that makes no sense for a project. Another person must agree.",
    "Review": "A decision by a second person on something somebody asked for. Nobody decides on their own request.",
    "Design review": "The questions before training: the problem, the metric, a baseline without ML, is ML needed?",
    "Roadmap": "The next steps of a project, each with an owner and a day. Evidence says when one is done.",
    "Gate": "A condition that must hold before something may happen, for example before a pipeline goes on.",
    "Risk tier": "How much harm a wrong model can do: low, medium or high. It decides how strict the rules are.",
    "Cadence": "How many days may pass between two assessments of a project.",
    "Audit entry": "One line of the trail: who changed what, when, and why. Nobody can change or remove it unnoticed.",
}  # fmt: skip

#: In alphabetical order.
GLOSSARY = tuple(Term(word, meaning) for word, meaning in sorted(_WORDS.items()))
