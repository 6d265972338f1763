"""Questions only people can answer (HUM-01 … HUM-08), and attestations of criteria: both read from people's answers.

Topics ``human.file`` (``mlops.yaml``) and ``human.form`` (the portal's forms) carry the same payload::

    {"answers": [{"id": "HUM-01" or a criterion id, "answer": "yes" | "no" | "not-sure" (HUM-07 also "file",
                  "registry", "pipeline"), "text": str, "link": str, "by": str, "at": ISO time,
                  "expires": ISO time or "", "line": int}, …],
     "errors": [str, …], "agreements": {"slices"?, "staleness_days"?, "availability"?, "acknowledge_minutes"?}}

The newest answer to a question stands, whichever way it came in; an answer dated after the moment of judgement is not
there yet. A question's answer runs out at its ``expires`` or with the check's validity, whichever is earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from assessments.checks.base import Facts, check
from assessments.checks.payloads import once
from assessments.checks.verdict import Outcome, Seen, Verdict, met, not_met, partial, unknown
from assessments.evidence import SEEING, Evidence
from mlops_portal.kernel.clock import parse

#: Where people's answers come from.
TOPICS = ("human.file", "human.form")

#: Ids of questions start like this; every other id in an answers file is a criterion's.
QUESTION = "HUM-"

#: Every question there is.
QUESTIONS = tuple(f"{QUESTION}{number:02}" for number in range(1, 9))
#: No answer holds longer, whoever asks for it.
LONGEST = timedelta(days=366)


class Proof(NamedTuple):
    """What a yes must say, or lead to, in order to count in full; "" where nothing is asked."""

    words: str = ""
    link_to: str = ""


#: What a yes to each question needs.
PROOFS = {
    "HUM-01": Proof("who they are"),
    "HUM-02": Proof(link_to="the job"),
    "HUM-03": Proof(link_to="the contract (schema, OpenAPI)"),
    "HUM-04": Proof("who automated it and what was handed over", "the integration"),
    "HUM-05": Proof("who provisions it and whether it is shared"),
    "HUM-06": Proof(link_to="the dashboard"),
    "HUM-07": Proof(),
    "HUM-08": Proof("why"),
}

#: Answers that a question allows besides yes, no and not-sure.
CHOICES = {"HUM-07": ("file", "registry", "pipeline")}


class Attestation(NamedTuple):
    """A person's statement about one criterion: ``answer`` is "yes", "no" or "not-sure"; ``where`` is ``path:line``.

    ``link`` leads to the proof (always there when the answer is "yes"); after ``expires`` it counts no longer.
    """

    criterion: str
    answer: str
    text: str
    link: str
    by: str
    at: datetime
    expires: datetime
    where: str


class Reply(NamedTuple):
    """One answer as given, with its times read; ``expires`` is None when only the check's validity ends it."""

    id: str
    answer: str
    text: str
    link: str
    by: str
    at: datetime
    expires: datetime | None
    where: str

    @property
    def seen(self) -> Seen:
        """The answer as a thing seen."""
        said = f"{self.by or 'Somebody'} answered “{self.answer}” on {self.at:%Y-%m-%d}"
        return Seen(f"{said}: {self.text}" if self.text else f"{said}.", self.where, self.link)


@once
def _replies(payload: Mapping[str, Any], topic: str) -> tuple[Reply, ...]:
    return tuple(_read(topic, payload))


def _read(topic: str, payload: Mapping[str, Any]) -> Iterator[Reply]:
    for item in payload.get("answers", ()):
        yield Reply(
            id=item["id"],
            answer=item["answer"],
            text=item.get("text", ""),
            link=item.get("link", ""),
            by=item.get("by", ""),
            at=parse(item["at"]),
            expires=parse(item["expires"]) if item.get("expires") else None,
            where=f"{payload.get('path', topic)}:{item['line']}" if item.get("line") else topic,
        )


def _newest(evidence: Mapping[str, Evidence], now: datetime) -> Mapping[str, Reply]:
    sources = [(evidence[t].payload, t) for t in TOPICS if t in evidence and evidence[t].sight in SEEING]
    if len(sources) == 1:  # the usual case
        return _newest_in(*sources[0], now)
    return _standing(reply for source in sources for reply in _replies(*source) if reply.at <= now)


@once
def _newest_in(payload: Mapping[str, Any], topic: str, now: datetime) -> Mapping[str, Reply]:
    return _standing(reply for reply in _replies(payload, topic) if reply.at <= now)


def _standing(replies: Iterable[Reply]) -> dict[str, Reply]:
    return {reply.id: reply for reply in sorted(replies, key=lambda reply: (reply.at, reply.where, reply.answer))}


def reply_to(question: str, evidence: Mapping[str, Evidence], now: datetime) -> Reply | None:
    """Return the newest answer to a question, whether or not it has run out; ``evidence`` stands, per topic."""
    return _newest(evidence, now).get(question)


def _attested(evidence: Mapping[str, Evidence], now: datetime) -> Iterator[Attestation]:
    for reply in _newest(evidence, now).values():
        if reply.id.startswith(QUESTION) or reply.expires is None or (reply.answer == "yes" and not reply.link):
            continue
        yield Attestation(
            reply.id, reply.answer, reply.text, reply.link, reply.by, reply.at, reply.expires, reply.where
        )


def attestations(evidence: Mapping[str, Evidence], now: datetime) -> dict[str, Attestation]:
    """Return the newest attestation of each criterion that holds at ``now``; ``evidence`` stands, per topic."""
    return {item.criterion: item for item in _attested(evidence, now) if item.expires >= now}


def expired_attestations(evidence: Mapping[str, Evidence], now: datetime) -> dict[str, Attestation]:
    """Return the newest attestation of each criterion where that one has run out: what a page shows as stale."""
    return {item.criterion: item for item in _attested(evidence, now) if item.expires < now}


def agreement(facts: Facts, name: str) -> Any:
    """What the project's people agreed on under ``name`` ("slices", "staleness_days" …); None when nothing.

    Read from ``agreements`` in the payloads of ``human.file`` and ``human.form``; the form's wins.
    """
    agreed = [(facts.get(topic) or {}).get("agreements", {}).get(name) for topic in TOPICS]
    return next((value for value in reversed(agreed) if value is not None), None)


def _stale(reply: Reply, facts: Facts) -> Verdict | None:
    ends = min(filter(None, (reply.expires, reply.at + facts.window)))
    if ends >= facts.now:
        return None
    return Verdict(Outcome.STALE, reason=f"The answer ran out on {ends:%Y-%m-%d}; please renew it.", seen=(reply.seen,))


def _unanswered(facts: Facts) -> Verdict:
    errors = [error for topic in TOPICS for error in (facts.get(topic) or {}).get("errors", ())]
    if errors:
        return unknown(f"There is no valid answer; errors in the answers: {errors[0]}", map(Seen, errors))
    return unknown("Nobody has answered this yet: answer it in the portal or in mlops.yaml.")


def _answered(question: str, facts: Facts) -> Reply | Verdict:
    reply = _newest(facts.evidence, facts.now).get(question)
    if reply is None:
        return _unanswered(facts)
    if stale := _stale(reply, facts):
        return stale
    if reply.answer == "not-sure":
        return unknown(f"{reply.by or 'The person asked'} is not sure.", [reply.seen])
    return reply


def says(facts: Facts, question: str) -> str:
    """The answer to a question that stands at the moment of judgement; empty when there is none or it ran out."""
    reply = _newest(facts.evidence, facts.now).get(question)
    return reply.answer if reply and (reply.expires or reply.at + LONGEST) >= facts.now else ""


def _judge(question: str, facts: Facts) -> Verdict:
    """Yes is met, with the proof that the question asks for."""
    proof = PROOFS[question]
    reply = _answered(question, facts)
    if isinstance(reply, Verdict):
        return reply
    if reply.answer == "no":
        return not_met("The answer is no.", [reply.seen], link=reply.link)
    if proof.link_to and not reply.link:
        return partial(f"Answered, without a link to {proof.link_to}.", [reply.seen])
    if proof.words and not reply.text:
        return partial(f"Answered yes, without saying {proof.words}.", [reply.seen], link=reply.link)
    return met(f"Answered by {reply.by or 'a member'} on {reply.at:%Y-%m-%d}.", [reply.seen], link=reply.link)


@check("HUM-01", needs=(), may_read=TOPICS)
def are_owners_named(facts: Facts) -> Verdict:
    """Whether owners are named for data science, data engineering and software engineering."""
    return _judge("HUM-01", facts)


@check("HUM-02", needs=(), may_read=TOPICS)
def was_an_experiment_jointly_turned_into_a_job(facts: Facts) -> Verdict:
    """Which experiment was jointly turned into a job, and where."""
    return _judge("HUM-02", facts)


@check("HUM-03", needs=(), may_read=TOPICS)
def is_there_an_agreed_contract(facts: Facts) -> Verdict:
    """Where the input/output contract is that data engineers, data scientists and software engineers agreed."""
    return _judge("HUM-03", facts)


@check("HUM-04", needs=(), may_read=TOPICS)
def was_integration_automated_by_engineers(facts: Facts) -> Verdict:
    """Who automated model integration, and what the hand-off of a model consists of."""
    return _judge("HUM-04", facts)


@check("HUM-05", needs=(), may_read=TOPICS)
def is_compute_managed(facts: Facts) -> Verdict:
    """Whether compute is managed: who provisions it, is it shared."""
    return _judge("HUM-05", facts)


@check("HUM-06", needs=(), may_read=TOPICS)
def are_production_markers_agreed(facts: Facts) -> Verdict:
    """Which production data markers and metrics data scientists and software engineers agreed."""
    return _judge("HUM-06", facts)


@check("HUM-07", needs=(), may_read=(*TOPICS, "mlflow.models"))
def does_the_model_reach_engineers(facts: Facts) -> Verdict:
    """How a finished model reaches software engineers today.

    An answer "registry" that the registry contradicts (MLF-05) is said so in the reason. The outcome stays: were it
    to change, losing sight of MLflow would raise a level.
    """
    verdict = _judge("HUM-07", facts)
    reply = _newest(facts.evidence, facts.now).get("HUM-07")
    models = facts.get("mlflow.models")
    if verdict.outcome is not Outcome.MET or reply is None or reply.answer != "registry" or models is None:
        return verdict
    if models.get("models"):
        return verdict
    seen = (*verdict.seen, Seen("MLflow's registry shows no model of this project (MLF-05)."))
    return met("People say that models pass through the registry, which shows none (MLF-05).", seen)


@check("HUM-08", needs=(), may_read=TOPICS)
def is_a_feature_store_needed(facts: Facts) -> Verdict:
    """Whether a feature store is needed (features shared by two models or more).

    Met means "needed": it opens the conditional criteria about feature stores; any other outcome leaves them closed.
    """
    return _judge("HUM-08", facts)
