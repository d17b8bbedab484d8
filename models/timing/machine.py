"""What this machine is, and what it draws while it works: processor, GPU, driver, libraries, memory, power, clock.

NVIDIA's libraries are asked through ctypes: the driver (libcuda) says which GPU the first CUDA device is, NVML how much
memory, power and clock it uses. Whatever does not answer is empty or None; nothing is guessed.
"""
from __future__ import annotations

import csv
import ctypes
import gc
import os
import platform
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import catalog

_GPUS = Path(catalog.__file__).parent / "data" / "gpus.csv"
# Words of a driver's name for a GPU that say nothing which the catalog's names do not.
_EMPTY_WORDS = {"nvidia", "geforce", "tesla", "gpu", "generation", "edition", "with", "design"}
_UNSAID = {"sxm", "workstation"}  # words that only one of the two names may have: a driver's "H200" is the SXM one
# What a driver reports is less than what is sold, most of all where error correction takes its share of it.
_MEMORY_SHOWN = (0.88, 1.03)


class Meter:
    """What is in use at this moment: here of the processor. None where nothing answers."""

    def idle_bytes(self) -> float | None:
        """What is in use before a model is opened. Memory that earlier ones left behind is given back first."""
        gc.collect()
        libc = _library("libc.so.6")
        if libc is not None and hasattr(libc, "malloc_trim"):
            libc.malloc_trim(0)
        return self.memory_bytes()

    def memory_bytes(self) -> float | None:
        """Resident memory of this process (Linux)."""
        try:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
        except OSError:
            return None
        return float(pages * os.sysconf("SC_PAGE_SIZE"))

    def available_bytes(self) -> float | None:
        """Memory that can still be taken without swapping (Linux); a GPU refuses by itself, so there it is None."""
        try:
            found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text())
        except OSError:
            return None
        return float(found[1]) * 1024 if found else None

    def power_w(self) -> float | None:
        return None

    def energy_j(self) -> float | None:
        return None

    def clock_mhz(self) -> float | None:
        return None


@dataclass(frozen=True)
class Gpu:
    """The GPU that CUDA uses first."""

    name: str  # as its driver calls it
    bus: str  # its PCI address
    memory_bytes: float
    compute_capability: tuple[int, int]


@dataclass(frozen=True)
class Machine:
    """Where a run takes place: what is written beside every figure."""

    processor: str
    gpu: str = ""  # id in the catalog; empty: the processor does the work
    gpu_name: str = ""  # as the driver calls it
    compute_capability: tuple[int, int] = (0, 0)
    driver: str = ""
    cuda: str = ""
    cudnn: str = ""
    notes: str = ""  # what else was going on


def processor() -> str:
    """The processor as the machine names it, what tells its generation, its threads and its widest vectors."""
    name, family = platform.processor() or platform.machine(), ""
    vectors: list[str] = []
    try:
        fields = dict(re.findall(r"^(\S[^\t:]*)\t*: (.*)$", Path("/proc/cpuinfo").read_text().split("\n\n")[0], re.M))
    except OSError:
        fields = {}
    if "model name" in fields:
        name = " ".join(fields["model name"].split())
        family = f" (family {fields.get('cpu family', '?')}, model {fields.get('model', '?')})"
        flags = fields.get("flags", "").split()
        vectors = [text for flag, text in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in flags][:1]
        vectors += [text for flag, text in (("avx512_vnni", "VNNI"), ("amx_int8", "AMX")) if flag in flags]
    used, there = threads()
    share = f"{there} threads" if used == there else f"{used} of {there} threads"
    return ", ".join([f"{name}{family}", share, *vectors])


def threads() -> tuple[int, int]:
    """The processor's threads that this process may use, and how many there are."""
    there = os.cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else there, there


def cuda_gpu() -> Gpu | None:
    """The GPU that CUDA uses first; None where there is no driver or no GPU."""
    cuda = _library("libcuda.so.1", "nvcuda.dll")
    device = ctypes.c_int()
    if cuda is None or cuda.cuInit(0) or cuda.cuDeviceGet(ctypes.byref(device), 0):
        return None
    name, bus = ctypes.create_string_buffer(128), ctypes.create_string_buffer(32)
    memory, major, minor = ctypes.c_size_t(), ctypes.c_int(), ctypes.c_int()
    failed = (cuda.cuDeviceGetName(name, len(name), device) or cuda.cuDeviceGetPCIBusId(bus, len(bus), device)
              or cuda.cuDeviceTotalMem_v2(ctypes.byref(memory), device)
              or cuda.cuDeviceGetAttribute(ctypes.byref(major), 75, device)  # compute capability
              or cuda.cuDeviceGetAttribute(ctypes.byref(minor), 76, device))
    if failed:
        return None
    return Gpu(name.value.decode(), bus.value.decode(), float(memory.value), (major.value, minor.value))


def catalog_id(name: str, memory_bytes: float) -> str:
    """The id in the packaged catalog of the GPU that its driver calls so; empty when that names none, or several."""
    device = _words(re.sub(r" MIG 7g\.\d+gb$", "", name))  # one instance that has the whole card
    gigabytes = memory_bytes / 2**30
    with _GPUS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["vendor"] == "NVIDIA" and row["memory_kind"] == "dedicated"
                and _MEMORY_SHOWN[0] <= gigabytes / float(row["memory_gb"]) <= _MEMORY_SHOWN[1]]
    ways = [(row["id"], _words(way)) for row in rows for way in (row["name"], *row["aliases"].split(";")) if way]
    exact = {gpu for gpu, words in ways if words == device}
    near = {gpu for gpu, words in ways if words - _UNSAID == device - _UNSAID}
    found = exact if len(exact) == 1 else near
    return found.pop() if len(found) == 1 else ""


def _words(name: str) -> frozenset[str]:
    text = re.sub(r"\(.*\)", "", name.lower())
    text = re.sub(r"\b(sxm)\d\b", r"\1", re.sub(r"\b(\d+ ?gb|hbm\d\w*)\b", "", text))
    return frozenset(re.findall(r"[a-z0-9]+", text)) - _EMPTY_WORDS


def runtime_versions() -> tuple[str, str]:
    """CUDA and cuDNN as a session has loaded them, or empty."""
    cuda, cudnn, number = "", "", ctypes.c_int()
    runtime = _library(*(name for major in (12, 13) for name in (f"libcudart.so.{major}", f"cudart64_{major}.dll")),
                       loaded=True)
    if runtime is not None and not runtime.cudaRuntimeGetVersion(ctypes.byref(number)):
        cuda = f"{number.value // 1000}.{number.value % 1000 // 10}"
    library = _library("libcudnn.so.9", "cudnn64_9.dll", loaded=True)
    if library is not None:
        library.cudnnGetVersion.restype = ctypes.c_size_t
        version = library.cudnnGetVersion()
        cudnn = f"{version // 10000}.{version % 10000 // 100}.{version % 100}"
    return cuda, cudnn


def _library(*names: str, loaded: bool = False) -> Any:
    """The first of these libraries that is there, and in this process already if it is to be `loaded`; or None."""
    for name in names:
        if name.endswith(".dll") != (sys.platform == "win32"):
            continue
        try:
            mode = ctypes.DEFAULT_MODE | (getattr(os, "RTLD_NOLOAD", 0) if loaded else 0)
            return ctypes.CDLL(name, mode=mode)
        except OSError:
            continue
    return None


class _Memory(ctypes.Structure):
    _fields_ = [("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong)]


class _Use(ctypes.Structure):
    _fields_ = [("gpu", ctypes.c_uint), ("memory", ctypes.c_uint)]


class Unmetered(Meter):
    """A device that nothing measures."""

    def idle_bytes(self) -> float | None:
        return None

    def memory_bytes(self) -> float | None:
        return None

    def available_bytes(self) -> float | None:
        return None


class Nvml(Unmetered):
    """NVIDIA's management library on one GPU."""

    def __init__(self, bus: str) -> None:
        """Raises OSError where it does not answer. Make it before the first session: see `idle_bytes`."""
        self._nvml = _library("libnvidia-ml.so.1", "nvml.dll")
        self._device = ctypes.c_void_p()
        if self._nvml is None or self._nvml.nvmlInit_v2() or self._nvml.nvmlDeviceGetHandleByPciBusId_v2(
                bus.encode(), ctypes.byref(self._device)):
            raise OSError("NVML does not answer")
        self._idle = self.memory_bytes()

    def driver(self) -> str:
        text = ctypes.create_string_buffer(96)
        return "" if self._nvml.nvmlSystemGetDriverVersion(text, len(text)) else text.value.decode()

    def idle_bytes(self) -> float | None:
        """What was in use before CUDA began, so that what a model takes has the runtime's own share in it."""
        return self._idle

    def memory_bytes(self) -> float | None:
        """All that is in use on the GPU, by whomever."""
        memory = _Memory()
        failed = self._nvml.nvmlDeviceGetMemoryInfo(self._device, ctypes.byref(memory))
        return None if failed else float(memory.used)

    def power_w(self) -> float | None:
        return self._number(self._nvml.nvmlDeviceGetPowerUsage, ctypes.c_uint(), 1e-3)

    def energy_j(self) -> float | None:
        return self._number(self._nvml.nvmlDeviceGetTotalEnergyConsumption, ctypes.c_ulonglong(), 1e-3)

    def clock_mhz(self) -> float | None:
        clock = ctypes.c_uint()
        failed = self._nvml.nvmlDeviceGetClockInfo(self._device, 1, ctypes.byref(clock))  # 1: the multiprocessors
        return None if failed else float(clock.value)

    def notes(self) -> str:
        """What makes figures of this GPU, now, not those of the card as sold."""
        said = []
        limit = self._number(self._nvml.nvmlDeviceGetPowerManagementLimit, ctypes.c_uint(), 1e-3)
        usual = self._number(self._nvml.nvmlDeviceGetPowerManagementDefaultLimit, ctypes.c_uint(), 1e-3)
        if limit and usual and limit < usual * 0.99:
            said.append(f"power limited to {limit:.0f} W of {usual:.0f} W")
        use = _Use()
        if not self._nvml.nvmlDeviceGetUtilizationRates(self._device, ctypes.byref(use)) and use.gpu > 10:
            said.append(f"the GPU was {use.gpu} % busy with other work at the start")
        return "; ".join(said)

    def _number(self, ask: Callable[..., int], value: Any, scale: float) -> float | None:
        return None if ask(self._device, ctypes.byref(value)) else float(value.value) * scale


def busy() -> str:
    """Says that other programs keep the processor busy, where they do."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    _, there = threads()
    return f"other programs were running: load {load:.1f} on {there} threads" if load > 0.3 * there else ""
