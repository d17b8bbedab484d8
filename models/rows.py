"""`plainspec estimate`: one estimate, or one for each row of a table of published measurements.

Reads the columns of a table such as MLPerf's results, works out which network, GPU and job a row is about, and asks the
estimator. What cannot be estimated keeps its row and says why.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

from catalog.things import Catalog, Gpu, Network
from models.cost import gathered
from models.cost import unit as item_unit
from models.decoder import shape
from models.effects import Software
from models.estimate import prefill_throughput, throughput
from models.learnt import Learnt
from models.measured import measured
from models.software import reference_code, software, tier_of
from models.work import BITS, PHASES, PRECISIONS, Cannot, Estimate, Work

COLUMNS = (
    "source",
    "date",
    "model",
    "task",
    "phase",
    "framework",
    "precision",
    "gpu",
    "n_gpus",
    "batch_size",
    "seq_len_or_resolution",
    "throughput",
    "unit",
    "latency_ms",
    "notes",
)
NEEDED = tuple(c for c in COLUMNS if c not in ("throughput", "latency_ms", "notes", "date", "source", "task"))
ADDED = ("predicted", "low", "high", "basis", "reason")
REFERENCE = Path(__file__).parent / "data" / "reference_networks.csv"
USUAL_BATCH = 64  # where a row does not say
USUAL_ROWS = 65_536  # the same for recommenders
SDXL_STEPS = 20  # denoising steps of one image in MLPerf's SDXL task
MLPERF_PAIRS = 270  # mean user-item pairs that MLPerf's DLRM task counts as one sample (MLCommons inference rules)
# Mean tokens in and out of MLPerf's language tasks (MLCommons inference rules: OpenOrca, and its mix with code and
# maths)
MLPERF_TOKENS = {"llama_2_70b": (294, 294), "mixtral_8x7b": (300, 145)}
MLPERF_SQUAD_TOKENS = 180  # mean length of a SQuAD 1.1 question with its passage, about
# MLPerf rows do not state a precision. TensorRT entries run these in INT8 where accuracy allows (99 % tasks), else FP16
MLPERF_INT8 = ("resnet50", "ssd", "retinanet", "(bert-99)", "dlrm (", "dlrm-dcnv2 (99)")
MLPERF_FP8 = ("(bert-99.9)",)  # where the GPU has it (NVIDIA's entries since round 2.1); else in FP16
# MLPerf's own code for image classification takes 32 images at a time (its "max-batchsize"), other networks one by one
REFERENCE_IMAGES = 32
MEL_FRAMES = 22_050 / 256  # a second, as NVIDIA's HiFi-GAN and FastPitch count what they are trained on
MEMORY_SHARE = 0.9  # of GPU memory that a server fills with weights and KV cache
MOST_REQUESTS = 2048  # TensorRT-LLM's default limit


class BadRows(ValueError):
    """The table cannot be used; the message says what is missing."""


class Job(NamedTuple):
    """What a row measured, in the estimator's words."""

    work: Work
    gpu: Gpu
    gpu_count: int
    nvlink: bool
    tier: str
    prefill: bool  # prompt tokens read a second, not tokens written
    factor: float  # the row's unit is so many of the estimator's
    by: Software = Software()


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


@cache
def _reference() -> dict[tuple[str, int], Network]:
    """Networks by timm's and torchvision's own names and resolution."""
    found = {}
    with REFERENCE.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            side = int(row["resolution"])
            acts = float(row["activations_m"]) if row["activations_m"] else None
            params = float(row["params_m"])
            found[row["name"], side] = Network(
                row["name"],
                row["name"],
                row["kind"],
                "image_classification",
                params,
                params,
                float(row["gmacs"]),
                acts,
                "image",
                f"{side}x{side}",
                source=row["source"],
            )
    return found


class Names:
    """Finds GPUs and networks of a catalog by the names people write."""

    def __init__(self, catalog: Catalog) -> None:
        self.gpus: dict[str, Gpu] = {}
        self.networks: dict[str, Network] = {}
        for gpu in catalog.gpus.values():
            for name in (gpu.id, gpu.name, *gpu.aliases):
                self.gpus.setdefault(slug(name), gpu)
        for network in catalog.networks.values():
            for name in (network.id, network.name, *network.aliases):
                self.networks.setdefault(slug(name), network)
        self._reference_sides: dict[str, list[int]] = {}
        for name, side in _reference():
            self._reference_sides.setdefault(name, []).append(side)

    def gpu(self, name: str) -> Gpu | None:
        return self.gpus.get(slug(name))

    def network(self, name: str, side: int | None = None) -> tuple[Network, float] | None:
        """(network, how much larger than its published input the asked-for resolution is)."""
        # "Mask R-CNN (ResNet50-FPN)" is a Mask R-CNN; but "3D-UNet (KiTS19, 99)" counts whole patients of many patches
        # each
        known = self.networks.get(slug(name)) or self.networks.get(slug(re.sub(r"\([^,]*\)", "", name)))
        sides = self._reference_sides.get(name.strip())
        if known is None and sides:
            nearest = min(sides, key=lambda s: abs(s - (side or 224)))
            known = _reference()[name.strip(), nearest]
        if known is None:
            return None
        published = re.match(r"(\d+)x(\d+)", known.input)
        if side is None or published is None or known.item != "image":
            return known, 1.0
        return known, side * side / (int(published[1]) * int(published[2]))


@cache
def one_hot(network: Network) -> Network:
    """NVIDIA's DCNv2 looks up one row in each of 26 tables where MLPerf's sums 214."""
    other = replace(network, id="dcnv2")
    fewer = (gathered(network) - gathered(other)) / 1e6
    return replace(other, activations_m=(network.activations_m or fewer) - fewer)


def _side(text: str) -> int | None:
    """Pixels of the side of a square of the same area: "224", "800x1333"."""
    numbers = [int(n) for n in re.findall(r"\d+", text)[:2]]
    if not numbers:
        return None
    return numbers[0] if len(numbers) == 1 else round((numbers[0] * numbers[1]) ** 0.5)


def _precision(row: Mapping[str, str], name: str, gpu: Gpu) -> str | None:
    said = row["precision"].lower()
    if "WideAndDeep/triton" in row["source"] and "tensorflow" in row["framework"].lower():
        return "fp16"  # its tables: "Precision FP32", but "Backend accelerator: Automatic FP16"
    if said == "fp32" and gpu.tf32_tflops is not None and "triton" in row["framework"].lower():
        return "tf32"  # what the containers behind NVIDIA's Triton tables do with FP32 from Ampere on
    if said in PRECISIONS:
        return said
    if said in ("amp", "mixed"):
        return "fp16"
    if said:
        return None
    if "q4" in row["framework"].lower():
        return "int4"
    if "mlperf" not in row["framework"].lower():
        return "fp16" if "f16" in row["framework"].lower() else "fp32"
    if reference_code(row["framework"].lower()):
        return "fp32"
    if gpu.fp8_tflops is not None and any(word in name.lower() for word in MLPERF_FP8):
        return "fp8"
    return "int8" if any(word in name.lower() for word in MLPERF_INT8) else "fp16"


def job(row: Mapping[str, str], names: Names) -> Job | Cannot:
    """What one row measured, or why it cannot be told."""
    gpu = names.gpu(row["gpu"])
    if gpu is None:
        return Cannot(f"the catalog has no GPU called '{row['gpu']}'")
    found = names.network(
        row["model"], _side(row["seq_len_or_resolution"]) if row["unit"].startswith(("images", "samples")) else None
    )
    if found is None:
        return Cannot(f"the catalog has no network called '{row['model']}'")
    network, size = found
    if row["model"].startswith("DCNv2"):
        network = one_hot(network)
    precision = _precision(row, row["model"], gpu)
    if precision is None:
        return Cannot(f"'{row['precision']}' is not a precision the estimator knows ({', '.join(PRECISIONS)})")
    if row["phase"] not in PHASES:
        return Cannot(f"'{row['phase']}' is not a phase; write {', '.join(PHASES)}")
    try:
        count = int(float(row["n_gpus"] or 1))
        batch = int(float(row["batch_size"])) if row["batch_size"] else 0
    except ValueError:
        return Cannot("n_gpus and batch_size must be whole numbers")
    if count < 1 or batch < 0:
        return Cannot("n_gpus must be at least 1 and batch_size not negative")
    framework = row["framework"].lower()
    if not batch and network.kind == "recommender":
        batch = USUAL_ROWS
    if not batch:
        batch = (
            REFERENCE_IMAGES
            if reference_code(framework) and "offline" in framework and network.item == "image"
            else 1  # perf_client, which Triton is timed with, sends one at a time unless told otherwise
            if "singlestream" in framework or "triton" in framework or reference_code(framework)
            else 8
            if "multistream" in framework
            else USUAL_BATCH
        )
    nvlink = bool(gpu.nvlink_gbs) and (
        any(w in gpu.form_factor.lower() for w in ("sxm", "superchip")) or "nvlink" in row["source"].lower()
    )
    work = Work(network, row["phase"], precision, batch, size)
    tier = tier_of(row["framework"], row["source"])
    if tier == "legacy" or "singlestream" in framework:
        count = 1  # one process splits one small batch, or MLPerf sends one sample at a time: more cards do not help
    if network.kind == "transformer_decoder":
        at = _decoder_job(row, work, gpu, count, nvlink, tier)
    else:
        at = _item_job(row, Job(work, gpu, count, nvlink, tier, False, 1.0))
    return at if isinstance(at, Cannot) else at._replace(by=software(row, tier, phase_of(at), at.work.batch))


_UNITS = {
    "images/s",
    "samples/s",
    "sequences/s",
    "queries/s",
    "million samples/s",
    "it/s (steps*batch/s)",
    "audio items/s",
    "tokens/s",
    "items/s",
}


def _item_job(row: Mapping[str, str], at: Job) -> Job | Cannot:
    """A row of a network that is counted in items."""
    unit, network, work = row["unit"], at.work.network, at.work
    if unit not in _UNITS and unit != item_unit(network.item):
        return Cannot(f"'{unit}' is not a unit that can be turned into {network.item}s")
    if unit == "million samples/s":
        at = at._replace(factor=1e-6)
    if (
        network.task in ("translation", "summarization")
        and network.kind == "transformer_encoder"
        and (not work.trains or row["task"] == "summarization")
    ):
        return Cannot("the row does not say how long its texts are, and they are written token by token")
    if (network.id == "gnmt" or (network.item == "second of audio" and unit == "samples/s")) and not work.trains:
        return Cannot("the row does not say how long its texts are")
    if network.id == "unet_3d" and not work.trains:
        return Cannot("the row counts whole volumes and does not say of how many patches")
    if network.kind == "transformer_encoder":
        published = int(network.input.split()[0])
        length = int(row["seq_len_or_resolution"]) if row["seq_len_or_resolution"].isdigit() else 384
        if "mlperf" in row["framework"].lower() and at.tier == "optimised":
            length = MLPERF_SQUAD_TOKENS  # these entries drop the padding
        if unit == "tokens/s":
            return at._replace(factor=float(published))
        return at._replace(work=replace(work, size=length / published))
    if network.kind == "recommender" and "mlperf" in row["framework"].lower():
        return at._replace(factor=1 / MLPERF_PAIRS)
    if network.id == "gnmt":
        return at._replace(
            work=replace(work, batch=work.batch * 50)
        )  # a batch of sentence pairs of about 25 tokens each
    if network.id == "waveglow":
        return at._replace(
            work=replace(work, batch=work.batch * 16_000)
        )  # segments of 16,000 samples (16 kHz configuration)
    if network.item == "second of audio" and unit == "samples/s":  # mel frames of segments of 32
        return at._replace(work=replace(work, batch=max(1, round(work.batch * 32 / MEL_FRAMES))), factor=MEL_FRAMES)
    if network.id in ("sdxl", "sd_1.5") and unit in ("samples/s", "queries/s"):
        return at._replace(factor=1 / SDXL_STEPS)
    return at


def _decoder_job(row: Mapping[str, str], work: Work, gpu: Gpu, count: int, nvlink: bool, tier: str) -> Job | Cannot:
    """A row of a language model: training, reading prompts, or writing."""
    said = [int(n) for n in re.findall(r"\d+", row["seq_len_or_resolution"])]
    network = work.network
    if row["phase"] != "inference":
        length = said[0] if said else 2048
        factor = 1.0 if row["unit"] == "tokens/s" else 1.0 / length
        return Job(replace(work, prompt_tokens=length, output_tokens=0), gpu, count, nvlink, tier, False, factor)
    if row["unit"] == "sequences/s":  # one forward pass over whole sequences
        length = said[0] if said else 2048
        return Job(
            replace(work, prompt_tokens=length, output_tokens=0), gpu, count, nvlink, "framework", True, 1.0 / length
        )
    if "llama.cpp" in row["framework"].lower():
        # several cards hold a layer each and work in turn, so they add memory, not speed
        length = said[0] if said else 512
        prompt, out = (length, 0) if "prompt" in row["task"] else (0, length)
        return Job(
            replace(work, batch=1, prompt_tokens=prompt, output_tokens=out),
            gpu,
            1,
            nvlink,
            tier,
            "prompt" in row["task"],
            1.0,
        )
    prompt, out = (said[0], said[1]) if len(said) > 1 else MLPERF_TOKENS.get(network.id, (1024, 256))
    if not row["precision"] and gpu.fp8_tflops is not None:
        work = replace(work, precision="fp8")
    if work.precision == "fp8" and gpu.fp8_tflops is not None:
        work = replace(work, network=_small_cache(network, prompt + out))
    copies, factor = 1, 1.0
    if "inference_results_v4.0" in row["source"] and row["framework"].lower().endswith("server"):
        factor = 1.0 / out  # round 4.0 wrote queries a second into the column of tokens
    if (
        "mlperf" in row["framework"].lower()
    ):  # these entries run as many copies as fit; TensorRT-LLM's tables one over all GPUs
        bytes_of = work.network.params_m or 0.0
        while count % 2 == 0 and bytes_of * 1e6 * BITS[work.precision] / 8 <= 0.6 * gpu.memory_bytes * count / 2:
            count, copies = count // 2, copies * 2
    users = work.batch if row["batch_size"] else most_requests(work, gpu, count, prompt + out)
    work = replace(work, batch=users, users=users, prompt_tokens=prompt, output_tokens=out)
    return Job(work, gpu, count, nvlink, tier, False, copies * factor)


@cache
def _small_cache(network: Network, tokens: int) -> Network:
    """The network with its KV cache in FP8, as TensorRT-LLM's FP8 recipe keeps it."""
    of = shape(network)
    return network if of is None else replace(network, kv_bytes_fp16=of.cache(tokens) / tokens / 2, kv_window=None)


def most_requests(work: Work, gpu: Gpu, count: int, tokens: int) -> int:
    """Requests of `tokens` tokens whose KV cache fits beside the weights: what a throughput benchmark runs with."""
    of = shape(work.network)
    if of is None:
        return 1
    free = MEMORY_SHARE * gpu.memory_bytes * count - of.total * BITS[work.precision] / 8
    return max(1, min(MOST_REQUESTS, int(free / of.cache(tokens))))


def phase_of(at: Job) -> str:
    if not at.work.decoder or at.work.trains:
        return "training" if at.work.trains else "inference"
    return "prefill" if at.prefill else "decode"


def predict(at: Job, known: Learnt | None = None) -> Estimate | Cannot:
    """The estimate for a job, in the row's own unit; by other coefficients than the shipped ones where given."""
    asked = prefill_throughput if at.prefill else throughput
    found = asked(at.work, at.gpu, at.gpu_count, at.nvlink, at.tier, at.by, known)
    return found if isinstance(found, Cannot) else found.times(at.factor)


def _cells(found: Estimate | Cannot) -> dict[str, str]:
    if isinstance(found, Cannot):
        return {"predicted": "", "low": "", "high": "", "basis": "", "reason": found.reason}
    return {
        "predicted": f"{found.value:.6g}",
        "low": f"{found.low:.6g}",
        "high": f"{found.high:.6g}",
        "basis": found.basis,
        "reason": "",
    }


def estimate_rows(in_csv: Path, out_csv: Path, catalog: Catalog) -> tuple[int, int]:
    """Writes `in_csv` with predicted, low, high, basis and reason added; returns (rows, rows estimated).

    Raises BadRows, naming everything that is missing, and then writes nothing.
    """
    try:
        with in_csv.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines)
            heading = list(reader.fieldnames or ())
            missing = [c for c in NEEDED if c not in heading]
            if missing:
                raise BadRows(f"{in_csv.name} lacks the columns {', '.join(missing)}; it needs {', '.join(NEEDED)}")
            rows = [{k: (v or "") for k, v in row.items() if isinstance(k, str)} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadRows(f"{in_csv.name} is not a CSV file in UTF-8: {error}") from error
    names = Names(catalog)
    estimated = 0
    for row in rows:
        for absent in ("task", "source"):
            row.setdefault(absent, "")
        at = job(row, names)
        found = at if isinstance(at, Cannot) else predict(at)
        estimated += isinstance(found, Estimate)
        row.update(_cells(found))
    with out_csv.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.DictWriter(
            lines, [h for h in heading if h not in ADDED] + list(ADDED), extrasaction="ignore", lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(rows)
    return len(rows), estimated


def one(work: Work, gpu: Gpu, count: int, tier: str, catalog: Catalog) -> Estimate | Cannot:
    """The estimate for one network on `count` of a GPU, or what was timed there."""
    nvlink = count > 1 and bool(gpu.nvlink_gbs)
    return measured(work, gpu, count, catalog.timings) or throughput(work, gpu, count, nvlink, tier)


def asked(model: str, gpu: str, phase: str, precision: str, catalog: Catalog) -> tuple[Work, Gpu] | Cannot:
    """The job that is meant by the names people write."""
    names = Names(catalog)
    card, found = names.gpu(gpu), names.network(model)
    if card is None:
        return Cannot(f"the catalog has no GPU called '{gpu}'", _nearest(gpu, names.gpus))
    if found is None:
        return Cannot(f"the catalog has no network called '{model}'", _nearest(model, names.networks))
    if phase not in PHASES:
        return Cannot(f"'{phase}' is not a phase; write {', '.join(PHASES)}")
    wanted = {"amp": "fp16", "mixed": "fp16"}.get(precision.lower(), precision.lower())
    if wanted not in PRECISIONS:
        return Cannot(f"'{precision}' is not a precision; write {', '.join(PRECISIONS)}")
    return Work(found[0], phase, wanted), card


def _nearest(name: str, known: Mapping[str, Gpu] | Mapping[str, Network]) -> str:
    near = difflib.get_close_matches(slug(name), list(known), 1, 0.6)
    return known[near[0]].name if near else ""
