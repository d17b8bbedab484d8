"""What comes in: readings of sensors, volumes, or flat pictures; it decides which network a job is for."""

from __future__ import annotations

import re

from .heard import Span

PICTURE = (
    r"(?:images?|photos?|photographs?|pictures?|pics?|frames?|scans?|x-?rays?|slides?|cameras?|camera|footage|"
    r"video|visual\w*|drone|satellite|microscop\w*|snaps?)"
)
_VOLUMES = re.compile(
    r"\b(?:ct|mr|pet|cbct|3-?d)\b[^.?!\n]{0,24}\b(?:scans?|volumes?|images?|data|stud(?:y|ies)|series|stacks?|imaging)\b|"
    r"\bmris?\b|\btomogra\w*|\bvolumetric\b|\bnn-?u-?net 3d|"
    r"\b(?:scan|seismic|image|medical|brain|lung|microscopy) volumes?\b|\b\d{2,4} ?x ?\d{2,4} ?x ?\d{2,4}\b"
)
_FOUND = re.compile(
    r"\b(?:find\w*|locat\w*|count\w*|detect\w*|spot(?:s|ted|ting)?|mark(?:s|ed|ing)?|point\w* (?:out|at|to)|where)\b"
)
_SIGNALS = re.compile(
    r"\bvibrations?\b|\bsensors?\b|\btelemetry\b|\baccelerometers?\b|\b[km]?hz\b|\bacoustic\b|\bpressures?\b|"
    r"\breadings?\b|\bcurrents?\b|\becgs?\b|\beegs?\b"
)
_SEEN = re.compile(rf"\b{PICTURE}\b")


def signals(low: str) -> Span | None:
    """Where the text says that what comes in is readings, and no pictures."""
    match = _SIGNALS.search(low)
    return Span(match.start(), match.end(), "signals", True) if match and not _SEEN.search(low) else None


def volumes(low: str) -> Span | None:
    """Where the text says that what comes in is volumes, not flat pictures."""
    match = _VOLUMES.search(low)
    return Span(match.start(), match.end(), "volumes", True) if match else None


_PILE = re.compile(
    r"\b(?:archives?|archived|back-?logs?|back-?catalog\w*|one-?off|once only|(?:just|only|do (?:it|this|that)) once|"
    r"once(?=,| over\b|[.!?]|$| and (?:then|be done))|then nothing|historic(?:al)?|"
    r"existing (?:recordings|documents|pages|scans|photos|files|footage)|whole (?:collection|library|back ?catalogue)|"
    r"over (?:a|the|one) (?:weekend|night))\b"
)


def pile(low: str) -> Span | None:
    """Where the text says that what there is will be worked through once, as nothing more of it comes."""
    match = _PILE.search(low)
    return Span(match.start(), match.end(), "pile", True) if match else None


def of_scans(low: str) -> str:
    """What is done with medical pictures follows what is asked of them: only volumes are worked through as volumes;
    in flat ones something is found, or each is given a label."""
    if _VOLUMES.search(low):
        return "medical_imaging"
    return "object_detection" if _FOUND.search(low) else "image_classification"
