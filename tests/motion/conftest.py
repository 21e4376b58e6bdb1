"""Property tests: the same examples on every machine, however slow it is."""

from __future__ import annotations

from hypothesis import Phase, settings

settings.register_profile(
    "formcheck",
    deadline=None,
    derandomize=True,
    max_examples=60,
    phases=[Phase.explicit, Phase.generate],  # shrinking a long signal takes minutes
)
settings.load_profile("formcheck")
