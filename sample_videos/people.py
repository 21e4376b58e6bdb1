"""Bodies and outfits of the clips. Shape values are anny's (0 to 1); statures are measured, in metres."""

from __future__ import annotations

from .renderer.plan import BodyPlan, Outfit

ADA = BodyPlan("ada", "female", 1.66, age=0.62, muscle=0.60, weight=0.42, skin=(224, 178, 152))
BEN = BodyPlan("ben", "male", 1.82, age=0.66, muscle=0.62, weight=0.50, skin=(104, 68, 50))
CLEO = BodyPlan("cleo", "female", 1.58, age=0.62, muscle=0.50, weight=0.66, skin=(190, 138, 106))
DEV = BodyPlan("dev", "male", 1.72, age=0.64, muscle=0.48, weight=0.40, proportions=0.6, skin=(168, 118, 86))
EVA = BodyPlan(
    "eva", "female", 1.74, age=0.70, muscle=0.58, weight=0.36, proportions=0.65, skin=(238, 200, 178)
)
FINN = BodyPlan("finn", "male", 1.89, age=0.72, muscle=0.55, weight=0.68, skin=(230, 186, 164))

BLUE_TEE = Outfit("blue_tee", (38, 84, 160), (28, 28, 34), (220, 60, 40), (60, 38, 24), 0.6, 0.6)
ORANGE_TEE = Outfit("orange_tee", (214, 120, 40), (40, 60, 44), (235, 235, 235), (20, 16, 14), 0.65, 0.75)
PLUM_TIGHTS = Outfit(
    "plum_tights", (150, 40, 90), (36, 38, 60), (70, 70, 75), (30, 22, 18), 0.3, 1.85, bun=True
)
WHITE_TEE = Outfit("white_tee", (226, 226, 222), (70, 78, 96), (40, 90, 190), (24, 20, 20), 0.6, 0.7)
TEAL_TIGHTS = Outfit(
    "teal_tights", (30, 130, 128), (44, 44, 48), (240, 180, 40), (168, 120, 66), 0.2, 1.9, bun=True
)
GREY_LONG = Outfit("grey_long", (120, 124, 130), (24, 26, 30), (60, 160, 90), (140, 132, 124), 1.8, 0.8)
RED_VEST = Outfit(
    "red_vest", (190, 42, 46), (30, 34, 44), (235, 235, 235), (60, 38, 24), 0.25, 0.55, bun=True
)
