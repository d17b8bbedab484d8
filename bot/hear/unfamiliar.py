"""Names of networks and cards that the catalog does not hold, heard as names: a stranger must never pass for something
known, nor for what was spoken of before.

A name is told by its shape (FooNet-900, HyperBlob, Zebra-LLM 2) or by being no word at all (flurbo), and by standing
where a network or a card would stand ("will X fit", "on an X 9000").
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from .english import english, slips
from .text import BLOTS, MODEL

Words = Container[str]

_TOOL_WORDS = (  # of our trade, yet no network
    "vllm ollama sglang exllama tensorrt onnx keras langchain langgraph autogen crewai llamaindex openwebui github "
    "deepl gitlab linkedin macos ios iphone ipad macbook youtube whatsapp powerpoint poweredge proliant thinkstation "
    "thinkpad supermicro javascript typescript nodejs postgresql mysql mongodb sqlite matlab autocad solidworks "
    "photoshop runpod vastai paperspace coreweave openai anthropic chatgpt mlflow wandb fastapi opencv imagenet "
    "comfyui invokeai automatic1111 koboldcpp oobabooga textgen dockerhub proxmox truenas unraid esxi vmware hyperv "
    "virtualbox linux ubuntu debian fedora windows pytorch lightning tensorboard numpy scipy sklearn pandas jupyter "
    "colab vscode xeon epyc ryzen threadripper nvlink nvswitch infiniband geforce deepspeed megatron accelerate "
    "bitsandbytes flashattention unsloth axolotl slurm kubernetes rocm opencl vulkan directml intranet extranet subnet "
)
_GENERIC_WORDS = (  # before -LLM, -GPT, -net: they describe and do not name
    "non multi mini local open self custom small large tiny big medium private public own single any pre post per "
    "chat code vision text audio medical legal finance english base draft target teacher student sub inter intra "
    "ether neural deep sized class type style like based only first ready grade the llm gpt bert gan vae net "
)
TOOLS, _GENERIC = frozenset(_TOOL_WORDS.split()), frozenset(_GENERIC_WORDS.split())
_TOKEN = re.compile(r"(?<![\w.@/\\+-])[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+(?:\.\d+)?)*(?![\w@/\\+]|\.\w|-\w)")
_CAMEL = re.compile(r"[a-z][A-Z]")
_SUFFIX = re.compile(r"[a-z0-9_-]{2,}?(?:net|former|llm|gpt|bert|gan|vae|diffusion|mamba)(?:[-_]?v?\d[\w.-]*)?", re.I)
_NUMBERED = re.compile(r"[A-Za-z]{4,}(?:-[A-Za-z]+)*-v?\d{1,4}(?:\.\d+)?[A-Za-z]?")
_VERSION = re.compile(
    r"\sv?\d{1,3}(?:\.\d{1,2})?(?=\s*(?:[?.,!;]|$)|\s(?:fit|run|on|in|at|with|need|take|use|work|train|locally)\b)"
)
_FILLER = (
    r"(?:(?:a|an|the|our|my|this|their|its|in-house|own|custom|new|model|network|net|called|named|llm|transformer|"
    rf"full|whole|local|classifier|detector|architecture|encoder|decoder|[{MODEL}]+)\s){{0,4}}"
)
_BEFORE = re.compile(
    r"\b(?:run|runs|running|(?:re-?|pre-?)?train(?:s|ing)?|fine-?\s?tun(?:e|ing)|serv(?:e|ing)|host(?:ing)?|"
    r"deploy(?:ing)?|load(?:ing)?|fit|fitting|quanti[sz](?:e|ing)|infer(?:ence)?(?: of| with| on)?|does|do|is|will|can|"
    r"could|would|and|about|called|named|network|(?:speed|throughput|latency|size|memory|vram|needs?) (?:of|for|on)|"
    rf"for|of|or|vs\.?|versus|with|like|such as)\s{_FILLER}$|^\s*{_FILLER}$"
)
_USED = re.compile(rf"\b(?:wants?|have|has|got|use|uses|using|built|wrote|trained|what's|explain)\s{_FILLER}$")
_STRICT = re.compile(  # where hardly anything but a network can stand
    r"\b(?:run|running|train|training|fine-?\s?tun(?:e|ing)|serv(?:e|ing)|host|hosting|deploy|deploying|quanti[sz]e|"
    rf"will|can|does|would|could|fast is|fast does|long does)\s{_FILLER}$"
)
_STRICT_AFTER = re.compile(r"\s?(?:fits?|runs?|works?|trains?|needs?|takes?|on|locally|\?|$)(?!\w)")
_NAMING = re.compile(
    r"\b(?:model|network|net|llm|transformer) (?:called|named)\s(?P<name>[a-z][\w.-]*(?:\s\d[\w.]*)?)|"
    r"\b(?:how (?:fast|long|quick\w*|much|big)|train\w*|run\w*|fine-?tun\w*|fit\w*|will|can|does|about)\b"
    r"[^.?!\n]{0,24}?"
    r"\b(?:an?|the|our|my|this)\s(?P<kind>[a-z][a-z-]{3,})\s(?:neural\s)?(?:network|net)\b(?!\s?(?:card|switch|drive|"
    r"share|storage|cable|port|speed|work|attached))"
)
_DESCRIBES = re.compile(
    r".*(?:al|ive|ic|ed|ing|er|est|ous|ful|able|ible|ly|ary|less|ish|ian|-to-\w+|-net)$|(?:social|home|office|company|"
    r"corporate|hospital|wifi|guest|campus|school|cell|road|rail|power|water|gas|supply|whole|same|other|more|such)$"
)

_CARD = re.compile(
    # a letter and a round number, as makers of cards name them, where a card stands
    r"(?:\b(?:on|with|buy|get|an?|two|four|eight|my|our|the|have|own|per|or|vs|versus)\s(?:an?\s|my\s|our\s|the\s|one\s)?|"
    r"\b\d{1,3}\s?x\s?)(?:nvidia\s|amd\s)?(?P<series>(?:[ahblvt]|gb|mi)\d{1,2}0{1,2})(?:s|'s)?(?![\w.-])"
    # a maker's word, some letters and a number: GeForce ZX 480
    r"|\b(?P<branded>(?:geforce|radeon|quadro|tesla|instinct|(?:intel )?arc|nvidia|rtx|gtx)\s(?P<line>[a-z]{1,8})[ -]?"
    r"\d{3,5}[a-z]{0,3})(?![\w.%-])"
    # a name that is no word, and a number: on a Flurbo 9000
    r"|\b(?:on|with|buy|get|an?|my|our|two|four|eight|\d{1,3}x?)\s(?:an?\s|my\s|our\s|the\s|one\s)?"
    r"(?P<named>(?P<maker>[a-z]{4,})[ -][a-z]{0,2}\d{1,5}[a-z]{0,3})(?<!\dw)(?![\w.%-]|\s?(?:gb|tb|mb|[a-z]+/s|machine|"
    r"server|laptop|workstation|box|cpu|processor)\b)"
    # or whatever is called a card
    r"|\b(?P<called>(?P<who>[a-z]{4,})(?:[ -][a-z]{0,2}\d{1,5}[a-z]{0,3})?)\s(?:gpu|graphics card|accelerator)s?\b"
)
_CHIPSET = re.compile(r"[ahbxz]\d[1-9]0")


def networks(text: str, low: str, field: Words) -> Iterator[tuple[int, int]]:
    """Places of names in `text` that read like a network's. `low` has everything known blotted out; `field` are the
    words of our trade."""
    if match := _NAMING.search(low):
        kind = match["kind"]
        if kind is None or not (kind in field or kind in TOOLS or _DESCRIBES.fullmatch(kind)):
            yield (match.start("kind"), match.end()) if kind else match.span("name")
            return
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        word = match.group()
        if word.lower() in field or word.lower() in TOOLS or any(c in BLOTS for c in low[start:end]):
            continue
        if not _is_name(word, low, start, end, field):
            continue
        version = _VERSION.match(low, end)
        yield start, version.end() if version else end


def _is_name(word: str, low: str, start: int, end: int, field: Words) -> bool:
    parts = [part for part in re.split(r"[-_]", word.lower()) if part.isalpha()]
    strange = [p for p in parts if p not in field and p not in TOOLS]
    before = low[max(0, start - 60) : start]
    numbered = bool(_NUMBERED.fullmatch(word)) and parts[0] not in english() and parts[0] in strange
    camel = bool(_CAMEL.search(word)) and word.lower() not in english() and not re.fullmatch(r"[A-Z]+s", word)
    suffixed = bool(_SUFFIX.fullmatch(word)) and _suffixed(parts)
    if numbered or suffixed or (camel and strange):
        return bool(_BEFORE.search(before) or (suffixed and _USED.search(before)))
    if len(word) < 5 or len(parts) != 1 or not strange or word.lower() in english():
        return False
    return bool(_STRICT.search(before) and _STRICT_AFTER.match(low, end)) and not _slip(parts[0], field)


def _suffixed(parts: list[str]) -> bool:
    """Whether a word on -net, -former or the like is a name: 'foonet' and 'zebra-llm' are, 'internet' and 'non-llm'
    are not."""
    if not parts or any(part in english() and len(parts) == 1 for part in parts):
        return False
    naming = [p for p in parts if p not in _GENERIC]
    return bool(naming)


def _slip(word: str, field: Words) -> bool:
    """Whether it is more likely a misspelt word than a name."""
    return any(other in field or other in english() for other in slips(word))


def cards(low: str, field: Words) -> Iterator[tuple[int, int]]:
    """Places in `low` of what reads like a card and is in no list."""
    for match in _CARD.finditer(low):
        if match["series"]:
            if not _CHIPSET.fullmatch(match["series"]):
                yield match.span("series")
        elif match["branded"]:
            if match["line"] not in field and match["line"] not in english():
                yield match.span("branded")
        else:
            group, word = ("named", match["maker"]) if match["named"] else ("called", match["who"])
            if word not in field and word not in english() and word not in TOOLS and not _slip(word, field):
                yield match.span(group)
