"""The bot as one object: train it, load it, and give it what a person typed. Every channel goes through here."""
from __future__ import annotations

import contextlib
import functools
import gc
import hashlib
import logging
import os
import sys
import uuid
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot import without_tensorflow

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow, when training imports it, has nothing to say here
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("LOG_LEVEL", os.environ.get("PLAINSPEC_LOG_LEVEL", "ERROR"))  # else it tells all
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.log_utils import configure_structlog

import bot.lighter  # noqa: F401
from actions import editing
from actions.base import SORRY, fresh
from actions.reply import Reply
from bot import encoder, hear
from bot.clean import clean
from bot.inprocess import action_endpoint
from catalog import progress
from catalog.store import one_snapshot
from sizing.told import merge

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build" / "bot"
REMEMBERED = 50  # events that Rasa keeps, about eight turns: what matters is in the slot `state`, set every turn
HANDED_ON_S = 0.0003  # the encoder's thread waits so long for its turn; with Python's own 5 ms it began too late
Json = dict[str, Any]

os.environ.setdefault("RASA_CACHE_DIRECTORY", str(BUILD / "cache"))

configure_structlog()


class Failed(Exception):
    """A turn was not answered, and nothing of it was kept."""


class NotTrained(Exception):
    """There is no trained model for the files as they are."""


def inputs() -> Iterator[Path]:
    """Every file that decides what training gives."""
    yield ROOT / "config.yml"
    yield ROOT / "requirements.lock"  # another engine or classifier trains another model
    for folder, pattern in (("bot", "*.yml"), ("bot/nlu", "*.yml"), ("bot/components", "*.py"), ("bot/hear", "*.py")):
        yield from sorted((ROOT / folder).glob(pattern))
    for name in ("encoder.py", "encoder_build.py", "library.py", "lighter.py", "near.py", "without_tensorflow.py"):
        yield ROOT / "bot" / name


@functools.cache
def digest() -> str:
    """Names the model: the same inputs, the same name. As the files were when this process began."""
    total = hashlib.sha256()
    for path in inputs():
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


def model_path(out_dir: Path = BUILD) -> Path:
    return out_dir / f"{digest()}.tar.gz"


def trained(out_dir: Path = BUILD) -> bool:
    """Whether there is a model for the files as they are."""
    return model_path(out_dir).exists()


def train(out_dir: Path = BUILD) -> Path:
    """The model for the files as they are; trains only when there is none yet. Older models are removed afterwards."""
    model = model_path(out_dir)
    if not model.exists():
        out_dir.mkdir(parents=True, exist_ok=True)
        without_tensorflow.back()
        with quiet():
            import rasa.model_training

            result = rasa.model_training.train(
                domain=str(ROOT / "bot" / "domain.yml"), config=str(ROOT / "config.yml"),
                training_files=[str(ROOT / "bot" / "rules.yml"), str(ROOT / "bot" / "nlu")],
                output=str(out_dir), force_training=True, fixed_model_name=f"{model.name}.part")
        Path(result.model).rename(model)  # a cut-off training leaves no model behind
        for old in out_dir.glob("*.tar.gz"):
            if old != model:
                old.unlink()
    return model


def load(out_dir: Path = BUILD, tracker_store: TrackerStore | None = None) -> Engine:
    """The bot, ready to answer. Trackers are kept in memory unless a store is given."""
    if not trained(out_dir):
        raise NotTrained("The bot is not trained for its present files: run `plainspec prepare`.")
    store = tracker_store or Trackers(Domain.empty())
    store.max_event_history = REMEMBERED
    with quiet():
        agent = Agent.load(str(model_path(out_dir)), action_endpoint=action_endpoint(), tracker_store=store)
    sys.setswitchinterval(HANDED_ON_S)
    gc.freeze()  # what is loaded stays: no collection needs to walk it again
    return Engine(agent)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Rasa and what it stands on warn of their own future, whatever we do."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


class Trackers(TrackerStore):
    """Keeps conversations in this process as they are; Rasa's own store writes each out and reads it in again several
    times a turn."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(domain)
        self.store: dict[str, DialogueStateTracker] = {}

    async def save(self, tracker: DialogueStateTracker) -> None:
        if tracker.events.maxlen is None:  # begun by what Rasa wraps around a store, which sets no limit
            tracker.events = deque(tracker.events, REMEMBERED)
        self.store[tracker.sender_id] = tracker

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        return self.store.get(sender_id)

    async def keys(self) -> Iterable[str]:
        return list(self.store)


class Replies(OutputChannel):
    """Collects the replies of one turn."""

    def __init__(self) -> None:
        self.replies: list[Json] = []

    @classmethod
    def name(cls) -> str:
        return "plainspec"

    async def send_response(self, recipient_id: str, message: Json) -> None:
        self.replies.append(message["custom"])


class Engine:
    """One bot for many conversations, told apart by their session id."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent

    async def respond(self, session_id: str, text: object, metadata: Json | None = None) -> list[Json]:
        """The replies to one message, as JSON. Never raises and never returns nothing: people always get an answer."""
        channel = Replies()
        try:
            await self._hear(session_id, text, channel, metadata, await self.state(session_id))
        except Exception:
            log.exception("A turn of %s failed", session_id)
        return channel.replies or [SORRY.to_json()]

    async def turn(self, state: Json | None, text: object, person: str) -> tuple[list[Json], Json]:
        """The same for a channel that keeps the state itself: (replies, state after). Nothing is remembered here, so
        any process can answer the next turn. Raises Failed where `respond` would say sorry."""
        session_id = uuid.uuid4().hex
        tracker = self.agent.tracker_store.init_tracker(session_id)
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        if state:
            tracker.update(SlotSet("state", state))
        await self.agent.tracker_store.save(tracker)
        try:
            channel = Replies()
            await self._hear(session_id, text, channel, {"person": person}, state or {})
            if channel.replies in ([], [SORRY.to_json()]):
                raise Failed("an action failed")
            return channel.replies, await self.state(session_id) or state or fresh()
        except Exception as error:
            if not isinstance(error, Failed):
                log.exception("A turn failed")
            raise Failed(str(error)) from error
        finally:
            getattr(self.agent.tracker_store, "store", {}).pop(session_id, None)

    async def _hear(
        self, session_id: str, text: object, channel: Replies, metadata: Json | None, state: Json
    ) -> None:
        cleaned = clean(text)
        if isinstance(cleaned, Reply):
            channel.replies.append(cleaned.to_json())
            return
        encoder.load().begin(cleaned)  # in another thread, while this one reads the message
        with one_snapshot() as catalog:
            cleaned = hear.spelt(cleaned, catalog)
            encoder.load().begin(cleaned)  # mostly the same
            changed = editing.heard(cleaned, state.get("told") or {}, catalog)
            parsed = changed and {  # means one thing only, so nothing is guessed
                "text": cleaned, "intent": {"name": "need", "confidence": 1.0},
                "entities": [{"entity": "heard", "value": changed}]}
            message = UserMessage(cleaned, channel, session_id, input_channel=channel.name(), metadata=metadata,
                                  parse_data=parsed)
            await self.agent.handle_message(message)

    async def state(self, session_id: str) -> Json:
        """What the conversation knows (see `actions.base`); empty before its first turn."""
        tracker = await self.agent.tracker_store.retrieve(session_id)
        return (tracker.get_slot("state") if tracker else None) or {}

    async def understood(self, session_id: str) -> Json:
        """What has been told so far, the last message included, whether or not its answer needed to remember it."""
        tracker = await self.agent.tracker_store.retrieve(session_id)
        if tracker is None:
            return {}
        told = (tracker.get_slot("state") or {}).get("told") or {}
        last = tracker.latest_message
        heard: Json = next((e["value"]["told"] for e in (last.entities if last else []) if e["entity"] == "heard"), {})
        return told if all(slot in told for slot in heard) else merge(told, heard)

    async def forget(self, session_id: str) -> None:
        """Drops a conversation that will not go on from a store in memory (other stores keep theirs), and what was
        learnt in it by nobody that has a name of their own."""
        if progress.of(session_id):
            progress.forget(session_id)
        getattr(self.agent.tracker_store, "store", {}).pop(session_id, None)
