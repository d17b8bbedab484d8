"""What is assumed of a task when the client has not said. Each figure is Plainspec's own judgement and is shown to the
client as an assumption that can be changed; none is a measurement."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.things import Network


@dataclass(frozen=True)
class Task:
    """`network`: the catalog id of the network that is assumed. `item`: what a client counts. `rate`: items a second
    when running. `data`: items in a training set. `item_bytes`: on disk, where the size of a picture does not say
    it."""

    what: str  # "recognising what is in a picture"
    network: str
    item: str
    rate: float
    other_rates: tuple[float, ...]
    rate_question: str
    data: int = 20_000
    epochs: int = 50
    trained: bool = True  # clients usually train it on their own data, rather than only run it
    item_bytes: float = 0.4e6
    hours: float = 730.0  # a month that it is wanted for
    deadline: float = 48.0  # hours one training run may take


_CAMERA = "How many pictures a second must it keep up with, all cameras together?"

TASKS: dict[str, Task] = {
    "image_classification": Task("recognising what is in a picture", "resnet50", "image", 10, (1, 50), _CAMERA),
    "anomaly_detection": Task("spotting what is out of the ordinary", "resnet50", "image", 10, (1, 50), _CAMERA),
    "object_detection": Task("finding objects in pictures", "yolov8m", "image", 25, (5, 100), _CAMERA, 10_000, 100),
    "pose_estimation": Task(
        "following how people or things move", "yolov8m", "image", 25, (5, 100), _CAMERA, 10_000, 100
    ),
    "video_analytics": Task("watching video", "yolov8m", "image", 100, (25, 500), _CAMERA, 10_000, 100, trained=False),
    "segmentation": Task("outlining regions in pictures", "unet_2d", "image", 5, (1, 30), _CAMERA, 5_000, 100),
    "medical_imaging": Task(
        "outlining regions in scans",
        "nnunet_3d_fullres",
        "scan",
        0.01,
        (0.001, 0.1),
        "How many scans a day must it read?",
        500,
        1000,
        item_bytes=100e6,
        deadline=72.0,
    ),
    "generative_image": Task(
        "making pictures",
        "sdxl",
        "image",
        1 / 60,
        (1 / 600, 0.2),
        "How many pictures an hour should it make?",
        2_000,
        20,
        trained=False,
        hours=160.0,
    ),
    "generative_video": Task(
        "making video",
        "wan2.2_5b",
        "clip",
        1 / 3600,
        (1 / 14_400, 1 / 300),
        "How many short clips a day should it make?",
        500,
        20,
        trained=False,
        hours=160.0,
    ),
    "generative_audio": Task(
        "making music or sound",
        "sd_1.5",
        "clip",
        1 / 60,
        (1 / 600, 0.2),
        "How many clips an hour should it make?",
        10_000,
        20,
        trained=False,
        hours=160.0,
    ),
    "speech_recognition": Task(
        "turning speech into text",
        "whisper_large_v3",
        "second of audio",
        4,
        (1, 20),
        "How many conversations at once, or hours of recordings a day?",
        3_600_000,
        5,
        trained=False,
        item_bytes=32_000,
        hours=160.0,
    ),
    "text_to_speech": Task(
        "turning text into speech",
        "vits",
        "second of audio",
        4,
        (1, 20),
        "How many voices must speak at the same time?",
        36_000,
        500,
        trained=False,
        item_bytes=44_000,
        hours=160.0,
    ),
    "text_classification": Task(
        "sorting or scoring texts",
        "bert_base",
        "sequence",
        20,
        (1, 500),
        "How many texts a second must it read?",
        20_000,
        4,
        item_bytes=2_000,
    ),
    "embeddings": Task(
        "turning texts into vectors for search",
        "bert_base",
        "sequence",
        50,
        (5, 500),
        "How many texts a second must it read?",
        100_000,
        3,
        trained=False,
        item_bytes=2_000,
    ),
    "translation": Task(
        "translating",
        "t5_base",
        "sequence",
        5,
        (1, 50),
        "How many sentences a second must it translate?",
        500_000,
        10,
        trained=False,
        item_bytes=500,
    ),
    "recommender": Task(
        "recommending",
        "ncf",
        "row",
        1000,
        (100, 10_000),
        "How many recommendations a second at the busiest?",
        50_000_000,
        2,
        item_bytes=160,
    ),
    "tabular": Task(
        "predicting from tables",
        "xgboost",
        "row",
        100,
        (10, 10_000),
        "How many rows a second must it score?",
        1_000_000,
        1,
        item_bytes=400,
    ),
    "time_series": Task(
        "forecasting",
        "lstm",
        "sequence",
        10,
        (1, 100),
        "How many series must it forecast, and how often?",
        100_000,
        30,
        item_bytes=8_000,
    ),
    "reinforcement_learning": Task(
        "learning by trial and error",
        "ppo_mlp",
        "step",
        1000,
        (100, 20_000),
        "How many simulated steps a second do you need?",
        10_000_000,
        1,
        item_bytes=400,
    ),
    "molecular": Task(
        "modelling molecules",
        "esm2_650m",
        "sequence",
        10,
        (1, 100),
        "How many molecules a second?",
        20_000,
        3,
        item_bytes=2_000,
    ),
    "simulation": Task(
        "standing in for a simulation",
        "unet_3d",
        "case",
        0.01,
        (0.001, 0.1),
        "How many cases an hour must it work out?",
        2_000,
        200,
        item_bytes=100e6,
        deadline=72.0,
    ),
    "representation_learning": Task(
        "learning compact descriptions of data",
        "vae_conv",
        "image",
        100,
        (10, 500),
        _CAMERA,
        50_000,
        50,
        item_bytes=50_000,
    ),
}

PILE_HOURS = 168.0  # a week, for what is worked through once

# Language tasks are sized by tokens, users and waiting, not by items
LANGUAGE = ("llm_inference", "llm_training", "llm_finetuning", "rag", "summarization", "vision_language")

PROMPT_TOKENS = {"llm_inference": 1_000, "rag": 4_000, "summarization": 6_000, "vision_language": 1_500}
OUTPUT_TOKENS = {"llm_inference": 400, "rag": 300, "summarization": 400, "vision_language": 200}
READING_SPEED = (
    8.0  # tokens a second a person reads comfortably: 240-300 words a minute, 1.3 tokens a word, and a little over
)
FIRST_TOKEN_S = 5.0
IN_FLIGHT = 0.2  # share of an office's users who wait for an answer at the busiest moment
CHINCHILLA = 20.0  # tokens a parameter for training from scratch (Hoffmann et al. 2022)
FINE_TUNE_TOKENS = 600  # tokens an example
REQUESTS_A_DAY = 40.0  # a person on a working day: one every ten or twelve minutes
WORKING_DAYS = 21.0  # a month
LABOUR_HOURS = 160.0  # hours a month of one shift
DEADLINE_H = 48.0
CAMERA_RATE = 15.0  # pictures a second from one camera, enough for most watching
PRETRAIN_H = 30 * 24.0

# Socket or circuit -> watts it carries continuously: 230 V x amperes x 80 % (IET guidance for continuous loads)
CIRCUITS = {
    "13 a": 230 * 13 * 0.8,
    "16 a": 230 * 16 * 0.8,
    "32 a": 230 * 32 * 0.8,
    "63 a": 230 * 63 * 0.8,
    "3-phase 32 a": 3 * 230 * 32 * 0.8,
    "2x 32 a": 2 * 230 * 32 * 0.8,
}


def items_each(network: Network, steps: float | None = None) -> float:
    """How often the network runs for one thing the client counts. Denoising steps: 30 for a picture, 50 for a video
    (their makers' defaults), 4 for distilled models. A scan: 60 patches of 128 cubed (512 x 512 x 300 voxels, half
    overlapping)."""
    if network.item == "step":
        usual = (
            4.0
            if "schnell" in network.id or "turbo" in network.id
            else 50.0
            if network.kind == "video_diffusion"
            else 30.0
        )
        return steps or usual
    return {"volume": 60.0, "audio sample": 22_050.0, "token": 25.0}.get(network.item, 1.0)


# Passes over the data that networks of a (kind, task) take, where the task alone does not say it: pix2pix and CycleGAN
# train for 200 (Isola et al. 2017, Zhu et al. 2017); small networks over a table converge in some tens of passes.
PASSES = {("gan", "generative_image"): 200.0, ("feedforward", "tabular"): 50.0}

# Seconds of speech seen in training a voice, however many hours there are: VITS learnt LJ Speech (clips of 6.57 s) in
# 800,000 steps of 64 clips (Kim, Kong and Son 2021, arXiv 2106.06103, section 3.2).
SPEECH_SEEN_S = 800_000 * 64 * 6.57

# The StyleGAN family counts pictures shown, however many there are: "already quite reasonable around 5000 kimg", 25,000
# or more to converge (NVIDIA's stylegan2-ada-pytorch, README, "Expected training time").
SHOWN_FAMILY = ("progan", "stylegan2", "stylegan3")
SHOWN = 5e6
SHOWN_WORDS = "5 million pictures shown in training, however many there are (reasonable results; 25 million converge)"
# A picture shown is a step of generator and discriminator with augmentation and regularisation, not one pass: the same
# table has one V100 at 158 s for 1,000 pictures of 1024x1024 and 73 s at 512x512, 10 and 15 times what one forward and
# backward pass of the generator is estimated to take there.
SHOWN_WORK = 12.0

PATCHES_AN_EPOCH = (
    500  # nnU-Net trains on 250 batches of 2 patches an epoch, however many scans there are (Isensee et al. 2021)
)
