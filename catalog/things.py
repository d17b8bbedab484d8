"""What the catalog knows, as frozen dataclasses. No I/O here; `catalog.store` reads and writes them.

Units, everywhere in Plainspec:
- memory, storage and model sizes: GB = 10^9 bytes, except where a name ends in `_gib`. Vendors sell a "24 GB" card
  with 24 GiB of chips; `Gpu.memory_gb` holds the vendor's figure and `Gpu.memory_bytes` the bytes that stand behind it.
- compute: TFLOPS = 10^12 operations a second, dense (never the sparse figure); a multiply-add is two operations.
- bandwidth: GB/s = 10^9 bytes a second. Power: watts. Heat: the same watts. Noise: a class, see `NOISE`.
- money: `Price`, an amount with a currency, a date and a source. A missing price is None, never 0.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

NOISE = ("silent", "quiet", "office", "loud", "server_room")  # rising; "office" may stand beside a desk
FORM_FACTORS = ("edge", "laptop", "mini", "tower", "rack")
KINDS_OF_MEMORY = ("dedicated", "unified")  # unified: the processor's RAM is the GPU's memory too
PRECISIONS_TIMED = ("fp32", "tf32", "fp16", "int8")  # tf32: the graph of fp32, its products in TF32


@dataclass(frozen=True)
class Price:
    """What something costs, net of VAT, indicative: never shown without its date and source."""

    amount: Decimal
    currency: str  # ISO 4217
    day: date
    source: str


@dataclass(frozen=True)
class Gpu:
    """One accelerator as its maker describes it. None means not known, never zero."""

    id: str  # slug: "rtx_4090", "l40s", "a100_sxm4_80gb"
    topic: str  # the topic it is filed under, without variant: "rtx_4090", "l40s", "a100"
    name: str  # "RTX 4090"
    vendor: str
    architecture: str
    launch_year: int | None
    form_factor: str  # as the maker says: "PCIe dual-slot", "SXM", "laptop (Max-Q)", "embedded module"
    memory_gb: float
    memory_kind: str  # one of KINDS_OF_MEMORY
    bandwidth_gbs: float
    fp32_tflops: float | None
    tf32_tflops: float | None  # tensor cores, dense, FP32 accumulate, as are the next two
    fp16_tflops: float | None
    bf16_tflops: float | None
    fp8_tflops: float | None
    int8_tops: float | None
    tdp_w: float | None
    nvlink_gbs: float | None
    pcie_gen: int | None
    compute_capability: str | None  # NVIDIA only: "8.9"
    ecc: bool | None
    aliases: tuple[str, ...] = ()  # other ways people write it, lower case
    source: str = ""
    notes: str = ""
    price: Price | None = None  # the card alone

    @property
    def memory_bytes(self) -> float:
        return self.memory_gb * 2**30  # memory is sold in binary GB

    @property
    def laptop(self) -> bool:
        return "laptop" in self.form_factor.lower()


@dataclass(frozen=True)
class Network:
    """A neural network people run or train, with the published figures sizing needs.

    `kind` is the class whose cost model applies: feedforward, cnn, deconvolutional, dcign, boltzmann, autoencoder, vae,
    rnn, lstm, gru, transformer_encoder, transformer_decoder, vit, unet, detector, speech, tts, recommender, diffusion,
    video_diffusion, gan, time_series, boosted_trees.
    """

    id: str
    name: str
    kind: str
    task: str  # the task it is usually used for (sizing.told.TASKS)
    params_m: float | None  # millions, total
    active_params_m: float | None  # millions that work on one token; = params_m unless a mixture of experts
    # 10^9 multiply-adds for one item (image, sequence, second of audio, denoising step) forward, at `input`
    gmacs: float | None
    activations_m: float | None  # 10^6 values written by the layers for one item forward, at `input`
    item: str  # what is counted: "image", "sequence", "token", "second of audio", "step", "row"
    input: str  # the size gmacs and activations_m are for: "224x224", "512 tokens"
    layers: int | None = None
    hidden: int | None = None
    heads: int | None = None
    kv_heads: int | None = None
    head_dim: int | None = None
    # bytes a token where the usual formula does not hold (latent or windowed attention)
    kv_bytes_fp16: float | None = None
    kv_window: int | None = None  # tokens that layers with a window keep; kv_bytes_fp16 is then what the others keep
    context: int | None = None  # tokens, as published
    native_bits: float | None = None  # bits a weight as released, when not 16 (gpt-oss-20b: 5.26)
    open_weights: bool = True
    aliases: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class GpuCount:
    gpu: str  # Gpu.id
    count: int


@dataclass(frozen=True)
class System:
    """A machine a reseller sells: a whole bill, not a card."""

    id: str
    name: str
    form_factor: str  # one of FORM_FACTORS
    gpus: tuple[GpuCount, ...]  # empty for a CPU-only machine
    cpu: str
    cpu_cores: int
    ram_gb: float
    ram_bandwidth_gbs: float  # what the CPU sees: decides CPU inference
    nvme_tb: float
    psu_w: int
    max_power_w: int  # at the wall, everything busy
    idle_power_w: int
    rack_units: int | None
    weight_kg: float
    noise: str  # one of NOISE
    circuit: str  # "13 A socket", "16 A C19", "32 A", "2x 32 A", "3-phase 32 A"
    network_gbps: float
    nvlink: bool
    price: Price | None
    made_of: str  # how the price was composed
    source: str
    notes: str = ""


@dataclass(frozen=True)
class Storage:
    id: str
    name: str
    kind: str  # "nvme", "sata_ssd", "hdd", "nas", "flash_array"
    capacity_tb: float
    read_gbs: float
    write_gbs: float | None
    read_iops: float | None
    power_w: float | None
    rack_units: int | None
    price: Price | None
    source: str
    notes: str = ""


@dataclass(frozen=True)
class NetworkGear:
    id: str
    name: str
    kind: str  # "nic", "switch", "cable"
    protocol: str  # "ethernet", "infiniband"
    gbps: float  # a port
    ports: int
    power_w: float | None
    price: Price | None
    source: str
    notes: str = ""


@dataclass(frozen=True)
class CloudOffer:
    """A rented machine, by the hour."""

    id: str
    provider: str
    gpu: str  # Gpu.id
    count: int
    terms: str  # "on_demand", "spot", "reserved"
    hourly: Price  # for all `count` GPUs together
    region: str = ""
    notes: str = ""


@dataclass(frozen=True)
class ApiOffer:
    """A network that a provider runs for anybody, paid by the token. Prices are net of VAT, a million tokens each."""

    id: str
    provider: str
    network: str  # Network.id
    input_price: Decimal  # a million tokens sent, none of them cached
    output_price: Decimal  # a million tokens answered
    currency: str  # ISO 4217
    day: date
    source: str
    notes: str = ""


@dataclass(frozen=True)
class ExchangeRate:
    """One unit of `currency` costs `gbp` pounds on `day`."""

    currency: str
    gbp: Decimal
    day: date
    source: str


@dataclass(frozen=True)
class Timing:
    """A reference model timed on one machine by `models.timing`: a measurement and nothing else.

    Figures are of the graph that ran. With `layers` > 1 that is one layer of so many, and `notes` says how the whole is
    composed from it. The same model timed on the same machine in the same way has the same id: newer replaces older.
    """

    id: str
    reference: str  # id of the reference model (models.reference.REFERENCES)
    network: str  # Network.id
    item: str  # what one of the batch is: "image", "sequence", "token", "row"
    gpu: str | None  # Gpu.id; None: the processor did it
    processor: str  # as the machine names it, with the threads it offers: "AMD EPYC 9354, 32 threads"
    provider: str  # of onnxruntime: "cuda", "tensorrt", "cpu"
    precision: str  # one of PRECISIONS_TIMED
    batch: int
    sizes: str  # of the other dynamic dimensions: "tokens=128", "past=512;tokens=1"; empty: there are none
    items_per_s: float  # median of the repeats, inputs and outputs on the device
    items_per_s_low: float  # the slow end, at the 90th percentile of the step's duration
    items_per_s_high: float  # the fast end, at its 10th
    items_per_s_with_copies: float | None  # median with inputs copied to the device and outputs back
    memory_gb: float | None  # GB taken at most; on a GPU with what the runtime itself takes
    power_w: float | None  # the board, mean over the repeats
    clock_mhz: float | None  # of the multiprocessors, median over the repeats
    layers: int
    params_m: float  # 10^6, counted from the graph, as are the next two
    gmacs: float  # 10^9 multiply-adds for one item at these sizes
    activations_m: float  # 10^6 values written for one item at these sizes
    driver: str
    cuda: str
    cudnn: str
    onnxruntime: str
    warm_up: int  # runs before the first that counts
    repeats: int
    day: date
    source: str
    notes: str = ""

    @property
    def where(self) -> str:
        """What it ran on: the GPU's id, or the processor."""
        return self.gpu or self.processor


@dataclass(frozen=True)
class Figure:
    """A number an article quotes: with unit, source and date."""

    what: str
    value: str
    unit: str
    source: str
    day: str


@dataclass(frozen=True)
class Article:
    id: str  # the topic id: "kv_cache", "cnn"
    title: str
    # concept, network, training, inference, precision, framework, storage, networking, power, cloud, part, task, sector
    group: str
    sentence: str  # one sentence anybody follows
    plain: str  # a CEO follows it
    technical: str  # a data scientist nods
    why_it_matters: str  # when buying
    misunderstanding: str
    aliases: tuple[str, ...] = ()  # names people use for it, lower case
    questions: tuple[str, ...] = ()  # how people ask; for retrieval
    answers: tuple[tuple[str, str], ...] = ()  # (a narrower question, its answer of a few sentences)
    figures: tuple[Figure, ...] = ()
    related: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalog:
    """Everything known at one moment: an immutable snapshot that sizing and speech work on."""

    revision: int  # rises with every import
    gpus: dict[str, Gpu] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)
    systems: dict[str, System] = field(default_factory=dict)
    storage: dict[str, Storage] = field(default_factory=dict)
    gear: dict[str, NetworkGear] = field(default_factory=dict)
    offers: dict[str, CloudOffer] = field(default_factory=dict)
    api_offers: dict[str, ApiOffer] = field(default_factory=dict)
    rates: dict[str, ExchangeRate] = field(default_factory=dict)  # by currency
    timings: dict[str, Timing] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)
