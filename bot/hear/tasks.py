"""What is to be done, in which phase: read from the words, and from the networks that are named."""

from __future__ import annotations

import re

from .heard import Span
from .inputs import PICTURE, of_scans
from .networks import Model
from .sieve import Sieved
from .text import sentence_start

_SEE = (
    r"(?:detect\w*|find\w*|spot\w*|locat\w*|recogni[sz]\w*|identif\w*|catch\w*|flag\w*|pick(?:ing)? out|"
    r"look(?:ing)? for|inspect\w*|check\w*|see(?:ing)?|track\w*|monitor\w*)"
)
_DEFECT = (
    r"(?:defect\w*|faults?|faulty|flaws?|blemish\w*|cracks?|scratch\w*|dents?|holes?|stains?|corrosion|rust|"
    r"contaminat\w*|misprints?|weaving faults?|bad parts?|broken|damage\w*|wear|tears?|chips?(?= in| on)|"
    r"bruis\w*|disease\w*|rot|weeds?|pests?)"
)
_TEXTS = (
    r"(?:texts?|sentences?|paragraphs?|e-?mails?|tickets?|reviews?|comments?|tweets?|messages?|posts?|articles?|"
    r"feedback|complaints|news|documents?|notes|reports?)"
)
_CLASSIFY = (
    r"(?:classif\w*|categori[sz]\w*|label(?:l?ing)?|sort(?:ing)?|tag(?:ging)?|triage|route|routing|grade|"
    r"grading|recogni[sz]\w*|identif\w*|tell(?:ing)? apart|distinguish\w*)"
)

_WHICH = (
    r"\b(?:recogni[sz]\w*|identif\w*|tell(?:s|ing)?|knows?|says?|see) "
    r"(?:which|whose|what (?:kind|type|sort|breed|species|make))\b"
)

# in order; where a message fits several, all are kept, save those that a more exact one covers (see _COVERS)
_WORDS: dict[str, str] = {
    "rag": r"\brag\b|\bquestions? (?:of|about|on|over|across|against) (?:[\w,.-]{1,24} ){0,4}?(?:documents|docs|pdfs|"
    r"contracts|manuals|policies|papers|reports|letters|files|cases|minutes|handbooks?|rule ?books?|regulations|"
    r"guidelines|intranet|procedures|articles|deeds|"
    r"leases|judgments)\b|(?:documents?|docs|pdfs?|contracts?|manuals?|polic(?:y|ies)|papers|reports|letters|"
    r"handbooks?|"
    r"procedures)\b"
    r"[^\n]{0,120}\b(?:questions? (?:about|of|on|over|to|from|against)|(?:ask|query|search|chat with|talk to|"
    r"answers? from)) "
    r"(?:them|these|those|it)\b|retrieval[- ](?:augmented|based)|(?:search|ask|query|chat|talk|answer|"
    r"question)\w*[^.?!\n]{0,40}\b(?:(?:our|my|company|internal|own|their|"
    r"the) (?:\w{1,24} ){0,2}(?:documents?|docs|files|manuals?|wiki|knowledge|pdfs?|contracts?|policies|"
    r"archive|papers|handbook|sharepoint|reports|data))|"
    r"knowledge[- ]base|intranet search|(?:document|enterprise|semantic) (?:search|q&?a|question)|(?:chat|"
    r"talk) (?:with|"
    r"to) (?:our|my|your|the) (?:\w{1,24} )?(?:documents|docs|files|pdfs?|data)|vector (?:db|database|store|"
    r"search)",
    "generative_video": r"(?:generat\w*|creat\w*|mak(?:e|ing)|render\w*|produc(?:e|es|"
    r"ing))\s(?:\w{1,24}\s){0,3}?(?:videos?|clips?|animations?|films?)\b(?! (?:transcri|caption|"
    r"index))|video[ -]?gen\w*|(?:text|image|img|t|i)[- ]?(?:to|2)[- ]?v(?:ideo)?\b|"
    r"image/video gen|video models?",
    "generative_image": r"(?:generat\w*|creat\w*|mak(?:e|ing)|draw\w*|render\w*|produc(?:e|es|"
    r"ing))\s(?:\w{1,24}\s){0,4}?(?:images?|pictures?|photos?|art(?:work)?s?|illustrations?|"
    r"logos?|product shots?|faces?|avatars?)\b|image[ -]?(?:/video )?gen\w*|(?:text|txt|image|"
    r"img)[- ]?(?:to|2)[- ]?im(?:age|g)\b|"
    r"\bdiffusion\b|dreambooth|inpaint\w*|upscal\w*|super[- ]resolution|\bgans?\b|\bai art\b|"
    r"comfyui|style transfer",
    "generative_audio": r"(?:generat\w*|compos\w*|creat\w*)\s(?:\w{1,24}\s){0,3}?(?:music|songs?|sounds?|audio)\b|"
    r"music gen\w*",
    "text_to_speech": r"\btts\b|text[- ]to[- ]speech|(?:clon\w*|synthesi[sz]\w*|train|make|create|"
    r"generat\w*)\s(?:[\w']{1,24}\s){0,4}?(?:voices?|speech(?![- ](?:recogni|to|trans))|voice[- ]?overs?|narrat\w*|"
    r"audiobooks?)\b|"
    r"voice clon\w*|speech synthesis|\bclon\w* (?:[\w']{1,24} ){0,4}?voices?\b|"
    r"read(?:s|ing)? (?:the |our |us the )?(?:news|bulletins?|weather)\b|"
    r"read(?:s|ing)? (?:\w{1,24} ){0,3}?(?:aloud|out loud)|"
    r"spoken voice|spoken audio|"
    r"read(?:s|ing)? out (?:\w{1,24} ){0,6}?(?:audio ?books?|books|articles|stories|texts?|news)\b|"
    r"\b(?:spoken|read out|voiced|announced|said) (?:by|in|with) (?:an? )?(?:\w{1,24} ){0,2}?voices?\b|"
    r"\b(?:neural|synthetic|artificial|computer(?:-generated)?) voices?\b|text (?:\w{1,24} ){0,2}?into (?:speech|a "
    r"voice)",
    "speech_recognition": r"transcri\w*|speech[- ](?:to[- ]text|recogni\w+)|\basr\b|\bstt\b|dictation|caption(?:s|"
    r"ing) (?:\w{1,24} ){0,2}?(?:calls|meetings|video|lectures|speech)|subtitl\w*|"
    r"voice (?:recognition|commands?|to text)|(?:turn|convert)\w* (?:\w{1,24} ){0,3}?(?:speech|"
    r"calls|recordings|audio|voice) (?:\w{1,24} )?(?:in)?to text|"
    r"hours? of (?:\w{1,24} )?(?:speech|calls)|wake ?word|keyword spotting|call recordings?",
    "translation": r"\btranslat(?!ional)\w*|machine translation",
    "summarization": r"summari[sz]\w*|summar(?:y|ies) of|digest of|minutes of (?:our )?meetings",
    "embeddings": r"\bembeddings?\b(?! (?:table|layer|size|dimension))|similarity search|duplicate detection|"
    r"semantic similarity",
    "vision_language": r"\bvlms?\b|vision[- ]language|image caption\w*|describ\w* (?:\w{1,24} ){0,2}?(?:images?|"
    r"pictures?|photos?|scenes?|video)|visual question|multi-?modal (?:llm|model)|"
    r"ask (?:questions )?about (?:the )?(?:images?|pictures?)|\bocr\b|"
    r"\bscan\w* (?:[\w,.-]{1,24} ){0,3}?(?:invoices|receipts|forms|letters|cheques)\b[^.?!\n]{0,40}\bread\w*|"
    r"read(?:ing)? (?:\w{1,24} ){0,2}?(?:invoices|receipts|forms|handwriting|labels)",
    "pose_estimation": r"\bpose\b|skeletons?\b|key-?points?|gait|body tracking|posture|motion capture",
    "segmentation": r"segment(?!ed? market|s? of customers)\w*|pixel[- ](?:level|wise|by[- ]pixel)|per[- ]pixel|"
    r"\bmasks?\b(?! wear)|\boutlin(?:es?|ing) (?!of )\w|"
    r"contour\w*|delineat\w*",
    "object_detection": rf"object[- ]detect\w*|bounding box\w*|\bdetector\b|\bboxes around\b|"
    rf"{_SEE} (?:\w{{1,24}} ){{0,3}}?(?:objects?|people|persons?|pedestrians?|vehicles?|cars?|"
    rf"lorries|trucks?|number ?plates?|licen[cs]e plates?|ships?|drones?|animals?|birds?|cattle|"
    rf"livestock|helmets?|hard ?hats?|ppe|logos?|parcels?|"
    r"pallets?|shoplift\w*|intruders?|bikes?|cyclists?|trees?|fruit|weapons?|guns?|fire|smoke|"
    r"litter|potholes?|fish|boats?|fox(?:es)?|deer|badgers?|rats?|dogs?|cats?)\b|\bblur\w* (?:\w{1,16} )?(?:faces|"
    r"people|plates)\b|count(?:ing|s)? (?:the |our |"
    r"how many )?(?:\w{1,24} ){0,2}?(?:people|cars|vehicles|animals|cattle|sheep|birds|cells|"
    r"objects|parcels|boxes|pallets|trees|fruit|items|bottles|parts|customers|visitors|fish|"
    r"seals|passengers)\b|"
    r"(?:number|licen[cs]e|registration) ?plates?\b|\banpr\b|\balpr\b|count(?:ing|s)?\s[^.?!\n]{0,60}\b(?:cameras?|"
    r"footage|video|drones?|photos?|images?|conveyor|belt|pictures?)\b|where (?:the|each|"
    r"every) (?:\w{1,24} )?(?:defects?|faults?|objects?) (?:is|are|sits?)|people counting|"
    r"footfall",
    "video_analytics": r"\bcctv\b|video analytics|surveillance|security cameras?|(?:\b\d{1,6}|several|many|multiple|"
    r"dozens? of) (?:\w{1,24} ){0,2}?(?:cameras?|streams|feeds)|rtsp|video streams?|live video|"
    r"action recognition|camera feeds?|dashcam",
    "medical_imaging": r"\bmri\b|\bct scans?|radiolog\w*|mammogra\w*|ultrasound|patholog\w*|histolog\w*|x-?rays?|"
    r"tumou?rs?|lesions?|retina\w*|endoscop\w*|dicom|medical imag\w*|patient scans?",
    "anomaly_detection": r"anomal\w*|outliers?|intrusion|novelty detection|predictive maintenance|"
    r"condition monitoring|(?:bearing|machine|turbine|engine|pump|motor|"
    r"gearbox)s? (?:\w{1,24} )?(?:faults?|failures?|diagnos\w*|vibrations?|health)|vibrations?|"
    r"(?:early warning|predict\w*) (?:\w{1,24} ){0,3}?(?:failures?|breakdowns?|faults?)|"
    r"only (?:have |got )?(?:good|normal) (?:examples|parts|samples|images)|"
    r"unusual (?:behaviou?r|activity|patterns?)",
    "image_classification": rf"image[- ]classif\w*|{_CLASSIFY}\s(?:\w{{1,24}}\s){{0,4}}?(?:{PICTURE}|species|"
    rf"plants?|leaves|products?|garments?|fabrics?|tiles?|galaxies|cells?|faces?|breeds?)\b|"
    rf"{PICTURE}[^.?!\n]{{0,60}}\b(?:classif\w*|categor\w*|class(?:es)?\b|labell?ed (?:in|"
    rf"into|as))|{PICTURE}[^.?!\n]{{0,60}}\b(?:sort|grad|separat)\w*\s[^.?!\n]{{0,40}}\b(?:into|from|good|by)\b|"
    rf"{PICTURE}[^.?!\n]{{0,60}}{_WHICH}|{_WHICH}[^.?!\n]{{0,60}}{PICTURE}|"
    rf"{_SEE}\b[^.?!\n]{{0,40}}\b{_DEFECT}\b|{_DEFECT}[^.?!\n]{{0,30}}\b(?:detect\w*|"
    rf"inspect\w*|classif\w*|recogni\w*)|(?:visual|optical|quality|surface|automated|"
    rf"camera) inspection|quality (?:control|check\w*) (?:\w{{1,24}} ){{0,3}}?(?:camera|"
    rf"image|vision|photo)|face recognition|facial recognition|machine vision|"
    r"reject(?:ing)? (?:bad|faulty|defective|damaged)|"
    r"\b(?:sort|grad|separat|reject|kick)\w*[^.?!\n]{0,50}\b(?:with|by|from|using|under) (?:an? |the |our |one |two )?"
    r"(?:\w{1,16} )?cameras?\b|"
    r"camera traps?\b|\bnam(?:e|es|ing) the (?:species|breed|kind)|imagenet|cifar|mnist|good or bad|"
    r"handwritten digits|"
    rf"{PICTURE}[^.?!\n]{{0,60}}\b(?:tell|know|decide|see|judge|say|check|show)s?\b[^.?!\n]{{0,12}}\b(?:if|"
    rf"whether|which|when)\b",
    "recommender": r"(?:products|visitors|shoppers|customers|skus|titles|readers|viewers)[^.?!\n]{0,80}\b"
    r"recommendations\b(?! (?:for|on|about) (?:an? |the |our )?(?:gpu|hardware|card|machine|server|pc|system|kit))|"
    r"recommend(?:er|ation) (?:system|engine|model)?s?\b(?! (?:for (?:a )?(?:gpu|hardware|card|build|"
    r"pc|laptop)|on (?:gpu|hardware)))(?<!any recommendations)(?=.{0,80}(?:product|item|user|customer|"
    r"shop|film|movie|music|content|click|engine|system|e-?commerce|song|article))|recommender|"
    r"recommend(?:s|ing)? (?:\w{1,24} ){0,2}?(?:products|items|films|movies|songs|music|articles|"
    r"clothes|books|recipes|content|courses|videos)\b|suggest(?:ing)? (?:products|items|films|songs|"
    r"articles)|"
    r"(?:product|item|film|movie|music|content|book|article|song|personal\w*|shopping|reading|course|recipe|"
    r"playlist)s? "
    r"(?:recommendations?|suggestions?)|click[- ]through|\bctr\b|personali[sz]\w*|customers? (?:also|who) (?:bought|"
    r"like)|"
    r"collaborative filtering|next[- ]best (?:offer|product)|ranking (?:products|ads)",
    "tabular": r"tabular|spreadsheets?|\bcsvs?\b|\bchurn\w*|credit (?:risk|scor\w*)|fraud\w*|lead scoring|"
    r"pricing model|insurance (?:claims?|pricing|risk)|propensity|default risk|structured data|"
    r"customer (?:data|records) (?:to|for) predict\w*|gradient[- ]boost\w*|risk model\w*|money laundering|"
    r"\baml\b|underwriting|loan",
    "time_series": r"time[- ]series|forecast\w*|demand (?:planning|predict\w*)|"
    r"predict\w* (?:\w{1,24} ){0,3}?(?:demand|sales|prices?|load|consumption|traffic|stock|energy|"
    r"usage|weather|temperatures?|footfall|yield)|telemetry|sensor (?:data|readings|streams?)|"
    r"predict\w* (?:\w{1,24} )?lap[ -]?times?|lap[ -]?times? predict\w*|predict\w*[^.?!\n]{0,60}\bsensors\b|"
    r"stock market|(?:algorithmic|high[- ]frequency|quant) trading",
    "reinforcement_learning": r"reinforcement[- ]learn\w*|\brl\b(?!hf)|robot(?:ics?)? (?:policy|control|learn\w*|"
    r"arm (?:to |learn\w*|control))|(?:train|teach)\w* (?:\w{1,24} ){0,3}?(?:agents? (?:to|in)|robots?)|"
    r"self[- ]play|gym environment|isaac (?:gym|sim|lab)|policy gradient",
    "molecular": r"molecul\w*|protein\w*(?! (?:powder|shake|bar|diet|intake|bread))|drug (?:discovery|design)|"
    r"docking|genom\w*|\bdna\b|chemistry|compounds?\b",
    "simulation": r"simulat\w*|\bcfd\b|finite element|\bfea\b|aerodynamic\w*|surrogate model\w*|digital twin\w*|"
    r"climate model\w*|physics[- ]informed|\bpinns?\b",
    "text_classification": rf"text[- ]classif\w*|sentiment|spam|(?:{_CLASSIFY}|whether|"
    rf"if(?! (?:i|we|you|it|there|my|our)\b))\s(?:[\w-]{{1,24}}\s){{0,4}}?{_TEXTS}\b|"
    rf"{_TEXTS}[^.?!\n]{{0,30}}\b(?:classif\w*|"
    rf"categor\w*|contains?|about a|mentions?|is about|belongs?|by topic|by department|"
    rf"by urgency)|named[- ]entit\w*|\bner\b|topic model\w*|intent (?:detection|"
    rf"classification)|toxic\w*|moderat(?:e|ion|ing) (?:\w{{1,24}} )?(?:comments|posts|"
    rf"content)|extract\w* (?:\w{{1,24}} ){{0,3}}?(?:from )(?:\w{{1,24}} )?(?:contracts|"
    rf"documents|invoices|emails|reports)",
    "representation_learning": r"auto-?encoders?|boltzmann|self[- ]supervised (?:pre)?-?train\w*|"
    r"contrastive learning|dimension\w* reduction|feature learning",
}
_TASK = {task: Sieved(pattern) for task, pattern in _WORDS.items()}
_COVERS = {  # the first, where said, makes the others a description of it
    "segmentation": {"image_classification", "medical_imaging", "object_detection", "video_analytics"},
    "object_detection": {"image_classification", "video_analytics"},
    "pose_estimation": {"object_detection", "image_classification", "video_analytics"},
    "image_classification": {"anomaly_detection", "video_analytics", "medical_imaging"},
    "anomaly_detection": {"time_series", "tabular"},
    "text_to_speech": {"generative_audio", "speech_recognition", "generative_image", "generative_video"},
    "speech_recognition": {"summarization", "translation", "video_analytics"},
    "rag": {"embeddings", "summarization", "text_classification"},
    "generative_image": {"representation_learning"},
    "recommender": {"tabular", "embeddings", "time_series"},
    "tabular": {"anomaly_detection", "time_series"},
    "vision_language": {"image_classification"},
    "reinforcement_learning": {"simulation"},
    "molecular": {"simulation"},
    "text_classification": {"tabular", "vision_language"},
}

_LLM = Sieved(
    r"\bchat(?:ting)? with (?:an? )?\d|\bllms?\b|large language|language models?|\bgpt\b|chat-?gpt|chat-?bots?|"
    r"\bassistant\b|copilot|"
    r"(?:something|help\w*|model|\bai|assist\w*) (?:\w{1,12} ){0,3}?(?:for|with|to) cod(?:e|ing)\b|"
    r"code (?:generation|completion|suggestions?|assist\w*)|coding (?:assistant|agent|model)|agent\w* coding|cursor\b|"
    r"\btokens?\b(?:/s| ?per| a sec)|tok/s|t/s|\bprompts?\b|\bprompt processing|vllm|ollama|"
    r"llama\.?cpp|"
    r"lm ?studio|\bgguf\b|exllama\w*|sglang|tensorrt-?llm|\bkv[- ]cache|context (?:length|window|size)|"
    r"\btgi\b|text[- ]generation|local (?:ai|models?|chat)|(?:\b\d{1,4}b|bigger|larger|multiple|"
    r"different|small|good|strong|open|best|baddest) (?:\w{1,24} ){0,2}models|\bmoe\b|(?:biggest|"
    r"largest|heaviest|best) (?:\w{1,24} )?models?\b|open[- ]?webui|agentic|ai agents?|"
    r"\b(?:ai|bots?|models?|something|software) (?:(?:that|which|to|who|should|could|can|will) ){0,2}?(?:answer|"
    r"reply|replies|respond)\w*\b|"
    r"\bparameters\b.*\bgpu|parameters for|model size|n8n|langchain|langgraph"
)
# whatever it is, it is looked for where a camera looks: "spot boar with thermal cameras"
_SEEN_THERE = re.compile(
    r"\b(?:detect|spot|count|find|track|recogni[sz]|identif|locat)\w* (?:[\w-]{1,20} ){1,6}?(?:with|from|on|in|"
    r"under|by|using|"
    r"via|over) (?:[\w-]{1,20} ){0,3}?(?:cameras?|microscopes?|drones?|satellites?|photos?|pictures|images|videos?|"
    r"footage|"
    r"webcams?)\b"
)
_CHAT = Sieved(r"chat-?bots?|\bassistant\b|copilot|coding")
# a language model that is named beside these is a job of its own
_NO_LANGUAGE = {"generative_image", "generative_video", "generative_audio", "embeddings"}
_LLM_TOO = re.compile(r"\bllms?\b|\bchat(?:ting)? with\b|language models?\b")
_CHAT_TOO = re.compile(
    r"(?:\band|\bplus|\+|\balso|\bas well as|[,;&])\s(?:an?\s|the\s|some\s|our\s)?(?:\w{1,16}\s){0,2}?"
    r"(?:chat-?bots?|assistant|copilot|coding)\b|\bcoding\b"
)
_FINE = Sieved(
    r"\bfine[- ]?\s?tun(?:e|es|ing)\b|\bq?loras?\b|dreambooth|\bsft\b|\brlhf\b|\bdpo\b|\bgrpo\b|"
    r"adapt(?:ing)? (?:a |the |an )?(?:pre-?trained |existing |base )?(?:model|llm)|"
    r"instruction[- ]tun\w*|continued? pre-?train\w*|transfer learning|\bunsloth\b|axolotl|"
    r"reward functions?"
)
_TRAIN = re.compile(
    r"(?<!pre-)(?<!pre)\btrain(?:s|ed|ing)?\b(?! (?:model|network|weights|station|company|operator|"
    r"timetable|line|track|carriage|driver|journey|set of|our staff|staff|employees|people))|"
    r"\bre-?train\w*|\bepochs?\b|from scratch|\bpre-?train(?:ing)?\b(?! model)|backprop\w*|"
    r"\blearning rate\b|\bfolds?\b|labell?ed (?:in|into|data|images|photos|examples|with|by)|"
    r"\bannotat\w*|own data(?:set)?\b|our data(?:set)?\b|\bdata-?set\b|(?:photos|images|pictures|"
    r"examples|samples|scans|data|recordings) so far|training (?:set|data|time|run|images|pics)|"
    r"\bcheckpoint(?:s|ing)\b|hyper-?parameter|gradient|\bloss\b|\blearn (?:to|from)"
)
_TRAINED = re.compile(
    r"\b(?:already|ready|been|fully) trained\b|\btrained already\b|"
    r"\b(?:only|just) (?:need to |want to |have to |going to )?(?:run|use|serve|deploy)(?:ning|ing)? (?:it|them)\b"
)
_BATCH = re.compile(r"(?<!nightly )(?<!daily )(?<!weekly )(?<!overnight )\bbatch(?:es)?\b(?! (?:job|process))")
_TRAIN_ONLY_VISION = re.compile(
    r"\biterations?\b|\boom\b|out of memory|crash\w*|filters|validation|"
    r"\bfolds?\b|dataset|augment\w*"
)
_RUN = re.compile(
    r"\binfer(?:ence|encing)?\b|\brun(?:s|ning)?\b(?! (?:out|into))|\bserv(?:e|es|ing)\b|\bhost(?:s|"
    r"ing|ed)?\b|\bdeploy\w*|\bchat-?bots?\b|tokens?/s|tokens? (?:per|a) sec|tok/s|token rate|"
    r"\bgenerat\w*|transcri\w*|in production|\blive\b|real[- ]?time|concurrent\w*|\busers?\b|"
    r"\bprompts?\b|cameras? to|"
    r"(?:images|pictures|frames|photos|parts|requests|queries|documents|payments) (?:per|a|an|each|/)|\bfps\b|"
    r"\blatency\b|\brespon[ds]\w*|\bcameras?\b|\busing\b|\bto (?:spot|detect|find|catch|flag|classify|"
    r"recogni[sz]e|count|read|predict|forecast|answer|check|monitor)\b|\bquantiz\w*|copilot|assistant|"
    r"\bplay(?:ing)? (?:around )?with\b|try (?:out )?(?:local )?|transcri\w*|\buse \b|24/7|"
    r"largest model|biggest model|max(?:imum)? (?:parameters|model)|\bload\b"
)
_DENIED = re.compile(
    r"(?:\b(?:not|no|never|without|don't|doesn't|won't|isn't|aren't|rather than|instead of|"
    r"no need (?:to|for)|nothing about|nor|n't)\s(?:\w{1,24}\s){0,3}?)$"
)


_BOTH = re.compile(
    r"\b(?:then|later|afterwards) (?:run|use|apply)\b|\band (?:then )?(?:run|apply|use) (?:it|them|these|those)\b|"
    r"\binferenc\w*|\bserv(?:e|ing)\b|in production|\bdeploy\w*|\blive\b|real[- ]?time|per second|"
    r"a second|/s\b|fps|cameras? to|\b(?:what )?to run it on\b|"
    r"concurrent|\busers\b"
)
_STRONG = (
    ("fine_tuning", _FINE),
    ("training", re.compile(r"\b(?:re-?|pre-?)?train(?:s|ed|ing)?\b|\bepochs?\b|from scratch")),
    ("inference", re.compile(r"\binferenc\w*|\bserving\b|\bdeploy\w*|\bserve\b(?! as)")),
)


# networks for these are taken ready-made unless training is spoken of
_READY = frozenset(
    {
        "generative_image",
        "generative_video",
        "generative_audio",
        "text_to_speech",
        "speech_recognition",
        "translation",
        "summarization",
        "embeddings",
        "vision_language",
    }
)
_PHASE_WORDS = (
    ("training", re.compile(r"\btrain\w*\b")),
    ("fine_tuning", re.compile(r"\bfine[- ]?tun\w*")),
    ("inference", re.compile(r"\binference\b")),
)
_NO_PHASE = re.compile(
    r"\b(?:not|no|never|won't be|aren't|isn't|without|don't (?:need|want|plan|intend)(?: to| any)?|"
    r"not (?:going|planning) to|no need (?:to|for))\s(?:any |do |be |a |doing )?$"
)


def _said(pattern: re.Pattern[str] | Sieved, low: str) -> re.Match[str] | None:
    """The first match that is not denied: 'not training, only inference'."""
    for match in pattern.finditer(low):
        if not _DENIED.search(low[max(sentence_start(low, match.start()), match.start() - 28) : match.start()]):
            return match
    return None


def _untrained(low: str) -> str:
    """`low` without the words that say that the training is done."""
    return _TRAINED.sub(lambda m: " " * len(m.group()), low)


def denied_phases(low: str) -> list[Span]:
    """Phases that the text rules out."""
    found = []
    trained = _TRAINED.search(low)
    if trained and not any(_said(pattern, _untrained(low)) for phase, pattern in _STRONG if phase != "inference"):
        found.append(Span(trained.start(), trained.end(), "excluded", "training"))
    for phase, pattern in _PHASE_WORDS:
        for match in pattern.finditer(low):
            if _NO_PHASE.search(low[max(0, match.start() - 30) : match.start()]):
                found.append(Span(match.start(), match.end(), "excluded", phase))
                break
    return found


def tasks(low: str, models: list[Model], sized: bool) -> list[Span]:
    """Tasks in the order they are said. `sized`: a network was given by its number of parameters. Language work is told
    apart by phase afterwards."""
    found: list[Span] = []
    for task, pattern in _TASK.items():
        match = _said(pattern, low)
        if match:
            found.append(Span(match.start(), match.end(), "task", task))
    if not found and (seen := _said(_SEEN_THERE, low)):
        found.append(Span(seen.start(), seen.end(), "task", "object_detection"))
    for model in models:
        task = "segmentation" if model.kind == "unet" and model.task in {"medical_imaging", ""} else model.task
        if task == "tabular" and found:
            continue  # trees are a way to do what was said
        if task and task not in {s.value for s in found}:
            found.append(Span(model.start, model.end, "task", task))
    said = {s.value for s in found}
    named = {model.task for model in models}
    covered = {task for by, others in _COVERS.items() if by in said for task in others} - named
    left = said - covered
    language = _said(_LLM, low)
    chat = _CHAT.search(low) and not said & {"speech_recognition", "text_to_speech", "tabular"}
    beside = bool(left) and left <= _NO_LANGUAGE and _LLM_TOO.search(low)
    if language and "llm_inference" not in said and (chat or beside or not left):
        found.append(Span(language.start(), language.end(), "task", "llm_inference"))
    elif sized and not left:
        found.append(Span(0, 0, "task", "llm_inference"))
    found = [s for s in found if s.value not in covered]
    if any(s.value == "medical_imaging" for s in found) and "medical_imaging" not in named:
        found = [s._replace(value=of_scans(low)) if s.value == "medical_imaging" else s for s in found]
    others = {s.value for s in found} & {"rag", "text_classification", "translation", "summarization"}
    apart = len(models) > 1 or _CHAT_TOO.search(low)
    # the language model is how that is done, no second need: a chatbot over documents is one thing
    if others and not (_CHAT.search(low) and (apart or "rag" not in others)):
        found = [s for s in found if s.value != "llm_inference"]
    return sorted(found)


def phases(low: str, tasks_said: list[str]) -> list[str]:
    """training, fine_tuning, inference: what the words say, else, where a task is said, what it implies. A message
    without a task ("say 20 a second") implies no phase: it would overwrite what was told before."""
    done = bool(_TRAINED.search(low))
    low = _untrained(low)
    if done and not any(_said(pattern, low) for phase, pattern in _STRONG if phase != "inference"):
        return ["inference"]
    if not tasks_said:
        return [phase for phase, pattern in _STRONG if _said(pattern, low)]
    language = any(t.startswith(("llm", "rag")) for t in tasks_said)
    fine, train, run = _said(_FINE, low), _said(_TRAIN, low), _said(_RUN, low)
    made = any(t.startswith(("generative", "text_to_speech")) for t in tasks_said)  # those are made in batches too
    if not train and not language:
        train = _said(_TRAIN_ONLY_VISION, low) or (None if made else _said(_BATCH, low))
    found = []
    if fine:
        found.append("fine_tuning")
    if train and not (fine and not re.search(r"from scratch|pre-?train", low)):
        found.append("training")
    if (run and (not found or _BOTH.search(low) or _THEN_RUN.search(low))) or (
        not found and (language or _READY.intersection(tasks_said))
    ):
        found.append("inference")
    return found


_RESIZED = re.compile(
    r"\b(?:make (?:that|it)|instead|rather|what (?:about|if)|how about|switch|change (?:it|that)|i meant|i mean)\b"
)


def resized(low: str) -> bool:
    """Whether a message only says another size of what was spoken of: 'make that a 13B'."""
    return bool(_RESIZED.search(low)) and len(low.split()) <= 10


_THEN_RUN = re.compile(
    r"\b(?:then|afterwards|later|and|also) (?:(?!an?\b|the\b|one\b|each\b|every\b)\w{1,12} ){0,2}?(?:serv|run|host|"
    r"deploy)\w*\b"
)


def language_tasks(task: str, phases_said: list[str], low: str) -> list[str]:
    """The jobs of a language task: 'fine-tune it and then serve it' is two."""
    if task == "llm_inference" and {"fine_tuning", "inference"} <= set(phases_said) and _THEN_RUN.search(low):
        return ["llm_finetuning", task]
    if task == "llm_inference" and re.search(r"\bchat(?:ting)? with\b", low):
        return [task]  # whatever else is tuned
    return [language_task(task, phases_said)]


def language_task(task: str, phases_said: list[str]) -> str:
    """llm_inference becomes llm_finetuning or llm_training where that is what is done."""
    if task != "llm_inference" or "inference" in phases_said:
        return task
    return "llm_finetuning" if "fine_tuning" in phases_said else "llm_training" if "training" in phases_said else task
