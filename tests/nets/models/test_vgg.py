import pytest
import torch
import torchvision

from lessonlib.nets.models import vgg
from lessonlib.nets.weight_maps import from_torchvision


@pytest.mark.parametrize("name, parameters, macs", [
    ("vgg16", 138_357_544, 15.470e9), ("vgg19", 143_667_240, 19.632e9)])
def test_totals(meta, trace, count_parameters, name, parameters, macs):
    network = getattr(vgg, name)()
    assert count_parameters(network) == parameters
    assert sum(trace(network)[1].values()) == pytest.approx(macs, rel=5e-5)


def test_blocks_of_vgg16(meta, trace, count_parameters):
    network = vgg.vgg16()
    blocks = [sum(count_parameters(layer) for name, layer in network.named_children()
                  if name.startswith(f"conv{block}_")) for block in range(1, 6)]
    assert blocks == [38_720, 221_440, 1_475_328, 5_899_776, 7_079_424]
    dense = [count_parameters(network.get_submodule(f"fc{i}")) for i in (6, 7, 8)]
    assert dense == [102_764_544, 16_781_312, 4_097_000]
    shapes = trace(network)[0]
    assert [shapes[f"pool{block}"] for block in range(1, 6)] == [
        (64, 112, 112), (128, 56, 56), (256, 28, 28), (512, 14, 14), (512, 7, 7)]


@pytest.mark.parametrize("name", ["vgg16", "vgg19"])
def test_same_scores_as_torchvision(name, photo):
    torch.manual_seed(0)
    with torch.no_grad():
        theirs = getattr(torchvision.models, name)(num_classes=100).eval()
        with torch.device("meta"):
            ours = getattr(vgg, name)(100).eval()
        ours.load_state_dict(from_torchvision(name, theirs.state_dict()), assign=True)  # no second copy
        expected = theirs(photo(224))
        assert expected.std() > 1e-2
        torch.testing.assert_close(ours(photo(224)), expected, rtol=0, atol=1e-4)


def test_small_images(meta):
    assert vgg.vgg16(10, in_channels=1, image_size=32)(torch.empty(2, 1, 32, 32)).shape == (2, 10)


@pytest.mark.parametrize("options", [
    {"image_size": 100}, {"image_size": 0}, {"dropout": 2}, {"in_channels": -1}])
def test_bad_options(meta, options):
    with pytest.raises(ValueError, match=f"{next(iter(options))} must be"):
        vgg.vgg19(**options)


def test_images_of_another_shape(meta):
    with pytest.raises(ValueError, match=r"\(N, 3, 224, 224\), got \(1, 3, 256, 256\)"):
        vgg.vgg16()(torch.empty(1, 3, 256, 256))
