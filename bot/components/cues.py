"""Binary cues that tell intents apart where the meaning of the sentence alone does not: what was heard in it, and the
words that make it a question of a certain kind. Each is 0 or 1, times WEIGHT."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from bot.hear.sieve import Sieved

WEIGHT = 2.0

# told slots -> cue: what was read from the text
SLOTS = {
    "gpu": ("gpus",),
    "model": ("model",),
    "params": ("params_b",),
    "money": ("budget", "quote"),
    "users": ("users",),
    "rate": ("throughput", "latency", "deadline", "hours_per_month"),
    "data": ("dataset_size", "dataset", "image_resolution"),
    "run": ("batch_size", "epochs", "iterations"),
    "task": ("task",),
    "phase": ("phase",),
    "precision": ("precision",),
    "memory": ("vram_gb", "vram_gb_per_gpu", "system_ram_gb"),
    "context": ("context_tokens", "prompt_tokens", "output_tokens"),
    "hardware": ("cpu", "hardware", "systems", "storage", "psu_w", "nodes"),
    "place": ("deployment", "form_factor", "noise", "circuit"),
    "framework": ("framework",),
    "claim": ("claim",),
    "quoted": ("quote",),
}

WORDS = {
    "question_mark": r"\?",
    "starts_what": r"^(what|whats|what's|wat)\b",
    "starts_which": r"^which\b",
    "starts_how": r"^(how|hows)\b",
    "starts_why": r"^(why|how come)\b",
    "starts_is": r"^(is|are|was|does|do|did|has|have)\b",
    "starts_can": r"^(can|could|will|would|shall|might)\b",
    "starts_i": r"^(i|i'm|im|i've|i'd|we|we're|we've|our|my)\b",
    "starts_and": r"^(and|but|so|or|also|then)\b",
    "starts_should": r"^should\b",
    "should": r"\b(should|shall) (i|we)\b",
    "versus": r"\b(vs\.?|versus)(?=\W|$)|\bcompared? (to|with|the|these|both)\b|\bdifferen(ce|t)\w* (between|betwen|"
    r"from)\b",
    "or": r"\bor\b",
    "better": r"\b(better|faster|slower|worse|cheaper|superior|outperforms?|beats?|stronger|advantages?|pros|cons|"
    r"prefer)\b",
    "than": r"\bthan\b",
    "difference": r"\bdiff(er|erence|erences|erent)?\b",
    "how_long": r"\bhow (long|quick\w*|many (hours|days|minutes|weeks))\b|\b(training|run|running|inference) ?time\b|"
    r"\b(eta|duration)\b",
    "how_fast": r"\bhow (fast|quick\w*|slow)\b|\bwhat (speed|fps|throughput|latency|performance|token|frame|tok|tps|"
    r"kind of (speed|performance))"
    r"|\b(tokens?|tok|t|it|images?|img|iterations?|frames?)( per |/)(s|sec|second)\b|\btps\b|\bfps\b",
    "how_much_memory": r"\bhow (much|many|big|large)\b.{0,30}\b(v?ram|memory|gb|gib|gigs?|storage|disk)\b|\b(v?ram|"
    r"memory) (needed|required?|requirements?|usage|footprint|use)\b",
    "how_many": r"\bhow many\b",
    "how_much": r"\bhow much\b",
    "estimate_words": r"\b(estimat\w+|expect\w*|calculat\w+|predict|ballpark|formula|roughly)\b",
    "normal": r"\b(normal|is this ok|sounds? right|too slow|make sense|so slow|expected|per epoch|an epoch|each epoch|"
    r"/epoch)\b",
    "run_on": r"\b(run|runs|running|train|fit|fits|fitting|work|handle|cope|hold|load)\b.{0,60}\b(on|in|into|with)\b",
    "can_run": r"\b(can|could|will|would|does|do|able|possible|feasible|doable)\b.{0,40}\b(run|fit|train|handle|work|"
    r"hold|load|cope|fine-?tune|squeeze)\b",
    "enough": r"\b(enough|sufficient|suffice|adequate|overkill|good enough|squeeze|minimum|min specs?|largest|biggest|"
    r"heaviest|max(imum)?|oom|out of memory)\b",
    "buy": r"\b(buy\w*|bought|purchas\w+|get|recommend\w*|suggest\w*|advice|advise|upgrade|build\w*|spec|setup|"
    r"set-?up|rig|looking for|best|cheapest|need|want|budget)\b",
    "we_need": r"\b(need|want|looking|require|would like|we'd like|i'd like|hope|hoping|plan\w*|thinking (of|about)|"
    r"considering)\b",
    "which_hw": r"\b(what|which) (\w+ ){0,2}(gpu|gpus|card|cards|hardware|machine|system|server|pc|computer|rig|"
    r"laptop|box|workstation|setup|build)\b",
    "own": r"\b(i|we)('ve| have| own| got|'ve got| already have)\b|\b(my|our) (\w+ ){0,2}(gpu|card|rig|machine|server|"
    r"laptop|pc|rtx|gtx|old|current|existing)\b",
    "explain_words": r"\b(explain\w*|what (is|are|does|do)|what's|mean\w*|meaning|definition|understand|intuition|"
    r"how (do|does|is|are)|work|works|purpose|point of|concept|idea|eli5|difference)\b",
    "why": r"\bwhy\b",
    "learn_words": r"\b(layer|layers|network|networks|neural|weights?|gradients?|loss|activation|backprop\w*|neurons?|"
    r"overfit\w*|regulari\w+|"
    r"convolution\w*|embedding|attention|encoder|decoder|autoencoder|learning rate|dropout|epoch|"
    r"epochs|quanti\w+|token\w*)\b",
    "tech_words": r"\b(gpu|gpus|vram|cuda|cudnn|nvlink|pcie|infiniband|rdma|raid|nvme|ssd|hdd|nas|docker|container\w*|"
    r"kubernetes|tensor|cores?|driver|"
    r"driver|bandwidth|cluster|inference|training|llms?|dataset|pytorch|tensorflow|keras|onnx|vllm|"
    r"llama\.cpp|ollama|deep learning|machine learning)\b",
    "quote_words": r"\b(quot\w+|offer\w*|proposal|proposed|vendor|reseller|supplier|rival|competitor|salesman|"
    r"sales rep|told us|told we|tender)\b",
    "what_if": r"\bwhat if\b|\bwhat about\b|\bhow about\b|\bif (we|i|it|you|there)\b|^(and|but) (if|with|for|at|"
    r"what)\b|\binstead\b|\bsuppose\b|\bassum\w+\b|\bwhy not\b|\bthen\?",
    "rent": r"\b(rent\w*|hir(e|ing)|leas(e|ing)|break ?even|cloud|aws|azure|gcp|by the hour|hourly|per hour|lambda|"
    r"runpod|vast)\b",
    "rent_or_buy": r"\b(rent|cloud|hire|lease)\w*\b.{0,40}\b(or|vs|versus|than|instead|compared)\b.{0,40}\b(buy|own|"
    r"purchas|on.?prem)|\b(buy|own|purchas)\w*\b.{0,40}\b(or|vs|versus|than|instead|"
    r"compared)\b.{0,40}\b(rent|cloud|hire|lease)|break.?even",
    "site_words": r"\b(socket|plug|circuit|amps?|fuse|breaker|noise|noisy|loud|quiet|decibels?|db|heat|cooling|aircon|"
    r"air con\w*|rack|weight|heavy|floor|room|watts?|kw|ups|3-phase|three phase|hot)\b",
    "provenance_words": r"\b(where|how|which|what)\b.{0,30}\b(number|figure|figures|numbers|price|source|sources|data|"
    r"come from|comes from|know that|based on)\b|\bsource\b|\bhow sure\b|\bare you sure\b|"
    r"\btrust\b",
    "more_words": r"\b(more (detail\w*|info\w*|about|on)|tell me more|elaborate|simpler|simply|simple terms|"
    r"technical\w*|example|go on|continue|deeper|in depth|layman\w*|again)\b",
    "person": r"\b(human|person|people|someone|somebody|colleague|salesperson|adviser|advisor|agent|real|phone|call|"
    r"email|contact|speak|talk)\b",
    "you": r"\b(you|your|u|ur)\b",
    "greeting": r"^(hi|hello|hey|hiya|yo|good (morning|afternoon|evening|day)|greetings|howdy|morning)\b",
    "thanks": r"\b(thanks?|thank you|thx|cheers|ta|appreciated?|grateful)\b",
    "bye": r"\b(bye|goodbye|see (you|ya)|farewell|cya|later|good night|take care)\b",
    "yes": r"^(yes|yep|yeah|yup|sure|ok|okay|right|correct|exactly|please do|go ahead|fine|indeed|absolutely)\b",
    "no": r"^(no|nope|nah|not really|don't|never|wrong)\b",
    "not_sure": r"\b(not sure|no idea|don'?t know|dunno|unsure|no clue|can'?t say|hard to say|skip|whatever|idk|"
    r"pass)\b",
    "undo": r"\b(undo|go back|take (that|it) back|revert|scrap that|forget (that|what)|previous|ignore (that|"
    r"my last))\b",
    "restart": r"\b(start (again|over|afresh|from scratch|new)|restart|reset|begin again|from the beginning|"
    r"clear everything|new (project|case|client))\b",
    "resume": r"\b(where were we|carry on|back to|continue|pick up|resume|return to)\b",
    "why_ask": r"\bwhy (do|are|would|does|did|should) (you|that|it|i)\b.{0,30}\b(ask\w*|need|matter\w*|want|know|"
    r"relevant|tell)\b|\bwhy does (that|it|this) matter\b",
    "short": r"^\W*(\w+\W*){1,3}$",
    "long": r"^(?s:.{200,})$",
    "number": r"\d",
    "leading_number": r"^\W*[~£$€]?\d",
    "money_words": r"[£$€]|\b(price|prices|cost|costs|pounds?|dollars?|euros?|gbp|usd|eur|quid|grand|afford)\b",
    "slow": r"\b(slow\w*|utili[sz]ation|idle|usage|bottleneck\w*|stuck|waiting|hang\w*|starv\w+|100 ?%|0 ?%)\b",
    "code": r"\b(python|pandas|java(script)?|html|css|sql|excel|regex|function|compile|git|react|django|php|c\+\+|"
    r"loop|dataframe|api)\b",
    "life": r"\b(wife|husband|girlfriend|boyfriend|mum|mom|dad|kids?|child|baby|dog|dogs|cat|cats|doctor|pain|eat|"
    r"food|cook\w*|recipe|diet|weather|"
    r"football|match|movie|film|song|holiday|flight|hotel|tax|mortgage|loan|lawyer|landlord|rent my|salary|"
    r"career|job|interview|degree|god|life|love|school|exam)\b",
    "career": r"\b(careers?|job|jobs|salar\w+|pay (cut|rise|raise)|hired?|hiring|recruiters?|interview\w*|degree|phd|"
    r"masters?|bootcamp|promot\w+|role|roles|quit|resign)\b",
    "writing": r"\b(write|poem|essay|story|song|lyrics|letter|translate|summari[sz]e|joke|homework|draw|paint)\b",
    "ai_words": r"\b(ai|a\.i\.|ml|llms?|neural|deep[- ]?learning|machine learning|models?|stable diffusion|comfyui|"
    r"inference|fine-?tun\w*|lora|chatbot|train\w*|yolo\w*|pytorch|tensorflow)\b",
    "gaming": r"\b(gaming|gamer|games?|ps[345]|xbox|playstation|nintendo|switch|steam|fortnite|minecraft|fps drops?|"
    r"lag|console|mining|miner|bitcoin|ethereum|crypto\w*)\b",
    "quiz_words": r"\b(quiz\w*|test (me|my)|(ask|give|set) me (a|an|some|another|\w+) questions?|flash ?cards?|"
    r"drill me|grill me|examine me)\b",
    "progress_words": r"\b(weak\w* (at|on|in|spots?|points?|areas?|topics?)|(am i|i'm|i am) (weak|bad|good|strong|"
    r"worst|best|doing)|my (progress|score|results?|weak\w*)|getting on|learnt so far|learned so far)\b",
    "starter_words": r"\b(new (here|starter|joiner|to (this|the) (job|team|company|role|business))|trainee|"
    r"apprentice|joined|(first|second) (day|week)|onboarding|learning (path|plan))\b",
    "today": r"\b(today|tomorrow|yesterday|tonight|time is it|news|president|election|stock)\b",
}
PATTERNS = {name: Sieved(pattern) for name, pattern in WORDS.items()}  # of lower case
ROLES = ("owned", "wanted", "quoted", "compared")
NEAR = (0.3, 0.4, 0.5, 0.6, 0.7)  # cosines to the nearest passage of the library, each a cue when it is passed
NAMES = (
    *(f"near_{n}" for n in NEAR),
    *(f"has_{s}" for s in SLOTS),
    "two_gpus",
    "heard_nothing",
    "topic",
    "two_topics",
    *(f"role_{r}" for r in ROLES),
    *WORDS,
)


def words(text: str) -> tuple[bool, ...]:
    """Which of PATTERNS the text holds."""
    low = text.strip().lower()  # a third faster than matching whatever the case
    return tuple(bool(pattern.search(low)) for pattern in PATTERNS.values())


def cues(said_words: tuple[bool, ...], heard: Mapping[str, Any]) -> np.ndarray:
    """(len(NAMES),) float32, of a text's `words` and what was heard in it."""
    told = heard["told"]
    topics = {mention["id"] for mention in heard["mentions"]}
    said = {slot: value for slot, value in told.items() if slot != "model" or not heard.get("strangers")}
    has = [any(said.get(slot) for slot in slots) for slots in SLOTS.values()]
    roles = set((told.get("gpu_roles") or {}).values())
    nearest = max((score for _, _, score in heard["passages"]), default=0.0)
    row = [
        *(nearest >= near for near in NEAR),
        *has,
        len(told.get("gpus") or ()) >= 2,
        not said and not topics,
        len(topics) >= 1,
        len(topics) >= 2,
        *(role in roles for role in ROLES),
        *said_words,
    ]
    return np.asarray(row, dtype=np.float32) * WEIGHT
