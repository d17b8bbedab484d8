"""Public data sets bring their own size, and steps count as much as epochs do."""
from catalog import store
from sizing import datasets
from sizing.complete import complete

CATALOG = store.snapshot()
TRAINED = {"task": "image_classification", "model": "ResNet-50", "phase": "training"}


def items(told):
    need = complete(told, CATALOG).need
    return need.workloads[0].demand.items


def test_a_named_set_is_as_large_as_it_is():
    assert items({**TRAINED, "dataset": "imagenet", "epochs": 90}) == 90 * 1_281_167
    assert items({**TRAINED, "dataset": "cifar-10", "epochs": 2}) == 2 * 50_000


def test_what_is_told_goes_before_what_is_known():
    few = {"amount": 1000, "unit": "images"}
    assert items({**TRAINED, "dataset": "imagenet", "dataset_size": few, "epochs": 3}) == 3000


def test_a_run_told_in_steps_sees_a_batch_at_each():
    assert items({**TRAINED, "iterations": 5000, "batch_size": 8}) == 40_000


def test_an_unknown_set_has_no_size():
    assert datasets.size("our own pictures") is None
    assert datasets.size("ImageNet-21k")["amount"] > 10 * datasets.size("imagenet")["amount"]
