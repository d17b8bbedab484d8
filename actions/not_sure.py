"""The client does not know: the question is not asked again, and an assumption takes its place."""

from __future__ import annotations

from actions import ask_estimate, ask_fit, need
from actions.base import Turn
from actions.greet import EXAMPLES
from actions.reply import Button, Reply
from sizing.told import Told
from sizing.weighed import weighed

# who does not know what it should do is helped once to find out
JOBS = (
    "No matter. Most of what people buy these machines for is one of these: looking at pictures (sorting, finding, "
    "measuring), working with text (a chat assistant, questions about your own documents), speech (writing down, "
    "speaking), or figures (forecasts, scores). Which is nearest?"
)


def usual_job(turn: Turn) -> Reply:
    """A recommendation for the job that what they did say points at, else for the commonest first one."""
    told = turn.state["told"]
    task = likely(told)
    known = told.get("not_sure") or []
    turn.state["told"] = {**told, "task": task, "not_sure": [*known, "task"]}
    words = task.replace("_", " ").replace("llm inference", "a chat assistant")
    words = {"rag": "questions about your own documents", "tabular": "scores from tables"}.get(words, words)
    lead = f"You cannot say what it is for yet, so I take {words}, which is what most begin with; say when it is not."
    return need.advise(turn, lead=lead)


def likely(told: Told) -> str:
    """The commonest task of such data, rates and sizes."""
    units = " ".join(str((told.get(slot) or {}).get("unit", "")) for slot in ("dataset_size", "throughput"))
    if told.get("image_resolution") or any(word in units for word in ("image", "camera", "video", "items")):
        return "image_classification"
    if "audio" in units:
        return "speech_recognition"
    if any(word in units for word in ("row", "customer", "product", "case")):
        return "tabular"
    if "document" in units:
        return "rag"
    return "llm_finetuning" if told.get("phase") in ("training", "fine_tuning") else "llm_inference"


def reply(turn: Turn) -> Reply:
    state = turn.state
    if (state.get("waiting") or {}).get("intent") in ("ask_fit", "ask_estimate"):
        module = ask_fit if state["waiting"]["intent"] == "ask_fit" else ask_estimate
        return module.reply(turn)
    if not state["asked"] and weighed(state["told"], turn.catalog).completed.need is not None:
        return need.reply(turn)
    if not state["asked"]:
        # asked as openly as can be; who cannot say that either is answered for a usual job
        state["asked"], state["asked_why"] = "task", "Without knowing the job, any machine I named would be a guess."
        state["questions"] = max(state["questions"], 1) + 1
        return Reply(
            "question",
            "That is fine. Tell me what you do know, even roughly: what should it do, and with "
            "how much data or how many users?",
        )
    if state["asked"] == "task" and state["questions"] > 1:  # helped once already: a usual job says more than silence
        return usual_job(turn)
    if state["asked"] == "task":
        said = JOBS
        state["questions"] += 1
        buttons = (*EXAMPLES[:1], Button("A person", "talk to a person"))
        return Reply("question", said, ("hardware_recommendation",), buttons=buttons)
    known = state["told"].get("not_sure") or []
    state["told"] = {**state["told"], "not_sure": [*known, state["asked"]]}
    state["asked"], state["asked_why"] = None, ""
    return need.reply(turn)
