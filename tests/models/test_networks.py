"""The networks people name: every row is whole, and its figures agree with one another and with what is published."""

from __future__ import annotations

import pytest

from catalog.things import Network
from models.decoder import kv_bytes
from models.design import seed_catalog
from models.rows import Names
from models.work import BITS

CATALOG = seed_catalog()
NETWORKS = CATALOG.networks
NAMES = Names(CATALOG)


def found(name: str) -> Network:
    at = NAMES.network(name)
    assert at is not None, name
    return at[0]


def test_there_are_many_of_every_kind() -> None:
    assert len(NETWORKS) >= 500
    kinds = {n.kind for n in NETWORKS.values()}
    assert len(kinds) == 23


def test_every_row_says_its_source_and_what_it_counts() -> None:
    for network in NETWORKS.values():
        assert len(network.source) > 15, network.id
        assert network.item, network.id
        if network.params_m and network.active_params_m:
            assert network.active_params_m <= network.params_m, network.id
        if not network.open_weights and network.kind != "transformer_decoder":
            assert network.params_m is None, network.id


def test_no_name_means_two_networks() -> None:
    owner: dict[str, str] = {}
    for network in NETWORKS.values():
        for name in (network.name.lower(), *network.aliases):
            assert owner.setdefault(name, network.id) == network.id, name


@pytest.mark.parametrize("network", [n for n in NETWORKS.values() if n.kind == "transformer_decoder" and n.params_m])
def test_a_decoders_shape_explains_its_size(network: Network) -> None:
    """Attention and at least a feed-forward block of its own width must fit into the parameters that are active."""
    assert network.layers
    assert network.hidden
    assert network.heads
    assert network.head_dim
    assert network.params_m
    assert network.active_params_m
    assert network.kv_heads or network.kv_bytes_fp16
    assert not network.kv_heads or network.heads % network.kv_heads == 0
    if network.kv_bytes_fp16 is None:  # latent attention and layers without attention follow other formulas
        width = network.heads * network.head_dim
        attention = (
            network.layers * network.hidden * 2 * (width + (network.kv_heads or network.heads) * network.head_dim)
        )
        assert 0.02 < attention / 1e6 / network.active_params_m < 0.8
    if network.active_params_m == network.params_m and network.kv_bytes_fp16 is None:
        blocks = 12 * network.layers * network.hidden**2 / 1e6
        assert 0.3 < network.params_m / blocks < 4  # tied embeddings of small models; wide feed-forward blocks


@pytest.mark.parametrize(
    ("name", "total", "active"),
    [
        ("Mixtral 8x7B", 46.7, 12.9),
        ("Mixtral 8x22B", 141, 39),
        ("DeepSeek-V3", 671, 37),
        ("Qwen3-30B-A3B", 30.5, 3.3),
        ("Qwen3-235B-A22B", 235, 22),
        ("gpt-oss-120b", 117, 5.1),
        ("gpt-oss-20b", 21, 3.6),
        ("Llama 4 Scout", 109, 17),
        ("Kimi K2", 1000, 32),
        ("GLM-4.5-Air", 106, 12),
    ],
)
def test_a_mixture_is_as_big_as_its_total_and_as_fast_as_its_active(name: str, total: float, active: float) -> None:
    network = found(name)
    assert network.params_m
    assert network.active_params_m
    assert network.params_m / 1e3 == pytest.approx(total, rel=0.03)
    assert network.active_params_m / 1e3 == pytest.approx(active, rel=0.03)


@pytest.mark.parametrize(
    ("name", "bytes_a_token"),
    [
        ("Llama 3 8B", 131_072),
        ("Llama 3.1 70B", 327_680),
        ("Llama 2 7B", 524_288),
        ("Mistral 7B", 131_072),
        ("Qwen2.5 7B", 57_344),
        ("DeepSeek-V3 671B", 70_272),
        ("Falcon 7B", 8_192),
        ("Llama 3.1 405B", 516_096),
    ],
)
def test_kv_cache_of_known_models(name: str, bytes_a_token: int) -> None:
    assert kv_bytes(found(name)) == bytes_a_token


@pytest.mark.parametrize(
    ("name", "tokens", "bytes_a_token"),
    [
        ("Gemma 3 27B", 512, 507_904),  # all within the window: 62 layers of 16 heads of 128
        ("Gemma 3 27B", 2048, 294_912),  # 52 layers keep half of it
        ("Gemma 3 27B", 131_072, 85_248),
        ("Gemma 2 9B", 4096, 344_064),
        ("gpt-oss-20b", 8192, 24_960),
        ("Llama 3 8B", 100_000, 131_072),
    ],
)
def test_layers_with_a_window_keep_no_more_than_it(name: str, tokens: int, bytes_a_token: int) -> None:
    assert kv_bytes(found(name), tokens) == bytes_a_token


@pytest.mark.parametrize(
    ("family", "variant"),
    [
        ("llama", "llama_3.1_8b"),
        ("llama3", "llama_3.1_8b"),
        ("qwen", "qwen3_8b"),
        ("yolo", "yolo11s"),
        ("yolov8", "yolov8s"),
        ("stable diffusion", "sdxl"),
        ("flux", "flux_dev"),
        ("whisper", "whisper_large_v3"),
        ("resnet", "resnet50"),
        ("bert", "bert_base"),
        ("unet", "unet_2d"),
        ("mistral", "mistral_7b"),
        ("deepseek", "deepseek_v3"),
        ("gemma", "gemma_3_12b"),
        ("vit", "vit_base"),
        ("gpt-oss", "gpt_oss_20b"),
        ("mixtral", "mixtral_8x7b"),
        ("dlrm", "dlrm"),
        ("nnU-Net", "nnunet_3d_fullres"),
    ],
)
def test_a_family_name_means_a_sensible_variant(family: str, variant: str) -> None:
    assert found(family).id == variant


@pytest.mark.parametrize(
    "name",
    [
        "DNN",
        "FF",
        "DFF",
        "CNN",
        "DCN",
        "deconvolutional network",
        "DC-IGN",
        "Boltzmann machine",
        "RBM",
        "denoising autoencoder",
        "sparse autoencoder",
        "VAE",
        "RNN",
        "LSTM",
        "GRU",
        "GNMT",
        "GAN",
        "U-Net",
        "XGBoost",
    ],
)
def test_every_class_of_network_is_known(name: str) -> None:
    assert found(name)


@pytest.mark.parametrize("name", ["Veo 3", "Kling", "Sora", "GPT-4o", "Claude", "Gemini", "ChatGPT", "Midjourney"])
def test_closed_networks_claim_no_size(name: str) -> None:
    network = found(name)
    assert not network.open_weights
    assert network.params_m is None


def test_native_precision_is_a_real_one() -> None:
    assert {n.native_bits for n in NETWORKS.values()} == {None, 8.0, 5.26, 4.47}
    assert max(BITS.values()) == 32


@pytest.mark.parametrize(
    ("name", "gmacs", "params_m"),
    [
        ("resnet50", 4.1, 25.6),
        ("vit_base", 17.6, 86.6),
        ("efficientnet_b0", 0.4, 5.3),
        ("yolov8n", 4.35, 3.2),
        ("vgg16", 15.5, 138.4),
        ("bert_large", 167.5, 335.1),
    ],
)
def test_published_work_of_known_networks(name: str, gmacs: float, params_m: float) -> None:
    assert NETWORKS[name].gmacs == pytest.approx(gmacs, rel=0.03)
    assert NETWORKS[name].params_m == pytest.approx(params_m, rel=0.03)


def test_the_3d_unet_matches_its_published_size() -> None:
    assert NETWORKS["unet_2d"].params_m == pytest.approx(31.0, rel=0.02)  # Ronneberger et al.
    assert NETWORKS["nnunet_3d_fullres"].params_m == pytest.approx(31.2, rel=0.05)  # nnU-Net
