"""Where it will stand and for whom: deployment, form, noise, socket, sector, software."""

from __future__ import annotations

import re

from .heard import Span
from .sieve import Sieved

_DEPLOYMENT = (
    (
        "cloud",
        r"\b(?:aws|amazon web services|ec2|sagemaker|azure|gcp|google cloud|vertex ai|colab|kaggle (?:notebooks?|"
        r"kernels?|gpus?)|runpod|"
        r"vast\.?ai|lambda (?:labs|cloud)|paperspace|oracle cloud|coreweave|modal|together\.?ai|hetzner|ovh)\b|"
        r"(?:in|on|to|from|use|using|via) the cloud|\bcloud (?:gpu|gpus|instances?|server|servers|provider|"
        r"hosting|based|services?|vms?)\b|\b(?:rent(?:ing)?|hire) (?:a |an |some |"
        r"out )?(?:\d+\s?gb )?(?:\w{1,24} )?(?:gpus?|servers?|instances?|machines?|vram|h100|a100|cards?|"
        r"remote)|pay[- ]as[- ](?:you[- ])?go",
    ),
    (
        "on_prem",
        r"\bon[- ]?(?:prem(?:ise|ises)?|site)\b|\bon (?:our|my|the|their|its|client|company) (?:own )?(?:premises|"
        r"site)\b|\bin[- ]?house\b|\bself[- ]?host\w*|\b(?:our|my|their) (?:own|in-house) (?:server|"
        r"hardware|machine|computer|workstation|kit|box|data ?cent(?:re|er)|rack|building|premises)s?\b|"
        r"\b(?:machines?|servers?|computers?|workstations?|box(?:es)?|hardware|kit|pcs?|gpus?) (?:of (?:our|my|"
        r"their) own|(?:that |which )?(?:we|i|they) (?:buy|own)\b)|"
        r"\bown (?:machine|computer|server)s?\b|\bair[- ]?gapped\b|\boffline\b|"
        r"\b(?:data|everything) (?:must|has to|needs to|should) stay\b|"
        r"\b(?:stays?|kept|remains?|keep it|keep everything) (?:in|inside|within|on) (?:the|our|my) (?:\w{1,16} "
        r")?(?:office|building|premises|house|network|hospital|company|room|walls)\b|"
        r"\bprivate (?:server|"
        r"infrastructure)\b|hospital premises|"
        r"\bserver room\b|\bown (?:hardware|rack)\b",
    ),
    (
        "edge",
        r"\buavs?\b|\bquadcopters?\b|"
        r"\bon the edge\b|\bedge (?:device|box|deployment|computing|ai|inference|kit)\b|\bdrones?\b(?! fl[yi])|"
        r"\bin (?:the|"
        r"a|each|every) (?:vehicle|van|car|truck|tractor|robot|machine|shop|store|camera)\b|\bembedded\b|"
        r"\bjetson\b|\bon[- ]?board\b|\bbattery\b|on the (?:line|shop floor|factory floor|machine itself)|"
        r"raspberry pi",
    ),
    (
        "local pc",
        r"\blocal(?:ly)?\b(?! (?:storage|ssd|disk|drive|council|authority|government|network|business|"
        r"shop))|\b(?:my|home|gaming|desktop|own|a|the) pc\b|\bat home\b|\bworkstation\b|\bhome ?lab\b|"
        r"\bdesktop\b",
    ),
    ("laptop", r"\blaptops?\b|\bnotebook\b(?!s? (?:server|in jupyter))|\bmacbook\b"),
)
_FORM = (
    ("laptop", r"\blaptops?\b|\bmacbook\b|\bmobile workstation\b"),
    (
        "rack",
        r"\brack(?:[- ]?mount\w*|s)?\b|\b[1248]u\b|\bdata ?cent(?:re|er)\b|\bserver room\b|"
        r"\bblade (?:servers?|chassis|cent(?:re|er)|systems?)\b",
    ),
    ("mini", r"\bmini[- ]?(?:pc|tower|itx)\b|\bsff (?:pc|case|build|box)\b|\bsmall form\b|\bnuc\b|\bmini-?itx\b"),
    (
        "tower",
        r"(?<!mini )(?<!mini-)(?<!two )(?<!two-)(?<!dual )(?<!dual-)\btowers?\b|\bworkstation\b|\bdesk(?:top|side)\b|"
        r"\bunder (?:a|the|my|"
        r"someone's) desk\b",
    ),
    ("edge", r"\bdrones?\b|\buavs?\b|\bquadcopters?\b|\bedge (?:device|box|kit)\b|\bjetson\b|\bembedded\b|\bfanless\b"),
)
_NOISE = (
    (
        "silent",
        r"(?<!nearly )(?<!almost )(?<!near )(?<!near-)(?<!reasonably )\bsilent(?:ly)?\b|\bno (?:fan )?noise\b|"
        r"\bnoiseless\b|\bfanless\b",
    ),
    (
        "quiet",
        r"\bquiet(?:ly|er)?\b|\b(?:nearly|almost|near|reasonably)[ -]silent|\blow[- ]noise\b|\bnot (?:too |very "
        r")?(?:loud|noisy)\b|\bnoise (?:is|matters|would be)\b|"
        r"\bnext to (?:me|my desk|people|us)\b",
    ),
    (
        "office",
        r"\b(?:in|beside|in the|in an|in our|for our|for the) (?:the |an |our |my |home |open[- ]plan |"
        r"shared )*office\b|\bhome office\b|\bunder (?:a|the|my) desk\b|\bbedroom\b|\bliving room\b",
    ),
)
_CIRCUIT = (
    (
        "13 A socket",
        r"\b13\s?-?\s?a(?:mps?)?\b|\b(?:normal|ordinary|standard|domestic|household|wall|uk|"
        r"office|regular|single) (?:mains |wall |power )?(?:sockets?|plugs?|outlets?)\b",
    ),
    ("16 A C19", r"(?<!batch )(?<!size )\b16\s?-?\s?a(?:mps?)?\b|\bc19\b"),
    ("32 A", r"\b32\s?-?\s?a(?:mps?)?\b(?! ?gb)|\bcommando\b"),
    ("3-phase 32 A", r"\b(?:3|three)[- ]?phase\b"),
)
_SECTOR = (
    (
        "manufacturing",
        r"\bfactor(?:y|ies)\b|\bmanufactur\w*|\bproduction line\b|\bassembly\b|\bweav\w*|\bwoven\b|"
        r"\bfabrics?\b|\btextiles?\b|\bconveyor\b|\bfoundry\b|\bshop floor\b|\bbottling\b|"
        r"\bpackag\w+ line\b|\bmachin(?:ing|ed) parts\b|\bsteel\b|\bbakery\b|\bsemiconductor\b|"
        r"\bwafers?\b",
    ),
    (
        "healthcare",
        r"\bhospital\w*|\bclinic\w*|\bpatients?\b|\bnhs\b|\bradiolog\w*|\bmedical\b|\bpharma\w*|"
        r"\bdoctors?\b|\bhealth ?care\b|\bdental\b|\bveterinar\w*",
    ),
    (
        "finance",
        r"\bbank\w*|\btrad(?:ing|ers?)\b|\bhedge fund\b|\binsur\w*|\bcredit risk\b|\bfraud\w*|"
        r"\bfintech\b|\basset manage\w*|\bmortgage\w*|\baccountan\w*",
    ),
    (
        "retail",
        r"\bretail\w*|\bshops?\b|\bstores\b|\bsupermarkets?\b|\be-?commerce\b|\bshoppers?\b|\bcheckout\b|"
        r"\bmerchandis\w*",
    ),
    (
        "academia",
        r"\buniversit\w*|\bphd\b|\bstudents?\b|\bprofessor\b|\bacadem\w*|\bresearch group\b|\bour lab\b|"
        r"\bthesis\b|\bschool\b|\bcollege\b",
    ),
    ("research", r"\bresearch (?:institute|lab|centre|center)\b|\bobservatory\b|(?<!data )\bscientists?\b"),
    ("defence", r"\bdefen[cs]e\b|\bmilitary\b|\barmy\b|\bnavy\b|\bmod\b|\braf\b"),
    (
        "motorsport",
        r"\bmotor ?sport\b|\bformula (?:1|one|e)\b|\bf1 (?:team|car|racing|season)|\bracing team\b|\blap times?\b|"
        r"\brace (?:car|"
        r"team)s?\b",
    ),
    ("government", r"\bcouncils?\b|\bgovernment\b|\bministry\b|\bpublic sector\b|\bpolice\b|\bcivil service\b"),
    (
        "legal",
        r"\blaw firm\b|\bsolicitors?\b|\blawyers?\b|\bbarristers?\b|\blegal (?:team|firm|department|"
        r"documents)\b",
    ),
    (
        "energy",
        r"\bgas[- ]turbines?\b|\bwind (?:farm|turbine)s?\b|\boil (?:and|&) gas\b|\bpower (?:plant|"
        r"station|grid)\b|\butilit(?:y|ies)\b|\bsolar (?:farm|panels?)\b",
    ),
    (
        "agriculture",
        r"\bfarm(?:s|ers?|ing)?\b(?<!wind farm)|\bagricultur\w*|(?<!\d )\bcrops?\b(?! (?:of \d|size|to \d))|"
        r"\blivestock\b|\borchards?\b|"
        r"\bvineyards?\b",
    ),
    ("logistics", r"\bwarehous\w*|\blogistics\b|\bparcels?\b|\bports?\b(?= authority)|\bfreight\b|\bcourier\b"),
    (
        "media",
        r"\bfilm (?:studio|production)\b|\bbroadcast\w*|\bpublish(?:er|ing)\b|"
        r"(?<!mac )(?<!lm )(?<!visual )\bstudio\b(?! code| gpu)|\bvfx\b|\bgame studio\b|"
        r"\bnewspaper\b",
    ),
    ("startup", r"\bstart-?ups?\b|\bmvp\b|\bseed (?:round|funding)\b"),
)
_FRAMEWORK = (
    ("pytorch", r"\bpy-?torch\b"),
    ("tensorflow", r"\btensor-?flow\b"),
    ("vllm", r"\bvllm\b"),
    ("llama.cpp", r"\bllama[. ]?cpp\b"),
    ("ollama", r"\bollama\b"),
    ("keras", r"\bkeras\b"),
    ("jax", r"\bjax\b"),
    ("tensorrt-llm", r"\btensorrt-?llm\b"),
    ("tensorrt", r"\btensorrt\b(?!-?llm)|\btrt\b"),
    ("sglang", r"\bsglang\b"),
    ("deepspeed", r"\bdeepspeed\b"),
    ("onnx", r"\bonnx\w*\b"),
    ("lm studio", r"\blm ?studio\b"),
    ("triton", r"\btriton\b"),
    ("exllama", r"\bexllama\w*"),
    ("comfyui", r"\bcomfyui\b"),
    ("unsloth", r"\bunsloth\b"),
    ("huggingface", r"\bhugging ?face\b"),
    ("mlx", r"\bmlx\b"),
    ("openvino", r"\bopenvino\b"),
    ("scikit-learn", r"\bsk-?learn\b|\bscikit-learn\b"),
)
_DATASET = re.compile(
    r"\b(?P<name>coco|image-?net(?:-?(?:1k|21k))?|cifar-?10{1,2}|mnist|ade20k|pascal voc|"
    r"cityscapes|librispeech|common ?voice|vox ?celeb|the pile|c4\b(?= dataset)|red ?pajama|"
    r"fineweb|criteo(?: terabyte)?|terabyte dataset|movielens|squad|laion(?:-\w+)?|ljspeech|kitti|"
    r"nuscenes|mvtec(?: ad)?|open ?images|wikitext(?:-\d+)?)\b"
)

_TABLES = {
    slot: tuple((value, Sieved(pattern)) for value, pattern in rows)
    for slot, rows in (
        ("deployment", _DEPLOYMENT),
        ("form_factor", _FORM),
        ("noise", _NOISE),
        ("circuit", _CIRCUIT),
        ("sector", _SECTOR),
        ("framework", _FRAMEWORK),
    )
}
_DENIED = re.compile(
    r"\b(?:no|not|never|without|avoid|anything but|anything except|except|other than|instead of|"
    r"rather than|can't|cannot|can not|won't|don't|doesn't|nothing)\b(?:\s(?:want|need|use|using|go|"
    r"going|do|like|to|in|on|the|a|an|any|put|afford|be|run|allowed|really|into|with|out|for|have|"
    r"rent|trust))*\s*$"
)

_MUST_NOT = (
    r"(?:(?:must|may|can|should|could|shall|is|are|will) ?(?:not|never)|(?:must|ca|should|could|wo|is|are)n['o]?t|"
    r"can't|won't|never|not allowed to|not permitted to|forbidden to|does(?: not|n't)|do(?: not|n't))"
)
# what must stay where it is: the cloud is out, and the machine stands with them
_STAYS = re.compile(
    rf"\b{_MUST_NOT} (?:be allowed to |ever |allowed to |permitted to )?leav(?:e|es|ing)\b(?! (?:it|them|him|her|us|"
    r"me|alone|out|behind|any)\b)|"
    r"\b(?:nothing |no (?:\w{1,16} ){1,3}?)(?:\w{1,12} )??(?:may |can |must |should |is (?:allowed|permitted) to |"
    r"ever )?leaves?\b|"
    r"\bwithout (?:\w{1,16} ){0,2}?leaving\b|"
    r"\b(?:must|has to|have to|needs? to|should|all) (?:stay|remain|be kept)s? (?:here\b|with us\b|local\w*|(?:in|"
    r"inside|within|on) "
    r"(?:the |our |my |this )?(?:\w{1,16} )?(?:office|building|premises?|house|network|hospital|company|room|walls|"
    r"site|country)\b)"
)
_CLOUD = r"(?<!point )cloud\b(?! (?:cover|segment|detect|mask|chamber|type|format))"
_NO_CLOUD = re.compile(
    rf"\b(?:no|without|avoid|against|not|never|excluding|minus|except)(?: \w{{1,12}}){{0,3}}? {_CLOUD}|\banything "
    r"but (?:the )?cloud|"
    rf"\bcloud\w* (?:\w{{1,12}} ){{0,2}}?(?:is|are|would be|services are) (?:out|not|no|forbidden|banned|prohibited|"
    r"ruled out|off the table|impossible)\b|"
    r"\b(?:forbid\w*|bans?|banned|prohibit\w*|rul(?:e|es|ed|ing) out|exclud\w*|refus\w*|veto\w*|disallow\w*|"
    r"reject\w*|hate) "
    rf"(?:\w{{1,12}} ){{0,3}}?clouds?\b|\b(?:can't|cannot|can not|won't|mustn't|must not|may not|don't want to|not "
    rf"allowed to) (?:\w{{1,12}} ){{0,4}}?clouds?\b"
)
_SECRET = re.compile(
    r"(?<!not )(?<!n't )\b(?:strictly |highly |very )?\bconfidential(?! computing)\b|"
    r"\b(?:is|are|be|stays?|remains?|kept?|strictly|completely|fully) private\b|\bprivate data\b|\bprivately\b"
)
_EITHER = re.compile(
    r"\bcloud,? (?:or|and) (?:on[- ]?prem\w*|on[- ]?site|local\w*|our own|buying|bought|here)|"
    r"\b(?:on[- ]?prem\w*|on[- ]?site|local\w*|own \w{1,12}|buy\w*|here),? (?:or|and) (?:in |on |using |the )*cloud\b|"
    r"\bboth cloud\b"
)
_HOSTED = r"(?:cloud|hosted|hosting|apis?|rent\w*)"
_FINE = r"(?:fine|ok\w*|alright|all right|no problem|allowed|acceptable|an option|welcome|possible)"
# who says so wants to see both: what to rent or call, and what to buy
_HOSTED_TOO = re.compile(
    rf"\b{_HOSTED}(?: \w{{1,16}})? (?:is|are|would be) (?:(?!not|never)\w{{1,10}} )?{_FINE}\b|"
    rf"\b(?:fine|ok|okay|happy|comfortable|open) (?:with|in|using|to use|to) (?:the |an? |some )?{_HOSTED}\b|"
    rf"\b(?:can|could|may|might|would) (?:also |just |well )?(?:use |be in |be )?(?:the |an? |some )?{_HOSTED}\b"
    r"(?=.{0,24}\b(?:cheaper|better|too|as well|instead)\b)|"
    rf"\b(?:use|take|rent|go for|pick) (?:the |an? |some |it )?(?:{_HOSTED} )?(?:if|when|where) (?:it|that|this|they)\b"
    r".{0,16}\b(?:cheap\w*|better|easier|less)\b|"
    rf"\b(?:don't mind|no objections? to) (?:the |an? )?{_HOSTED}\b"
)
_CLOUD_TOO = re.compile(
    rf"{_EITHER.pattern}|\bcloud (?:is|would be|is also) (?:(?!not|never)\w{{1,12}} )?(?:fine|ok\w*|good|possible|"
    r"allowed|acceptable|an option)\b|"
    r"\b(?:fine|ok|okay|happy|comfortable) (?:with|in|using) (?:the )?cloud\b|"
    r"\b(?:do|does)(?: not|n't) (?:have|need) to be in the cloud\b|\bleav(?:e|ing) the cloud\b"
)
_MAY_LEAVE = re.compile(r"\b(?:may|can|could|is allowed to|is free to) leave\b")


def denied(low: str, start: int) -> bool:
    """Whether what stands at `start` is ruled out by the words right before it: 'no cloud', 'anything but a laptop'."""
    return bool(_DENIED.search(low[max(0, start - 40) : start]))


def places(low: str) -> list[Span]:
    """One span for each slot that is said, and `excluded` for what is ruled out."""
    found: list[Span] = []
    for slot, rows in _TABLES.items():
        chosen = False
        for value, pattern in rows:
            match = pattern.search(low)
            if not match:
                continue
            if slot in {"deployment", "form_factor"} and denied(low, match.start()):
                if value != "local pc" and value not in {s.value for s in found if s.kind == "excluded"}:
                    found.append(Span(match.start(), match.end(), "excluded", value))
                continue
            if not chosen:
                found.append(Span(match.start(), match.end(), slot, value))
                chosen = True
    match = _DATASET.search(low)
    if match:
        found.append(Span(match.start(), match.end(), "dataset", match["name"]))
    vendor = re.search(
        r"\b(?:no|not|nothing from|anything but|avoid|without|except|hate|never)\s(?:an?\s|"
        r"more\s)?(nvidia|amd|intel|apple)\b",
        low,
    )
    if vendor:
        found.append(Span(vendor.start(), vendor.end(), "excluded", vendor[1]))
    stays = _STAYS.search(low)
    allowed = _HOSTED_TOO.search(low)
    if allowed and denied(low, allowed.start()):
        allowed = None
    cloud = allowed or _CLOUD_TOO.search(low) or (None if stays else _MAY_LEAVE.search(low))
    no_cloud = None if cloud else _NO_CLOUD.search(low) or stays or _SECRET.search(low)
    if no_cloud:
        found = [s for s in found if (s.kind, s.value) != ("deployment", "cloud")]
        if not any(s.kind == "excluded" and s.value == "cloud" for s in found):
            found.append(Span(no_cloud.start(), no_cloud.end(), "excluded", "cloud"))
    if stays and not cloud and not any(s.kind == "deployment" for s in found):
        found.append(Span(stays.start(), stays.end(), "deployment", "on_prem"))
    if cloud:
        found = [s for s in found if (s.kind, s.value) not in {("excluded", "cloud"), ("deployment", "cloud")}]
        if either := _EITHER.search(low) or allowed:
            found = [s for s in found if s.kind != "deployment"]
            found.append(Span(either.start(), either.end(), "deployment", ["cloud", "on_prem"]))
    return sorted(found, key=lambda s: (s.start, s.end, s.kind))
