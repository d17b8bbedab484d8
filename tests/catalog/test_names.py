from __future__ import annotations

import re
from collections import defaultdict

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from catalog import names, store
from catalog.things import Catalog, Gpu


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return store.build(store.apply({kind.name: {} for kind in store.schema.STORED}, store.packaged_changes()), 1)


CATALOG = store.build(store.apply({kind.name: {} for kind in store.schema.STORED}, store.packaged_changes()), 1)


@pytest.mark.parametrize(
    ("text", "gpu"),
    [
        ("RTX 4090", "rtx_4090"),
        ("rtx4090", "rtx_4090"),
        ("4090", "rtx_4090"),
        ("NVIDIA GeForce RTX 4090", "rtx_4090"),
        ("RTX-4090 24GB", "rtx_4090"),
        ("rtx 4090 (24 GB)", "rtx_4090"),
        ("24gb 4090", "rtx_4090"),
        ("GTX 4090", "rtx_4090"),
        ("3080ti", "rtx_3080_ti"),
        ("RTX3080Ti", "rtx_3080_ti"),
        ("rtx 3080 TI", "rtx_3080_ti"),
        ("RTX 3080", "rtx_3080"),
        ("3080 12GB", "rtx_3080_12gb"),
        ("4070 Ti Super", "rtx_4070_ti_super"),
        ("4070tisuper", "rtx_4070_ti_super"),
        ("L4", "l4"),
        ("L40", "l40"),
        ("L40S", "l40s"),
        ("nvidia l4 24gb", "l4"),
        ("A10", "a10"),
        ("A10G", "a10g"),
        ("A100", "a100_pcie_40gb"),
        ("a100 80g", "a100_pcie_80gb"),
        ("A100-SXM4-80GB", "a100_sxm4_80gb"),
        ("A100 80GB SXM", "a100_sxm4_80gb"),
        ("A100 40GB PCIe", "a100_pcie_40gb"),
        ("H100", "h100_sxm5_80gb"),
        ("h100 pcie", "h100_pcie_80gb"),
        ("H100 NVL", "h100_nvl_94gb"),
        ("tesla v100 32gb", "v100_pcie_32gb"),
        ("Tesla T4", "t4"),
        ("k80", "tesla_k80"),
        ("M40 24GB", "tesla_m40_24gb"),
        ("p40", "tesla_p40"),
        ("A6000", "rtx_a6000"),
        ("RTX A6000", "rtx_a6000"),
        ("rtxa6000", "rtx_a6000"),
        ("RTX 6000 Ada", "rtx_6000_ada"),
        ("A6000 Ada", "rtx_6000_ada"),
        ("Quadro RTX 6000", "quadro_rtx_6000"),
        ("pro 6000", "rtx_pro_6000_blackwell_workstation"),
        ("RTX PRO 6000 Max-Q", "rtx_pro_6000_blackwell_max_q"),
        ("RTX PRO 6000 Server", "rtx_pro_6000_blackwell_server"),
        ("4090 laptop", "rtx_4090_laptop"),
        ("RTX 4090 Mobile", "rtx_4090_laptop"),
        ("laptop 4090", "rtx_4090_laptop"),
        ("RTX 4090 notebook GPU", "rtx_4090_laptop"),
        ("titan x", "titan_x_pascal"),
        ("Titan RTX", "titan_rtx"),
        ("TITAN V", "titan_v"),
        ("gtx 1060", "gtx_1060_6gb"),
        ("1060 3gb", "gtx_1060_3gb"),
        ("RTX 1080 Ti", "gtx_1080_ti"),
        ("RX7900XTX", "rx_7900_xtx"),
        ("Radeon RX 7900 XT", "rx_7900_xt"),
        ("AMD 7900xt", "rx_7900_xt"),
        ("Radeon VII", "radeon_vii"),
        ("MI50 32GB", "mi50_32gb"),
        ("mi300x", "mi300x"),
        ("arc b580", "arc_b580"),
        ("Intel Arc A770 16GB", "arc_a770_16gb"),
        ("m3 ultra 512gb", "apple_m3_ultra_512gb"),
        ("Mac Studio 512GB", "apple_m3_ultra_512gb"),
        ("Apple M1 Max", "apple_m1_max_32gb"),
        ("M2", "apple_m2_8gb"),
        ("Ryzen AI Max+ 395", "strix_halo_128gb"),
        ("strix halo 64gb", "strix_halo_64gb"),
        ("gb10", "dgx_spark_gb10"),
        ("Jetson Orin Nano Super", "jetson_orin_nano_super_8gb"),
        ("orin nano", "jetson_orin_nano_8gb"),
        ("jetson nano", "jetson_nano"),
        ("TPU v4", "tpu_v4"),
        ("V620", "radeon_pro_v620"),
    ],
)
def test_gpus_as_people_write_them(catalog: Catalog, text: str, gpu: str) -> None:
    found = names.find(catalog, text, ("gpus",))
    assert found
    assert found.id == gpu


@pytest.mark.parametrize(
    ("text", "gpu"),
    [
        ("RTX PRO 6000 Blackwel Workstation", "rtx_pro_6000_blackwell_workstation"),
        ("rtx 4090 labtop", "rtx_4090_laptop"),
        ("RTX PRO 6000 Blackwell Workstaton", "rtx_pro_6000_blackwell_workstation"),
        ("4070 ti supper", "rtx_4070_ti_super"),
        ("Radeon PRO W7900 carrd", "radeon_pro_w7900"),
    ],
)
def test_slips_of_the_pen(catalog: Catalog, text: str, gpu: str) -> None:
    found = names.find(catalog, text, ("gpus",))
    if text.endswith("carrd"):  # another word is not a slip
        assert found is None
    else:
        assert found
        assert found.id == gpu


@pytest.mark.parametrize(
    "text",
    [
        "6000",
        "rtx 6000",
        "RTX 4000",
        "L400",
        "L41",
        "RTX 3085",
        "RTX 4090 Ti",
        "RTX 4090 48GB",
        "A100 20GB",
        "H100 96GB",
        "L4 48GB",
        "RTX 9090",
        "",
        " ",
        "banana",
        "the gpu",
        "blackwell",
        "a",
        "GB",
        "24gb",
        "ti",
        "laptop",
        "nvidia",
        "🙂",
        "'; DROP TABLE gpus;--",
        "9" * 5000,
        "rtx " * 2000,
    ],
)
def test_what_names_nothing(catalog: Catalog, text: str) -> None:
    assert names.find(catalog, text, ("gpus",)) is None


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("DGX H100", "systems", "dgx_h100"),
        ("nvidia dgx b200", "systems", "dgx_b200"),
        ("ResNet-50", "networks", "resnet50"),
        ("resnet50", "networks", "resnet50"),
        ("Llama 3.1 8B", "networks", "llama_3.1_8b"),
        ("llama3.1-8b", "networks", "llama_3.1_8b"),
        ("Llama-3.1 70 B", "networks", "llama_3.1_70b"),
        ("Mixtral 8x7B", "networks", "mixtral_8x7b"),
    ],
)
def test_other_kinds(catalog: Catalog, text: str, kind: str, key: str) -> None:
    assert names.find(catalog, text) == names.Entry(kind, key, names.find(catalog, text).surface)  # type: ignore[union-attr]


def test_every_name_and_alias_finds_its_thing(catalog: Catalog) -> None:
    for kind, things in (("gpus", catalog.gpus), ("systems", catalog.systems), ("networks", catalog.networks)):
        for thing in things.values():
            for way in (thing.name, thing.id, *getattr(thing, "aliases", ())):
                found = names.find(catalog, way, (kind,))
                assert found, (kind, thing.id, way)
                assert found.id == thing.id, (kind, way)


def test_no_surface_is_shared_within_a_kind(catalog: Catalog) -> None:
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for entry in names.entries(catalog):
        owners[entry.kind, entry.surface].add(entry.id)
    assert not {key: ids for key, ids in owners.items() if len(ids) > 1}


def test_surfaces_come_joined_and_apart(catalog: Catalog) -> None:
    surfaces = {entry.surface for entry in names.entries(catalog) if entry.id == "rtx_4070_ti"}
    assert {"rtx 4070 ti", "rtx4070 ti", "rtx 4070ti", "rtx4070ti", "4070 ti", "4070ti", "gtx 4070 ti"} <= surfaces


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(CATALOG.gpus)), st.data())
def test_another_digit_is_never_the_same_card(gpu: str, data: st.DataObject) -> None:
    """Any one digit of a name changed, added or taken away never finds the same thing by mistake."""
    name = CATALOG.gpus[gpu].name
    places = [match.start() for match in re.finditer(r"\d", name)]
    assume(places)
    place = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from("0123456789").filter(lambda new: new != name[place]))
    changed = data.draw(
        st.sampled_from([name[:place] + digit + name[place + 1 :], name[:place] + digit + name[place:]])
    )
    assume(names.normalise(changed) != names.normalise(name))
    found = names.find(CATALOG, changed, ("gpus",))
    assert found is None or found.id != gpu
    if found:
        assert found.surface in names.of(CATALOG).surfaces
        assert _digits(changed) == _digits(found.surface)


def _digits(text: str) -> list[str]:
    return sorted(word for word in names.normalise(text).split() if any(letter.isdigit() for letter in word))


@given(st.text(max_size=60))
def test_normalising_twice_is_once(text: str) -> None:
    once = names.normalise(text)
    assert names.normalise(once) == once


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("rtx_4090", "rtx_4090_laptop"),
        ("a100_pcie_40gb", "a100_pcie_80gb"),
        ("h100_sxm5_80gb", "h100_pcie_80gb"),
        ("l4", "l40"),
        ("l40", "l40s"),
        ("rtx_3080", "rtx_3090"),
        ("rtx_a6000", "rtx_6000_ada"),
    ],
)
def test_things_that_are_not_the_same(catalog: Catalog, left: str, right: str) -> None:
    one, other = catalog.gpus[left], catalog.gpus[right]
    assert _ways(one).isdisjoint(_ways(other))


def _ways(gpu: Gpu) -> set[str]:
    return {names.normalise(way) for way in (gpu.name, gpu.id, *gpu.aliases)}
