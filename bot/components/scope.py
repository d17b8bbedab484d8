"""What is our business, and what only looks like it: by words."""

from __future__ import annotations

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

# What is done with a computer, or asked of anyone, and is never ours unless words of our trade stand beside it.
EVERYDAY = re.compile(
    r"\b(?:davinci|after effects|final cut|lightroom|photoshop|illustrator|indesign|solidworks|revit|sketchup|"
    r"ableton|fl studio|cubase|pro tools|obs|nvenc|twitch|word ?press|shopify|squarespace|paypal|outlook|excel|"
    r"vlookup|powerpoint|onedrive|google sheets|quickbooks|"
    r"iphones?|ipads?|airpods|galaxy s\d+|smart ?(?:tv|watch|phone|speaker)s?|alexa|kindle|earbuds|headphones|"
    r"headsets?|(?:laser|ink) ?jet|printers?|toner|wi-?fi|isp|bluetooth|coil whine|(?:display ?port|hdmi) cable|"
    r"flickers?|synology|qnap|plex|jellyfin|unifi|sonos|roomba|vacuum cleaner|garmin|fitbit|apple watch|dumbbells?|"
    r"barbells?|deadlifts?|squats|push-?ups|pull-?ups|bench press|cardio|workouts?|calories|"
    r"protein shakes?|creatine|symptoms?|contagious|rash|ibuprofen|pregnan\w+|"
    r"mortgages?|pensions?|credit cards?|hmrc|irs|tax(?:es|ed|able)?|staking|earnings (?:call|next|this|on)|"
    r"calls or puts|dividends?|sued?|landlord|tenants?|visa|flights?|hotels?|ferry|recipes?|"
    r"agi|superintelligence|altman|zuckerberg|musk|(?:claude|chatgpt|gemini|copilot) (?:is down|down|plus|"
    r"subscription|app)|outages?|podcasts?|newsletter|homework)\b|"
    r"\b(?:node|react|php|vue|angular|django|flask|laravel|rails) (?:app|component|site|server|page|project)",
)
# frames that nobody's network makes: of a card, and no word of cameras, pictures or models
FRAMES = re.compile(r"\bfps\b|\bframe ?rates?\b|\b1 ?% lows?\b|\bframe ?times?\b")
NO_GAME = re.compile(
    r"\b(?:cameras?|cams?|videos?|footage|streams?|feeds?|clips?|images?|pictures?|photos?|diffusion|robots?|drones?|"
    r"jetson|orin|batch|sdxl|flux|wan)\b",
)
# "no AI stuff", "just recording, not for AI": they say themselves that it is none of ours.
NOT_AI = re.compile(
    r"\b(?:no|not|without|nothing (?:to do )?with|isn't|non|zero)[ -](?:any |for |about |involving )?(?:ai|a\.i\.|ml|"
    r"machine learning|deep learning|neural \w+)(?: (?:stuff|things?|needed|involved|required|work|at all|features?|"
    r"please|or anything|on it|in it|of any kind))?\W*$|"
    r"\b(?:no|without any) ai (?:stuff|involved|needed|of any kind)\b|"
    r"\bjust (?:for )?(?:record(?:ing)?|gam(?:es|ing)|playing|browsing|office work|backups?)\b(?!.*\bai\b(?! stuff))",
)
# Titles of games: of whatever card is asked, no network runs in them.
TITLES = (
    "baldur's gate", "starfield", "elden ring", "skyrim", "witcher", "hogwarts", "diablo", "doom", "forza",
    "valorant", "overwatch", "apex legends", "league of legends", "dota", "counter-strike", "battlefield",
    "call of duty", "roblox", "red dead", "flight simulator", "monster hunter", "tarkov", "palworld", "dark souls",
    "sekiro", "fallout", "far cry", "last of us", "pubg", "rainbow six", "warframe", "path of exile",
    "cities skylines", "football manager", "fifa", "nba 2k", "assetto corsa", "iracing", "dayz", "satisfactory",
    "factorio", "total war", "age of empires", "starcraft", "world of tanks", "war thunder", "silent hill",
    "black myth", "wukong", "the sims", "stardew", "terraria", "kingdom come", "black ops", "hell let loose",
    "no man's sky", "mass effect", "marvel rivals", "civilization", "god of war", "helldivers", "final fantasy",
    "world of warcraft", "assassin's creed", "resident evil", "star citizen", "alan wake",
)  # fmt: skip
_LETTERS = re.compile(r"[a-z0-9]+")
_TITLES: dict[int, list[str]] = {}  # words in a title -> such titles, plainly spelt
for _title in TITLES:
    _words = _LETTERS.findall(_title.replace("'", ""))
    _TITLES.setdefault(len(_words), []).append(" ".join(_words))
SURE = 7  # letters: with a slip in it a shorter title may be any word


def game(text: str, slips: bool) -> bool:
    """Whether a title stands in it; with `slips` even where one letter of it is wrong."""
    words = _LETTERS.findall(text.lower().replace("'", ""))
    for count, titles in _TITLES.items():
        for i in range(len(words) - count + 1):
            said = " ".join(words[i : i + count])
            if said in titles:
                return True
            near = slips and len(said) >= SURE
            if near and process.extractOne(said, titles, scorer=OSA.distance, score_cutoff=1):
                return True
    return False


NEAR_MISSES = re.compile(
    r"\b(gam(e|es|er|ing)(?! (?:or|and|vs\.?|versus) (?:an? )?(?:server|workstation|data|professional|pro)\b)|"
    r"(?:for|while|when|whilst) (?:playing|gaming)|\d{2,3} ?fps in (?!an? |the |my |our |one |yolo|\d)[a-z]+|"
    r"(?:at|in|for) (?:1440p|ultrawide)(?! (?:video|footage|streams?|cameras?|feeds?|clips?))|"
    r"(?:on|at) (?:ultra|(?:max(?:ed)?|high|low|medium) settings)|ultra settings|"
    r"(?:4k|1440p|1080p) ?@? ?(?:60|120|144|165|240)(?! ?(?:fps )?(?:cameras?|videos?|footage|streams?|"
    r"feeds?))|cyberpunk|\d+ ?hz|(cs|warzone|fortnite|minecraft|gta|steam deck|xbox|ps[3-6])|"
    r"esports|ray tracing|hash ?rate|"
    r"min(e|ing) (\w+ )?(crypto|coins?|bitcoin|btc|eth\w*)|crypto\w*|bitcoin|ethereum|photoshop|"
    r"lightroom|autocad|premiere|"
    r"netflix|monitors?)\b",
)
MINING = re.compile(
    r"\b(min(e|ing?|er)\b.{0,20}\b(crypto\w*|coins?|bitcoin|btc|eth\w*|monero|kaspa|raven\w*)|hash ?rate)\b")
# Jobs in our field are not our field, whatever words of ours stand beside them.
CAREERS = re.compile(
    r"\b(pay (cut|rise|raise)|salar(y|ies)|job (offer|hunt\w*|market|interview|title)|"
    r"careers?|recruiters?|internships?|"
    r"(get|getting|be|being) hired|quit(ting)? my job|(switch|chang)(e|ing)? (jobs?|careers?)|"
    r"(engineer\w*|research\w*|scientist|developer|swe|ml) (role|position|job)s?)\b",
)
# Asked of our words, and yet no question of ours: verses about a GPU, the inner life of a chatbot, a game at 4k.
STRAYS = re.compile(
    r"\b(?:write|compose|draft|invent|make up)\b.{0,24}\b(?:poems?|haikus?|limericks?|songs?|lyrics|stor(?:y|ies)|"
    r"essays?|thesis|dissertation|homework|cover letter|cv|jokes?|speech|blog ?posts?)\b|"
    r"\b(?:conscious\w*|sentien\w+|have a soul|feel pain|have feelings|meaning of life|take over the world|"
    r"(?:ignore|forget|disregard) (?:\w+ ){0,2}(?:instructions|rules|guidelines)|system prompt|"
    r"(?:pretend|imagine) (?:that )?(?:to be|you(?:'re| are| were))|"
    r"end of (?:humanity|mankind)|jailbreak\w*|(?:girl|boy)friends?|"
    r"fall(?:s|ing)? in love|marry)\b|"
    r"\b(?:play|plays|playing)\b.{0,30}\b(?:at|in|on) (?:4k|8k|1080p|1440p|ultra|max(?:ed)?|\d+ ?fps)\b",
)
NOT_STRAY = re.compile(r"\b(?:train\w*|fine-?tun\w*|generat\w+|voice|tts|model (?:to|that|which))\b")
SHOPPING = re.compile(r"\bwhere\b.{0,40}\b(sells?|buy|bought|sold|purchase|for sale|get rid)\b")
OUR_WORDS = re.compile(
    r"\b(ai|ml|llms?|neural|generative|gnns?|graph n(?:et|eural)\w*|deep[- ]?learning|machine learning|models?|"
    r"diffusion|inference|"
    r"fine-?tun\w*|lora|chatbot|"
    r"train\w*|yolo\w*|pytorch|tensorflow|cuda|detect\w*|recogni\w+|reinforcement)\b",
)
OUR_WORK = re.compile(
    r"^\W*(?:sort|count|grade|inspect|spot|track|monitor|measur|recogni[sz]|watch)\w* (?!my|me|this|that|it|"
    r"out|down|up|for)"
    r"[\w-]+(?: [\w-]+){0,3}\W*$|\bself[- ]driving\b|\bautonomous\b|\bdriverless\b|\bkaggle\b|"
    r"\b(predict\w* (when|which|whether|failures?|faults?)|detect\w*|classif\w+|scada|eeg|ecg|machine learning|"
    r"deep learning|neural|robots?|digital twins?|search by meaning|ai (lessons?|course|department|lab|team))\b",
)
NO_WORK = re.compile(
    r"\b(lotter\w+|match|football|horses?|races?|election|jobs?|winner|bets?|film|novel|poem|song|story|joke|buy me|"
    r"essay|homework|vacuum|lawn|toys?|lie|metal|adverts?)\b",
)
