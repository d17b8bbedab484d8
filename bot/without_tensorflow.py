"""Keeps TensorFlow out of a bot that never runs it. Rasa imports it for base classes of networks that are not used
here, which costs 4 s and 350 MB in every process. Imported for its effect, before anything of
Rasa is. Training does import those networks, if only to list them: `back` gives it the real one."""
from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

# What Rasa's modules ask of it while they are imported: names of classes to derive from.
CLASSES = {"tensorflow.keras.callbacks": "Callback", "tensorflow.keras.utils": "Sequence"}


def away() -> None:
    """Puts empty modules in its place, unless it is there already. Whoever asks for more of it gets an ImportError."""
    if "tensorflow" in sys.modules:
        return
    for path in ("tensorflow", "tensorflow.keras", *CLASSES):
        module = sys.modules[path] = ModuleType(path)
        module.__spec__ = ModuleSpec(path, None)  # so that whether it is there can be asked
        parent, _, name = path.rpartition(".")
        if parent:
            setattr(sys.modules[parent], name, module)
    for path, name in CLASSES.items():
        setattr(sys.modules[path], name, type(name, (), {}))


def back() -> None:
    """Takes the empty modules out again, so that the next import finds the real one."""
    found = getattr(sys.modules.get("tensorflow"), "__spec__", None)
    if found is not None and found.loader is None:
        for path in ("tensorflow", "tensorflow.keras", *CLASSES):
            del sys.modules[path]


away()
