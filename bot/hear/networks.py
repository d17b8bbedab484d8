"""Networks by name, by the pattern of a name ("Foo-72B"), or by size alone; precision and the way of fine-tuning."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from catalog.things import Catalog
from sizing.networks import written_size

from .everyday import is_network
from .gazetteer import Gazetteer, find
from .heard import Span
from .numbers import Number, tidy
from .text import Taken, Token, words

# families that people name, with the task each is for; what the catalog holds goes before these
FAMILIES: dict[str, str] = {
    "llm_inference": r"code ?llama|tiny ?llama|llama(?![. ]?cpp|-?index|-?factory)|qwen|qwq|mistral|mixtral|"
    r"ministral|codestral|devstral|magistral|gemma|phi(?=-?\d)|phi (?=\d)|deepseek|gpt-oss|gpt oss|"
    r"chatgpt-oss|kimi|moonlight|glm|command[ -]r|"
    r"falcon(?=[ -]?\d)|vicuna|alpaca|star ?coder|codegen|bloom[z]?|pythia|gpt-?neo[x]?|gpt-?j|"
    r"gpt-?[2345]|chatglm|internlm|baichuan|olmo|granite|nemotron|minimax|ernie|"
    r"hunyuan(?![ -]?video)|"
    r"jamba|dbrx|grok|smollm|wizard(?:lm|coder)|mpt-|solar|yi-(?=\d)|exaone|seed-oss|nanogpt|rwkv|"
    r"mamba|apertus|dots\.llm\d|longcat|stablelm|zephyr|openhermes|dolphin(?= ?(?:mi|ll|\d))|claude|"
    r"gemini|step-\d",
    "vision_language": r"qwen[\d.]*-?vl|llava|internvl|minicpm-?v|molmo|pixtral|cogvlm|paligemma|moondream|blip-?2?|"
    r"florence-?2",
    "speech_recognition": r"faster[- ]?whisper|whisper(?:x|\.cpp)?|distil-?whisper|deep ?speech|wav2vec|hubert|"
    r"conformer|parakeet|canary(?=[- ]?\d)|voxtral|quartznet|jasper|kaldi|nemo asr|moonshine",
    "text_to_speech": r"tacotron|xtts|vits\b|f5-?tts|kokoro|tortoise(?:[- ]tts)?|fastspeech|hifi-?gan|styletts|"
    r"piper\b|coqui|chatterbox|orpheus|higgs audio|waveglow|rvc\b",
    "generative_audio": r"musicgen|audioldm|riffusion|stable audio|ace-?step|yue\b",
    "generative_image": r"stable diffusion|(?<=for )sd(?= |$)|sdxl|sd ?(?:1\.[45]|2\.1|3(?:\.5)?)|flux|"
    r"qwen-?image|hidream|pixart|kandinsky|midjourney|dall-?e|imagen|stylegan|progressive(?: growing)?(?: of)? gans?|"
    r"pro-?gan|pggan|cycle-?gan|pix2pix|dcgan|biggan|"
    r"real-?esrgan|esrgan|controlnet|ddpm|wgan\b",
    "generative_video": r"wan(?=[ -]?\d\.\d)|wan (?=\d\.\d)|hunyuan[ -]?video|ltx(?:[- ]?video)?|cogvideo|"
    r"mochi(?= \d)|sora|veo|kling|animatediff|stable video diffusion|framepack|runway",
    "object_detection": r"yolo|(?:rt-?)?detr|faster[ -]r-?cnn|retinanet|ssd(?=-?(?:300|512|mobilenet|resnet))|"
    r"efficientdet|rf-detr|centernet|fcos\b|nanodet|grounding ?dino|mmdetection",
    "segmentation": r"mask[ -]?r-?cnn|nn-?u-?net|u-?net|unet\+\+|segformer|deeplab|sam2?\b(?! altman)|"
    r"segment anything|mask2former|pspnet|hrnet|segnet|swin-?unetr|monai|v-net\b",
    "pose_estimation": r"openpose|mediapipe|alphapose|vitpose|deeplabcut|hrpose",
    "image_classification": r"resnet|resnext|efficient-?net|mobilenet|vgg|inception|alexnet|densenet|convnext|"
    r"squeezenet|shufflenet|xception|regnet|swin(?! ?-?unetr)|vision transformer|"
    r"vit(?=[- ]?[bltsh]\b|\b)|deit|dino ?v[23]|lenet|googlenet|nasnet|"
    r"clip\b(?=.{0,30}(?:embed|model|image|vit))",
    "text_classification": r"bert|roberta|distilbert|deberta|albert\b|electra|modernbert|xlm-?r(?:oberta)?|finbert|"
    r"biobert",
    "translation": r"nllb|marian(?:mt)?|opus-?mt|m2m-?100|seamless",
    "summarization": r"t5|flan-?t5|bart(?!\w)|pegasus",
    "embeddings": r"bge|e5-(?=\w)|minilm|sentence-?bert|sbert|nomic-embed|jina-embed\w*|gte-(?=\w)|colbert",
    "recommender": r"dlrm|neural collaborative filtering|ncf\b|wide ?(?:and|&) ?deep|deepfm|two[- ]tower|sasrec|"
    r"bert4rec|dcn-?v2",
    "tabular": r"xgboost|lightgbm|catboost|random forests?|tabnet|tabpfn",
    "time_series": r"temporal fusion transformer|tft\b|n-?beats|deepar|chronos(?=[- ])|timesfm|informer|patchtst|"
    r"prophet",
    "molecular": r"alphafold|openfold|esm-?(?:2|fold)|rosettafold|rfdiffusion|boltz(?:-?\d)?\b|gromacs|schnet|gnina|"
    r"chai-1",
    "reinforcement_learning": r"ppo\b|dqn\b|alphazero|muzero|dreamer(?: ?v3)?|stable-baselines",
}
_TAIL = (
    r"(?:[\s_:-]?(?:v\d+(?:\.\d+)*(?:[a-z]\b)?|\d+(?:\.\d+)?b(?:-?a\d+(?:\.\d+)?b)?|a\d+(?:\.\d+)?b|\d+x\d+b|"
    r"k2(?:\.\d)?|r1|m2|coder|code|instruct|chat|it(?=-|\b(?=[^\w\s]|$))|base|vl|vision|omni|math|distill?|"
    r"large|medium|small|mini|tiny|nano|turbo|xl|xxl|"
    r"pro|max(?= model)|flash|air|scout|maverick|plus|next|thinking|dev|preview|lightning|xlarge|huge|cased|"
    r"uncased|nemo|3d|2d|fullres|schnell|kontext|image|video|lcm|oss|terminus|speciale|exp|nas|seg|pose|obb|"
    r"(?<=yolo)x|(?<=yolo)r|(?<=yolo)-nas|dreambooth|ultralytics)(?![a-z]))"
)
_VERSION = (
    r"(?:[\s_-]?\d{1,2}(?:\.\d{1,2})?[nsmlxu]?(?![\w.]*\d)(?![\w%])(?!\s?(?:x\b|[gmt]b\b|users?|people|times|"
    r"k\b|images?|cameras?|streams?|gpus?|cards?|days?|hours?|minutes?|seconds?|models?|epochs?|classes|"
    r"tokens?|requests?|batch|on \d|[\ue000]|-|/|fps|ms\b|years?|machines|nodes))|[\s_-]?\d{2,3}(?=-?v\d|"
    r"d?\b)(?![\w.]*\d)(?<=(?:50|01|52|18|34|21|69|16|19)))"
)
_NAMED = {
    task: re.compile(
        rf"(?<![a-z0-9])(?P<family>{names})(?=[^a-z]|v\d|[xrs]\b|coder|nas\b|vl\b|$)(?:s(?= ))?"
        rf"(?:(?:{_TAIL}|{_VERSION}))*(?:-?[nsmlx](?![\w-]))?",
        re.ASCII,
    )
    for task, names in FAMILIES.items()
}
_PATTERN = re.compile(
    r"(?<![\w.-])(?P<name>[a-z][a-z0-9.]{0,30}(?:[-_][a-z0-9.]{1,20}){0,5}"
    r"[-_](?:\d{1,2}x)?\d{1,4}(?:\.\d{1,2})?b(?:[-_][a-z0-9.]{1,16}){0,4})(?![\w])"
)
_FLUFF = re.compile(
    r"(?:[\s_-](?:instruct|chat|it|gguf|awq|gptq|base|hf|fp8|fp16|int4|int8|bf16|q\d\w*|model|"
    r"ultralytics))+$"
)

_PARAMS_AFTER = re.compile(
    r"\s?-?(?:(?:active|total|dense|moe|open|local|sized?|class|llm|language|weights?|chat|"
    r"coding|quantized|quantised|plain|naive|full|custom|big|small)\s)*(?:params?|parameters?|"
    r"parms|models?|llms?|moe|weights|transformers?|networks?|finetun\w*|fine-?tun\w*|dense|"
    r"\+)"
)
_MILLIONS_AFTER = re.compile(
    r"\s?-?(?:param\w*|(?:language |gpt |bert |transformer |sized? )?(?:models?|llms?|transformers?|nets?|networks?)\b)"
)
_ACTIVE = re.compile(r"\s?-?(?:params?\s|parameters?\s)?(?:active|activated)|\s(?:are\s)?active")
_NOT_PARAMS = re.compile(
    r"\s?-?(?:tokens?|rows?|records?|images?|people|users?|events?|transactions?|dollars|pounds|"
    r"euros|samples|words|documents|vectors?|requests?|edges|nodes|gb|usd|gbp|bytes?)"
)

_WORK = re.compile(  # multiply-adds of one item; FLOPs are counted two for each
    r"(?<![\w.])(?P<n>\d{1,6}(?:\.\d{1,3})?)\s?(?P<scale>[gmt]|billion|million|trillion|bn)[\s-]?(?:(?:macs?|"
    r"mult(?:iply|iplication)?s?[ -]?(?:and[ -]?)?(?:adds?|accumulates?|accumulations))\b|(?P<flops>flops?)\b"
    r"(?=\s?(?:/|per|an?|each|for (?:each|one|an?))\s?(?:images?|pictures?|photos?|frames?|items?|samples?|"
    r"inference|forward|pass|input|clip|scan)))"
)

_PRECISION = re.compile(
    r"(?<![\w.])(?P<format>(?:fp|float|bf|bfloat|tf|int|uint|mxfp|nvfp|nf|iq)[ -]?(?:64|32|19|16|8|6|5|4|3|"
    r"2)(?!\d)(?:_[a-z0-9]{1,4})?|i?q\d(?:_[a-z0-9]{1,3}){0,3}|w\da\d{1,2}|awq|gptq|exl[23](?!.{0,16}\bbpw)|ud-q\w{1,8}|"
    r"\d(?:\.\d{1,2})?\s?bpw)(?!\w)"
    r"|(?<![\w.])(?P<bits>16|8|6|5|4|3|2|1\.58)[ -]?bits?\b(?!\s(?:adam|optimi[sz]er|adc|camera|images?|colou?r|"
    r"gr[ae]y|tiffs?|pngs?|dicom|audio|per pixel))|\b(?P<mixed>mixed[- ]precision|(?<!\d )(?<!\d)amp\b(?! ?s))|"
    r"\b(?P<half>half[- ]precision)|"
    r"\b(?P<single>single[- ]precision|full[- ]precision)|\b(?P<double>double[- ]precision)"
    r"|(?P<none>\bun-?quanti[sz]ed\b|\b(?:without|no|not) (?:any )?quanti[sz](?:ation|ing|ed)\b|\bnon-?quanti[sz]ed\b)"
    r"|\b(?P<bytes>(?:one|two|four|1|2|4|half a) bytes? (?:per|a|each|for each) (?:param\w*|weight))|"
    r"\bper (?:param\w*|weight)[^.?!\n]{0,10}(?P<bytes2>one|1|2|two|four|4) bytes?\b|\b(?:each|every) (?:param\w*|"
    r"weight)[^.?!\n]{0,10}\b(?P<bytes3>one|1|2|two|four|4) bytes?\b"
)
_METHOD = (
    ("qlora", re.compile(r"\bq-?lora\b")),
    ("lora", re.compile(r"(?<!q)\b(?:dora|loras?)\b|\bpeft\b|\badapters? (?:training|tuning)")),
    (
        "full",
        re.compile(
            r"\bfull(?:[- ]parameter)?[- ](?:fine-?\s?tun\w*|ft\b|weights?|sft)|"
            r"\bnaive\b[^.?!\n]{0,14}fine-?\s?tun|\ball (?:the )?(?:weights|"
            r"parameters) (?:trainable|tuned)|\b(?:not|no|without|w/o) q?loras?\b(?! rank)"
        ),
    ),
)


_GENERIC = frozenset(
    (  # what anything may be called is no model told
        "chatbot",
        "deep neural network",
        "detector",
        "gpt",
        "language model",
        "language models",
        "llm",
        "llms",
        "model",
        "neural net",
        "neural network",
        "neural networks",
        "perceptron",
        "ssd",
        "ssds",
        "transformer",
        "transformers",
    )
)
_SAME = frozenset(
    (  # words that make a name no other network
        "faster",
        "instruct",
        "chat",
        "it",
        "gguf",
        "awq",
        "gptq",
        "base",
        "hf",
        "ultralytics",
        "model",
        "dreambooth",
        "fp",
        "comfyui",
        "local",
    )
)


_TOOL_AFTER = re.compile(r"[. ]?cpp\b|-?index\b|-?factory\b")  # llama.cpp is no network
_MODEL_TALK = re.compile(r"model|train|run|fine|gpu|vram|diffusion|segment|network")


class Model(NamedTuple):
    """`name` is the catalog's where the text says all of it, else as written ("Qwen" is not told as "Qwen3 8B", though
    `id` is that network: what the catalog takes the bare name for). `task` is what such a network is usually for."""

    start: int
    end: int
    id: str
    name: str
    task: str
    kind: str


def _named(low: str) -> list[tuple[int, int, str]]:
    places = []
    for task, pattern in _NAMED.items():
        for match in pattern.finditer(low):
            end = match.end()
            while end > match.start() and low[end - 1] in " -_:":
                end -= 1
            bits = re.search(r"[\s_-]\d{1,2}$", low[match.start() : end])
            if bits and re.match(r"[\s-]?bits?\b", low[end : end + 5]):  # "405B 4 bit": the 4 is no part of the name
                end = match.start() + bits.start()
            if match["family"] in {
                "vit",
                "sam",
                "sam2",
                "solar",
                "mamba",
                "canary",
                "claude",
                "gemini",
                "flux",
                "imagen",
                "runway",
                "prophet",
                "clip",
                "bart",
                "mochi",
            } and _plain_word(low, match.start(), end):
                continue
            places.append((match.start(), end, task))
    for match in _PATTERN.finditer(low):
        places.append((match.start(), match.end(), "llm_inference"))
    return places


def _plain_word(low: str, start: int, end: int) -> bool:
    """A family's name that is an English word or a person's too, and stands without version or the word model."""
    alone = low[start:end].isalpha()
    return alone and not _MODEL_TALK.search(low)


def models(text: str, low: str, tokens: list[Token], gazetteer: Gazetteer, catalog: Catalog) -> list[Model]:
    """Every network in the text, in order; the longest name wins, and of equals the catalog's."""
    places: list[tuple[int, int, str, str]] = [(start, end, "", task) for start, end, task in _named(low)]
    for hit in find(gazetteer.things, low, tokens):
        if hit.kind == "network" and not _TOOL_AFTER.match(low, tokens[hit.last - 1].end):
            places.append((tokens[hit.first].start, tokens[hit.last - 1].end, hit.id, catalog.networks[hit.id].task))
    places.sort(key=lambda p: (-(len(_FLUFF.sub("", low[p[0] : p[1]]))), p[2] == "", p[0]))
    kept: list[Model] = []
    taken, listed = Taken(), [(start, end, id) for start, end, id, _ in places if id][:100]
    for start, end, id, task in places:
        if taken.touches(start, end) or low[start:end] in _GENERIC or not is_network(text, low, start, end):
            continue
        if text[start:end] == "ViTs":  # several of them; the one that speaks is written in capitals
            id, task = next(((n.id, n.task) for n in catalog.networks.values() if n.kind == "vit"), ("", ""))
        taken.add(start, end)
        id = id or _within(low[start:end], [(low[s:e], i) for s, e, i in listed if start <= s and e <= end], catalog)
        network = catalog.networks.get(id)
        written = text[start:end]
        said = "".join(words(written))
        name = network.name if network and all(word in said for word in words(network.name)) else written
        kept.append(Model(start, end, id, name, network.task if network else task, network.kind if network else ""))
    return sorted(kept)


def _within(written: str, inner: list[tuple[str, str]], catalog: Catalog) -> str:
    """The catalog's network inside a longer name, if what is left over says nothing else ('faster-whisper large-v3'),
    or a size that is nearly its own."""
    for name, id in sorted(inner, key=lambda i: -len(i[0])):
        rest = re.findall(r"\d+(?:\.\d+)?b|[a-z]+|\d+(?:\.\d+)?", written.replace(name, " ", 1))
        left = [word for word in rest if word not in _SAME]
        params = catalog.networks[id].params_m
        if all(
            re.fullmatch(r"[\d.]+b", word) and params and abs(float(word[:-1]) * 1000 / params - 1) < 0.03
            for word in left
        ):
            return id
    return ""


def parameters(low: str, numbers: list[Number]) -> list[Span]:
    """Sizes without a name, in billions: '70b', '600B params', '30-70b'; active_params_b where those are meant."""
    found = []
    for number in numbers:
        scale = {"b": 1.0, "m": 1.0, "t": 1.0}.get(number.suffix)
        after = _PARAMS_AFTER.match(low, number.end)
        word = re.search(r"(?:billion|million|trillion|bn)$", low[number.start : number.end])
        if scale is None and not (word and after):
            continue
        if _NOT_PARAMS.match(low, number.end) or (number.suffix == "m" and not _MILLIONS_AFTER.match(low, number.end)):
            continue
        billions = number.value / 1e9
        if experts := re.search(r"(?<![\w.])\d{1,2}x$", low[max(0, number.start - 3) : number.start]):
            billions = written_size(experts.group() + low[number.start : number.end])[0] or billions  # "8x22b"
        value: Any = tidy(round(billions, 6))
        if number.low is not None:
            value = [tidy(round(number.low / 1e9, 6)), value]
        before = low[max(0, number.start - 8) : number.start]
        active = bool(_ACTIVE.match(low, number.end) or re.search(r"\ba$|active\s$", before))
        found.append(
            Span(number.start, after.end() if after else number.end, "active_params_b" if active else "params_b", value)
        )
    found += [
        Span(m.start(), m.end(), "gmacs", tidy(float(m["n"]) * {"m": 1e-3, "t": 1e3}.get(m["scale"][:1], 1.0) * (
            0.5 if m["flops"] else 1.0)))
        for m in _WORK.finditer(low)
    ]  # fmt: skip
    experts = re.search(r"\b(?:moe|mixture[- ]of[- ]experts)\b", low)
    if experts and any(span.kind == "params_b" for span in found):
        found.append(Span(experts.start(), experts.end(), "moe", True))
    return found


def precisions(low: str) -> list[Span]:
    """Number formats as said: fp16, int8, 4bit, q4_k_m, mixed, unquantized, '1 byte per parameter'."""
    found = []
    for match in _PRECISION.finditer(low):
        kind = match.lastgroup or ""
        if kind == "format":
            value = match["format"].replace("bfloat", "bf").replace("float", "fp").replace(" ", "").replace("fp-", "fp")
            value = value.replace("int-", "int").replace("bf-", "bf")
        elif kind == "bits":
            value = f"{match['bits']}bit"
        elif kind.startswith("bytes"):
            said = match[kind].split()[0]
            count = {"one": "1", "two": "2", "four": "4", "half": "0.5"}.get(said, said)
            value = f"{count} byte{'s' if count in '24' else ''} per parameter"
        else:
            value = {"mixed": "mixed", "half": "fp16", "single": "fp32", "double": "fp64", "none": "unquantized"}[kind]
        found.append(Span(match.start(), match.end(), "precision", value))
    return found


def methods(low: str) -> list[Span]:
    """How fine-tuning is done: the first of full, lora or qlora that is not denied."""
    for method, pattern in _METHOD:
        for match in pattern.finditer(low):
            if method == "full" or not re.search(
                r"\b(?:not|no|without|instead of|rather than)\s(?:a\s|using\s|with\s)?$",
                low[max(0, match.start() - 16) : match.start()],
            ):
                return [Span(match.start(), match.end(), "method", method)]
    return []
