"""Whether a machine must be taught what it is to see. People, cars, number plates, text: networks that know them are
there to be had. A fracture in a dog's paw, a bent bristle, a weed among beets is their own: somebody has to show it."""

from __future__ import annotations

import re

SEEN = frozenset(
    {
        "image_classification",
        "object_detection",
        "segmentation",
        "anomaly_detection",
        "medical_imaging",
    }
)
_OWN = re.compile(
    # what is wrong with something
    r"\b(?:defect\w*|faults?|faulty|flaws?|blemish\w*|cracks?|cracked|scratch\w*|dents?|stains?|corrosion|rust\w*|"
    r"contaminat\w*|misprints?|damaged?|bruis\w*|rotten|mould\w*|mold\w*|bent|chipped|misshapen|fractures?|"
    r"anomal\w*|foreign (?:objects|bodies)|disease\w*|blight|weeds?|pests?|mites|"
    # what doctors and biologists look at
    r"x-?rays?|ultrasound|mammogra\w*|radiograph\w*|lesions?|tumou?rs?|polyps?|cavities|caries|moles?|smears?|"
    r"biops\w*|patholog\w*|histolog\w*|microscop\w*|retina\w*|cells?(?! phones?)|bacteria|pollen|parasites?|"
    # what grows, and what is made
    r"species|breeds?|crops?|seeds?|seedlings?|leaves|berries|grapes|apples?|potato(?:es)?|tomato(?:es)?|mushrooms?|"
    r"eggs?|fillets?|timber|planks?|knots|ore|minerals?|gemstones?|galaxies|craters?|"
    r"welds?|solder\w*|pcbs?|circuit boards|castings?|cast parts|machined parts|screws|bolts|bearings?|gears|wafers?|"
    r"tablets|pills|blisters?|lids|caps|seals(?! off)|seams?|fabrics?|textiles?|garments?|tiles|bricks|panels|"
    r"components?|parts|products?|goods|stock items)\b"
    # what they call their own
    r"|\b(?:our|my|your own|their|own) (?:own )?(?:\w{1,16} ){0,2}?(?:photos?|pictures|images|scans|parts|products|"
    r"labels|classes|samples)\b"
)
_READY = re.compile(
    r"\b(?:pre-?trained|(?:the|a|our|my|this) (?:\w{1,16} )?trained (?:model|network|weights|one|yolo\w*)|"
    r"ready[- ]made|off[- ]the[- ]shelf|(?:already|we|i) (?:have|got|use) (?:an? |the |our |my )?"
    r"(?:own |working |existing |trained )?(?:model|network|detector|classifier|weights)|existing (?:model|network|"
    r"detector|classifier)|(?:model|network|detector|classifier) (?:is|we have|works|from (?:a|the) vendor)|"
    r"our (?:model|network|detector|classifier)|(?:only|just) (?:run|running|inference)|inferenc\w*|deploy\w*|"
    r"no training|weights)\b"
)
_SPEED = re.compile(
    r"\b(?:how (?:fast|quick\w*|many (?:cameras|streams|frames|images|pictures|feeds))|what (?:fps|speed|frame ?rate)|"
    r"throughput|images? per second|fps (?:of|does|do|can|will|would))\b"
)


def taught(low: str, tasks: list[str]) -> bool:
    """Whether the network for these tasks has to be trained first, though nobody says so."""
    return bool(SEEN.intersection(tasks) and _OWN.search(low) and not _READY.search(low) and not _SPEED.search(low))
