"""The interactive experiments of the lessons: one function a widget, one file an idea.

Names are loaded on first use, so that a lesson without networks never loads torch.
"""

from importlib import import_module

_HOME = {
    "gradient_highway": "highway",
    "residual_block": "identity_start",
    "glossary": "glossary_search",
    "orientation_tuning": "turning_bar",
    "simple_and_complex": "shifting_bar",
    "field_mosaic": "tiling",
    "corner_detector": "combining",
    "mosaic_game": "mosaic",
    "pixel_inspector": "inspector",
    "channel_mixer": "mixing",
    "quantization_explorer": "quantizing",
    "pearson_scatter": "pearson",
    "lag_explorer": "pearson",
    "sliding_mask": "sliding",
    "matched_filter": "matching",
    "flip_and_slide": "flipping",
    "kernel_stepper": "stepping",
    "cost_crossover": "costs",
    "edge_patch": "turning_edge",
    "sobel_explorer": "sobel_photo",
    "receptive_field_explorer": "receptive",
    "volume_explorer": "volume",
    "layer_geometry": "geometry",
    "pooling_explorer": "pooling",
    "backprop_stepper": "backprop",
    "two_class_training": "training",
    "architecture_explorer": "architectures",
    "stack_builder": "stacking",
    "draw_digit": "drawing",
    "c3_table": "sparse_layer",
    "filter_browser": "browsing_filters",
    "activation_movie": "movie",
    "fool_network": "fooling",
    "digit_attack": "attacked_digit",
    "discriminator_game": "best_judge",
    "latent_walk": "latent",
}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(
            f"module {__name__!r} has no widget {name!r}; the widgets are {', '.join(__all__)}"
        )
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__():
    return __all__
