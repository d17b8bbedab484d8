"""Numbers with a unit: how much data, how fast, how long, how many people, how large the pictures and the batches."""

from __future__ import annotations

import re

from .durations import PER_WHAT, TIME, duration, standing
from .heard import Span
from .inputs import PICTURE
from .numbers import Number, tidy
from .text import Taken

_RATE_NOUNS = {
    "images": "images?|photos?|pictures?|pics?|frames?|shots?|scans?|slides?|x-?rays?|parts|items|pieces|products|"
    "boards|bottles|wafers|vehicles|cars|faces|plates|inspections",
    "tokens": "tokens?|toks?|t(?=/s)|tk",
    "requests": "requests?|queries|calls|inferences?|predictions?|questions?|transactions?|payments?|messages?|chats?|"
    "classifications?|detections?|hits|emails?|tickets|orders|recommendations|sessions",
    "documents": "documents?|docs?|pages?|articles?|reports?|contracts?|invoices?|pdfs?|papers?",
    "hours of audio": "hours of (?:audio|speech|calls|recordings?)",
    "videos": "videos?|clips?",
    "samples": "samples?|rows?|records?|sequences?|examples?|steps?|iterations?|it(?=/s)|sentences?|trades?|"
    "events?|readings?",
    "words": "words?",
}
# what passes by the second and is no thing to be looked at
_NO_ITEMS = (
    r"(?:times|lit(?:re|er)s?|gallons?|kg|kilos?|tonnes?|tons?|grams?|hours?|days?|minutes?|seconds?|weeks?|"
    r"revolutions?|rounds?|"
    r"strokes?|cycles?|epochs?|runs?|bits?|bytes?|of|or|and|to|for|in|at|with|on|is|are|then|pounds|dollars|euros|"
    r"quid|pence|people|"
    r"users?|staff|million|billion|thousand|once|twice|percent|degrees|volts|amps|watts|kwh|metres?|meters?|miles?|"
    r"is|a)\b"
)
_RATE_UNIT = "|".join(f"(?P<r{i}>{nouns})" for i, nouns in enumerate(_RATE_NOUNS.values()))
_RATE_NAMES = list(_RATE_NOUNS)
_PER = {
    "s": "s",
    "sec": "s",
    "second": "s",
    "secs": "s",
    "m": "min",
    "min": "min",
    "minute": "min",
    "h": "h",
    "hr": "h",
    "hour": "h",
    "day": "day",
    "night": "day",
    "shift": "day",
}
_RATE = re.compile(
    rf"\s?-?(?:(?P<fps>fps\b|frames/s\b|hz\b(?=.{{0,30}}camera))|(?P<tps>tps\b|tok/s|t/s\b|tk/s)|(?P<rps>rps\b|qps\b|"
    rf"req/s\b)|"
    rf"(?:[a-z]{{1,24}}\s){{0,2}}?(?:{_RATE_UNIT})\s?(?:/\s?|(?:per|an?|each|every)\s|p/)(?P<per>seconds?|secs?|s|"
    rf"minutes?|mins?|hours?|hrs?|h|days?|d|nights?|shifts?|weeks?|months?|years?)\b|"
    r"(?P<bare>(?:\s(?:new|more|extra|fresh))?(?:\s(?:ones|of (?:them|these|those)))?"
    r"(?:/|\sper\s|\san?\s|\s(?:each|every)\s))\s?(?P<per2>seconds?|secs?|s|minutes?|min|hours?|h|days?|"
    r"nights?|shifts?)\b"
    rf"(?!\s(?:times?|one|hand|card|gpu|machine|server|site|line|opinion|in\b))|"
    rf"\s(?P<other>(?!{_NO_ITEMS})[a-z]{{3,24}})\s(?:per|an?|each|every)\s(?P<per3>second|minute|hour)\b(?!\s(?:time|"
    r"one|hand)))"
)
_PER_STEP = re.compile(r"\s?(?:s|secs?|seconds)/(?P<what>it|iters?|iterations?|steps?|images?|img|frames?|batch)\b")
_OTHER = re.compile(
    r"\s?-?(?:[kmgtp]i?b|gigs?|[kmgt]?hz|k?w|watts?|volts?|amps?|db|°c?|degrees|%|percent|per ?cent|"
    r"stars?|inch(?:es)?|cores?|threads?)(?![a-z])(?!\scameras?)"
)
_CAMERAS = re.compile(r"\s?(?:[a-z0-9-]{1,24}\s){0,3}?(?:cameras|streams|feeds|channels?|cams|webcams)\b")
_METRES = re.compile(
    r"\s?(?:m|metres?|meters?|mm|cm|km|miles?|feet|ft|mph|kph|rpm)\b(?:\s?(?:/|per|a)\s?(?:s|sec|"
    r"second|minute|min|hour|h)\b)?"
)

_SIZE_NOUNS = (
    (
        "images",
        r"images?|photos?|photographs?|pictures?|pics?|frames?|jpe?gs?|shots?|x-?rays?|slides?|thumbnails?|"
        r"screenshots?|drawings?|mammograms?|tiles",
    ),
    ("3d scans", r"3-?d (?:scans?|volumes?|images?)|mris?|ct scans?|volumes?|point clouds?|scans?"),
    (
        "hours of audio",
        r"(?:h|hrs?|hours?) (?:of )?(?:\w{1,24} ){0,2}?(?:audio|speech|voice|recordings?|calls|"
        r"podcasts?|sound|music|interviews?|lectures?|meetings?|broadcasts?|conversations?|dictation|voicemails?|"
        r"podcast|"
        r"english|welsh|gaelic|irish|french|german|spanish|italian|dutch|polish|arabic|hindi|urdu|bengali|"
        r"japanese|korean|mandarin|chinese|russian|portuguese|turkish|swahili|swedish|danish|norwegian|finnish|"
        r"czech|greek|hebrew|persian|vietnamese|"
        r"transcri\w+)|hours? of calls",
    ),
    ("hours of video", r"(?:h|hrs?|hours?) (?:of )?(?:\w{1,24} ){0,2}?(?:videos?|footage|cctv|film)"),
    (
        "image/text pairs",
        r"(?:image[/ -]?text|image[/ -]?caption|text[/ -]?image|question[/ -]?answer|q&?a|"
        r"prompt[/ -]response|instruction|sentence|training) pairs?|pairs?|captions?",
    ),
    ("videos", r"videos?|clips?"),
    ("cases", r"cases?|patients?|studies|subjects"),
    (
        "documents",
        r"documents?|docs?|pdfs?|pages?|papers?|reports?|articles?|contracts?|manuals?|invoices?|books?|"
        r"wikis?|web ?pages",
    ),
    (
        "rows",
        r"rows?|records?|lines|entries|transactions?|events?|observations?|data ?points?|log (?:lines|entries)|"
        r"claims|orders|interactions|ratings|measurements|readings",
    ),
    (
        "samples",
        r"samples?|examples?|instances?|sentences?|utterances?|recordings?|files?|sequences?|sentence pairs|"
        r"emails?|reviews?|tweets?|comments?|messages?|tickets?|chats|conversations|"
        r"instructions?|time series|series|signals?|molecules?|graphs?|proteins?|spectra|items|parts|texts?|"
        r"paragraphs?|dialogues?",
    ),
    ("customers", r"customers|clients|accounts|subscribers|shoppers"),
    ("products", r"products|skus|items"),
)
_TOKENS_OF_TEXT = re.compile(r"\s?tokens? (?:of|in) (?:\w{1,24} ){0,2}?(?:data\w*|text|corpus)\b")
_ADJECTIVES = (
    r"(?:(?:of |our |the |my |labell?ed |annotated |training |unlabell?ed |raw |medical |historical |new |"
    r"more |small |large |good |colou?r |grey(?:scale)? |gr[ae]y |thermal |drone |satellite |"
    r"aerial |product |defect |high[- ]res(?:olution)? |product |internal |company |legal |scanned |old |"
    r"x-?ray |microscope |chat |support |customer |sensor |customer |different |unique |ct |mri |3d |"
    r"tagged |test |validation |pdf |text |short |long |daily |audio |image |video |speech |voice |call |"
    r"time |clinical |chest |retinal |(?!(?:in|on|at|for|with|to|and|or|one|from|per|by|via|into|"
    r"inside)\b)[\w-]{2,14} ))"
)
_SIZE = [(unit, re.compile(rf"\s?-?{_ADJECTIVES}{{0,3}}?(?:{nouns})\b(?![/-]\w)")) for unit, nouns in _SIZE_NOUNS]
_NOT_SIZE_AFTER = re.compile(
    r"\s?(?:/|per\b|a (?:second|minute|hour|day|month|week)|an hour|each (?:day|hour)|"
    r"every (?:second|minute|day|hour)|paragraph|(?P<at>at a time)|at once|at the same time|"
    r"simultaneous|concurrent|in parallel|long\b)"
)
# "5,000 labelled", "2M of them": pictures, where pictures are spoken of
_LABELLED = re.compile(r"\s?-?(?:hand[- ]?)?(?:labell?ed|annotated|tagged)\b|\s?of (?:them|these|those)\b(?! are| is)")
_LEARNT_FROM = re.compile(
    r"\b(?:re-?)?(?:train|fine-?tun|learn|q?lora|adapt)\w*\b[^.?!\n]{0,60}\b(?:on|from)\s(?:about |around |roughly |"
    r"~|the |our |some )*$"
)
_PERIOD = re.compile(
    r"\s?(?:/\s?|(?:per|an?|each|every)\s)(?P<per>seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|"
    r"days?|nights?|shifts?|weeks?|months?|years?)\b|\s(?P<ly>daily|weekly|monthly)\b"
)
_AT_ONCE = re.compile(
    r"\s?(?:of (?:them|us|whom)\s|(?!at\b)[a-z]{1,24}\s){0,3}?(?:(?:typing |working |asking |"
    r"using it )?(?:at once|at (?:the same|any one) (?:time|moment)|at a time|simult\w+|"
    r"concurrently|in parallel|together)|(?:concurrent|simultaneous|"
    r"parallel)\s(?:\w{1,24}\s)?(?:users?|people|requests?|sessions?|"
    r"chats?|calls?|connections?|streams?|conversations?|queries|clients))\b"
)
_SEEN = re.compile(r"\bfps\b|\bframes\b|\bvideo|\b(?:720|1080|2160)p|\bcameras?\b|\bcctv\b|\b[nd]vr\b")
LARGEST_BATCH = 20_000
# what comes in, no step of training
_BY_THE_DAY = re.compile(r"\b(?:nightly|daily|weekly|monthly|overnight|hourly) batch")
_THINGS = re.compile(
    r"batch|image|frame|photo|picture|camera|\bgpus?\b|card|example|sample|\brows?\b|record|\bpages?\b|paragraph|"
    r"sentence|document|\bfiles?\b|\bwords?\b|token|clip"
)
_MANY_FOR_A_BATCH = 500  # so many "at a time" are what is worked through, not a batch
_EACH = re.compile(r"(?:per|each|every|a) (?:class|category|person|subject|patient)")

_USERS = re.compile(
    r"\s?-?(?:[a-z-]{1,24}\s){0,3}?(?:users?|people|persons?|employees|staff|colleagues|students|undergrad(?:uate)?s|postgrad(?:uate)?s|learners|trainees|"
    r"delegates|attendees|participants|interns|lecturers|tutors|academics|"
    r"analysts|developers|devs|engineers|agents|researchers|customers|lawyers|solicitors|barristers|clerks|"
    r"secretaries|planners|surveyors|architects|salespeople|"
    r"reps|journalists|reporters|traders|brokers|underwriters|actuaries|librarians|curators|pharmacists|dentists|vets|"
    r"officers|inspectors|managers|economists|statisticians|physicists|chemists|biologists|paralegals|clinicians|"
    r"doctors|nurses|gps|pupils|kids|children|designers|artists|editors|translators|accountants|advisers|advisors|"
    r"operators|technicians|scientists|postdocs|phds|programmers|coders|workers|consultants|writers|"
    r"radiologists|team members|concurrent|seats|clients|colleagues|coworkers|teachers|"
    r"members|earners|seats|of us|(?:\w{1,24}\s)?(?:requests?|queries|sessions|chats|calls|conversations|"
    r"prompts)(?:\s(?:\w{1,24}\s){0,2}?)"
    r"(?:at (?:the same time|once|a time)|simult\w+|concurrently|in parallel|in flight|together)|"
    r"simultaneous \w+|parallel \w+)\b"
)
_USERS_BEFORE = re.compile(
    r"\b(?:team of|class of|classroom of|lab of|firm of|practice of|crew of|workforce of|office of|company of|"
    r"department of|group of|staff of|"
    r"users?(?: count)?\s?(?:is|:|=|of)|concurrency(?: of)?|concurrent users?(?: of| is|:)?|"
    r"serve|serving|headcount of|max-num-seqs)\s?(?:about |around |roughly |at least |up to |"
    r"maybe )?$"
)
_ALONE = re.compile(r"\b(?:single|one)[- ]user\b(?! licen)")
_SERVED = re.compile(r"\b(?:serv(?:e|es|ing)|support(?:s|ing)?)\b|\bfor\s(?:about |our |up to |around )?$")

_LEFT_NUMBER = {  # slots named before their number: "batch size of 32"
    "batch_size": re.compile(
        r"\b(?:batch(?:[ _-]?sizes?)?|bs|mini-?batch(?:es)?|micro-?batch)\s?(?:of|is|=|:|to|was|"
        r"at|were)?\s?(?:size\s)?(?:of\s|about\s|around\s)?$"
    ),
    "epochs": re.compile(r"\bepochs\s?(?:is|=|:|of|to)\s?$"),
    "iterations": re.compile(r"\b(?:iterations|steps)\s?(?:is|=|:|of|to)\s?$"),
    "context_tokens": re.compile(
        r"\b(?:context(?: (?:length|window|size))?|ctx(?:[-_]?(?:len|size))?|"
        r"seq(?:uence[ _-]?len(?:gth)?|[ _-]?len(?:gth)?)?|text[ _-]?len(?:gth)?|max[-_ ]?(?:seq|"
        r"model)[-_ ]?len(?:gth)?|num_ctx|"
        r"n_ctx)\s?(?:is|are|=|:|of|at|to|about|around|up to|equal to)?\s?(?:of |to |about |"
        r"around |up to |at least |at most |over |is )*$"
    ),
    "classes": re.compile(r"\b(?:classes|categories|labels)\s?(?:is|=|:)\s?$"),
    "users": _USERS_BEFORE,
}
_RIGHT_NUMBER = {  # slots named behind their number: "8k context"
    "epochs": re.compile(r"\s?-?(?:more\s|training\s|full\s)?epochs?\b"),
    "iterations": re.compile(
        r"\s?-?(?:training\s|optimi[sz]er\s|gradient\s|sampling\s|denoising\s|"
        r"inference\s)?(?:iterations|iters|steps)\b"
    ),
    "classes": re.compile(
        r"\s?-?(?:different\s|defect\s|fault\s|object\s|output\s|possible\s|"
        r"main\s)*(?:class(?:es)?|categories|kinds|types|labels|species|faults|fault types|"
        r"defect types|kinds of (?:fault|defect)s?|defects types)\b"
    ),
    "context_tokens": re.compile(
        r"\s?-?(?:tokens?\s)?(?:of\s|token\s|tokens\s|input\s|max\s|total\s)*(?:context\b|"
        r"ctx\b|sequence\b|seq[ _-]?len|window\b)"
    ),
    "batch_size": re.compile(
        r"\s?-?(?:images?\s|samples?\s)?(?:per batch|(?:a|in (?:a|each)) batch|batch size|"
        r"batches? at a time)\b"
    ),
    "prompt_tokens": re.compile(
        r"\s?-?(?:tokens?|word)\s?-?(?:\s?(?:in|input|prompts?|of prompt|per prompt|"
        r"long prompts?)\b)|\s?-?(?:input|prompt) tokens?\b"
    ),
    "output_tokens": re.compile(
        r"\s?-?tokens?\s?(?:out\b|output|of output|answers?|replies|responses?|completions?)|"
        r"\s?-?(?:output|completion|generated|new) tokens?\b"
    ),
    "nodes": re.compile(r"\s?-?(?:machines|nodes|servers|boxes|hosts)\b"),
}
_SORTED = re.compile(
    r"\b(?:sort|classif|grad|categori|rout|separat|divid|tag|label|triag)\w*[^.?!\n]{0,100}\b(?:in|to|into)\s"
    r"(?:one of |any of )?(?:about |around |some |the |our |these |those )?$"
)
_KINDS = re.compile(
    r"\s(?:different |possible |main )?(?!images?|photos?|pictures?|gpus?|servers?|machines?|people|hours?|days?|"
    r"seconds?|"
    r"minutes?|weeks?|months?|x\b|px|pixels?|users?|staff|gb\b|cards?|sets?|parts?|batches)[a-z-]{4,20}s\b"
)
_RESOLUTION = re.compile(
    r"(?<![\w.])(?P<dims>\d{2,5}\s?(?:x|\*|by)\s?\d{2,5}(?:\s?(?:x|\*|by)\s?\d{1,5})?)(?:\s?p(?:x|"
    r"ixels?)\b)?(?![\w.]*\d)|(?<![\w.])(?P<p>(?:480|576|720|1080|1440|2160|4320)[pi])\b|"
    r"(?<![\w.])(?P<px>\d{2,5})\s?(?:px|pixels?)\b(?! per)|(?<![\w.])(?P<mp>\d{1,3}(?:\.\d{1,2})?)\s?-?(?:mp|mpx|"
    r"mpix|mega-?pixels?)\b|"
    r"(?<![\w.$\u00a3\u20ac])(?P<k>[245568]k)(?=\s(?:video|footage|camera|cameras|resolution|images?|frames?|"
    r"streams?|cctv|60|30|uhd|pictures|photos|pixels|monitor))|\b(?P<hd>full ?hd|uhd)\b|"
    r"\b(?P<res>\d{3,4})(?=\s(?:resolution|res)\b)|(?:resolution|res|imgsz|image size|img size)\s?(?:of|is|=|"
    r":)?\s?(?P<after>\d{3,4})\b(?!\s?(?:x|gb|images?|photos?))|"
    r"\bat (?P<at>224|256|320|384|416|448|518|640|768|896|1280)\b(?=\s*(?:$|[?.,;)]|on\b|with\b|and\b))"
)


def resolutions(low: str) -> list[Span]:
    """Sizes of pictures as '1024x1024', '1080p', '2MP', '4k'. A lone side ('1024px') is taken to be square."""
    found = []
    for match in _RESOLUTION.finditer(low):
        kind = match.lastgroup or ""
        text = match[kind]
        if kind == "dims":
            value = re.sub(r"\s?(?:x|\*|by)\s?", "x", text)
            if min(int(side) for side in value.split("x")[:2]) < 16:
                continue
        elif kind in {"px", "res", "after", "at"}:
            value = f"{text}x{text}"
        else:
            value = {"mp": f"{text}MP", "hd": "1080p" if "full" in text else "4k"}.get(kind, text)
        found.append(Span(match.start(), match.end(), "image_resolution", value))
    return found


def _rate(number: Number, match: re.Match[str]) -> dict[str, object] | None:
    if match["fps"]:
        unit, per = "images", "s"
    elif match["tps"]:
        unit, per = "tokens", "s"
    elif match["rps"]:
        unit, per = "requests", "s"
    elif match["bare"]:
        unit, per = "items", _PER.get(match["per2"].removesuffix("s") or "s", match["per2"].removesuffix("s"))
    elif match["other"]:
        unit, per = match["other"], _PER[match["per3"]]
    else:
        unit = next(name for i, name in enumerate(_RATE_NAMES) if match[f"r{i}"])
        said = match["per"]
        per = said.removesuffix("s") or "s"
        per = _PER.get(per, per)
    return {"amount": tidy(number.value), "unit": f"{unit}/{per}"}


def quantities(low: str, numbers: list[Number]) -> list[Span]:
    """Every number of a message (money, hardware and models blotted out) that is a quantity we know, as spans."""
    found: list[Span] = list(resolutions(low))
    taken = Taken((s.start, s.end) for s in found)
    cameras = 0.0
    for number in numbers:
        if taken.touches(number.start, number.start + 1):
            continue
        span = _quantity(low, number)
        if span:
            found.append(span)
            cameras = span.value if span.kind == "cameras" else cameras
        elif number.value >= 1 and (seen := _CAMERAS.match(low, number.end)):
            if "channel" in seen.group() and not _SEEN.search(low):
                continue  # of sound, of vibration
            cameras = number.value
            found.append(Span(number.start, number.end, "cameras", tidy(number.value)))
    if cameras > 1:  # "12 cameras at 25 fps": the rate is each camera's
        found = [
            s._replace(value={**s.value, "amount": tidy(s.value["amount"] * cameras)})
            if s.kind == "throughput"
            and s.value["unit"] in {"images/s", "items/s"}
            and re.match(r".*(?:fps|frames|camera|each)", low[s.start : s.end + 20])
            else s
            for s in found
        ]
    said = {s.kind for s in found}
    if alone := _ALONE.search(low):
        found += [] if said & {"users", "concurrent_users"} else [Span(alone.start(), alone.end(), "users", 1)]
    found += [s for s in standing(low) if s.kind not in said]
    return sorted(found, key=lambda s: (s.start, s.end))


def _quantity(low: str, number: Number) -> Span | None:
    before = low[max(0, number.start - 40) : number.start]
    value = tidy(number.value)
    end = number.end
    if _METRES.match(low, end) and re.match(
        r"\s?(?:m|metres?|meters?|mm|cm|km|miles?|feet|ft|mph|kph|rpm)\b", low[end : end + 10]
    ):
        return None  # how fast a line runs, or how long it is, is no rate of images
    if _OTHER.match(low, end):
        return None
    for slot, pattern in _LEFT_NUMBER.items():
        if slot == "batch_size" and before.endswith("of ") and (value > LARGEST_BATCH or _BY_THE_DAY.search(before)):
            continue  # "a nightly batch of 100k descriptions"
        if pattern.search(before) and not re.match(r"\s?(?:%|gb|x\d)", low[end : end + 4]):
            return Span(number.start, end, slot, value)
    if number.value >= 2 and _SORTED.search(low[max(0, number.start - 120) : number.start]) and _KINDS.match(low, end):
        return Span(number.start, end, "classes", value)
    for slot, pattern in _RIGHT_NUMBER.items():
        match = pattern.match(low, end)
        if match and not (slot == "iterations" and re.match(r"\s?(?:/|per\b|a )", low[match.end() : match.end() + 4])):
            return Span(number.start, match.end(), slot, value)
    match = _PER_STEP.match(low, end)
    if match:
        per = {"im": "image", "fr": "frame"}.get(match["what"][:2], "iteration")
        return Span(number.start, match.end(), "claim", {"amount": value, "unit": "seconds", "per": per})
    match = _RATE.match(low, end)
    learnt = match and match["per"] and _LEARNT_FROM.search(low[max(0, number.start - 80) : number.start])
    # "half an hour" is a time, "20 an hour" a rate of what?
    if match and not learnt and not (match["bare"] and number.value == 0.5):
        rate = _rate(number, match)
        return Span(number.start, match.end(), "throughput", rate) if rate else None
    audio = _SIZE[2][1].match(low, end) or _SIZE[3][1].match(low, end)
    match = TIME.match(low, end)
    if match and not audio:
        return duration(low, number, match)
    if PER_WHAT.match(low, end):
        return None
    match = _AT_ONCE.match(low, end)
    if match and number.value >= 1 and not _THINGS.search(before[-12:] + match.group()):
        if "stream" in match.group() and _SEEN.search(low):
            return Span(number.start, match.end(), "cameras", value)
        return Span(number.start, match.end(), "concurrent_users", value)
    match = _USERS.match(low, end)
    if match and _people(low, match, before):
        return Span(number.start, match.end(), "users", value)
    match = _TOKENS_OF_TEXT.match(low, end)
    if match:
        return Span(number.start, match.end(), "dataset_size", {"amount": value, "unit": "tokens"})
    best: tuple[int, re.Match[str], str] | None = None
    for unit, pattern in _SIZE:
        match = pattern.match(low, end)
        if match and (best is None or len(match.group()) < best[0]):
            best = (len(match.group()), match, unit)
    if best:
        _, match, unit = best
        period = _PERIOD.match(low, match.end())
        if period and _LEARNT_FROM.search(low[max(0, number.start - 80) : number.start]):
            return Span(number.start, match.end(), "dataset_size", {"amount": value, "unit": unit})
        if period:
            per = (period["per"] or period["ly"].replace("dai", "day").removesuffix("ly")).removesuffix("s") or "s"
            return Span(
                number.start, period.end(), "throughput", {"amount": value, "unit": f"{unit}/{_PER.get(per, per)}"}
            )
        not_size = _NOT_SIZE_AFTER.match(low, match.end())
        if not_size and not_size["at"] and number.value >= _MANY_FOR_A_BATCH:
            not_size = None
        if not not_size and (
            number.value > 10
            or number.value <= 0
            or unit in {"hours of audio", "3d scans"}
            or (unit == "cases" and number.value > 1)
        ):
            return Span(number.start, match.end(), "dataset_size", {"amount": value, "unit": unit})
    if number.value > 10 and _LABELLED.match(low, end):
        unit = "images" if re.search(rf"\b{PICTURE}\b", low) else "samples"
        return Span(number.start, end, "dataset_size", {"amount": value, "unit": unit})
    match = re.match(r"\s?-?tokens?\b", low[end : end + 8])
    if match and number.value >= 16:
        kind = "dataset_size" if number.value >= 50_000_000 else "context_tokens"
        return Span(
            number.start,
            end + match.end(),
            kind,
            {"amount": value, "unit": "tokens"} if kind == "dataset_size" else value,
        )
    return None


def _people(low: str, match: re.Match[str], before: str) -> bool:
    """Whether a number of people is those who use it: not "30 a class", "50 a day" or customers on file."""
    counted = _EACH.match(low[match.end() :].lstrip()[:20]) or _PERIOD.match(low, match.end())
    return not counted and (not match.group().endswith("customers") or bool(_SERVED.search(before)))
