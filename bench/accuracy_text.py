"""The words of `docs/accuracy.md`."""

from __future__ import annotations

from typing import Final

_PEOPLE: Final = (
    "Rendered people whose joints are known, filmed by rendered cameras; the poses come from the product's own pose "
    "model and go through the product's own scoring, the side found by itself. Written by `make bench-accuracy`. "
    "These are one renderer's people: the numbers rank signals and views, and hold scoring in place; they are no "
    "proof of accuracy on real ones, for which see the last table. What else was tried, and lost, is in "
    "[what-was-tried.md](what-was-tried.md)."
)

INTRODUCTION: Final = {
    "test": f"{_PEOPLE} This is the test part: no limit was tuned on its bodies or clothes.",
    "tune": f"{_PEOPLE} **This is the part that limits are tuned on; it flatters.**",
    "all": f"{_PEOPLE} **Both parts together, the tuning part among them; it flatters.**",
}

READING_MEASURES: Final = (
    "Measures against truth, from prescribed and edge places unless said otherwise. Slope: what is read per "
    "unit of truth. Band: mean half-width of the reported error band; needed: the single half-width that would hold "
    "90% of the errors."
)

READING_VERDICTS: Final = "Verdicts against truth, from prescribed and edge places."

HOW: Final = """\
## How it is counted

- **Places.** *prescribed*: near where the exercise wants the camera; *edge*: at the border of that; *forbidden*: where
  some check cannot be judged. Hold, lowering, touch and cadence are matters of time and forbidden nowhere.
- **Sets counted exactly.** Every complete repetition matched by one complete repetition read, no partial one counted
  as complete (for a bridge: unless its hips were called short), nothing counted besides. Read and true repetitions
  are matched by the time they share, contacts by the nearest moment within 0.15 s. Sets from forbidden views are
  shown apart.
- **Times.** Read minus true, over complete repetitions that were matched.
- **Size of a fault.** By what the joints truly did, not by what was commanded: the tables *clean to / moderate from /
  severe from*. Where severe is the smaller number, small values are the fault. What lies between clean and moderate,
  or was commanded and came out smaller, is *mild*: neither clean nor a fault to be found; how often it is
  called is shown, and no target rests on it.
- **Units.** A verdict is about one complete repetition, or one foot of a run (knee flexion at contact: the foot on the
  camera's side), or the run as a whole (cadence, forward lean).
- **Recall.** Share of faults of a size with the verdict `fault`. `watch` is a miss; so is a repetition that was not
  counted, and an abstention in the prescribed place. An abstention at the edge of it counts neither way.
- **False accusations.** Share of clean units with the verdict `fault`, among those judged.
- **Precision and F1 of a size.** Against the false accusations of all clean units; so they depend on how many
  faulty and clean units there are, which is in the numbers n.
- **Checks reported neutrally** (trunk lean and cadence of runners) never say `fault`; there `watch` counts as found.
- **Abstention.** Right: `not_assessed`, or no repetition counted, from a view that forbids the check. Wrong:
  `not_assessed` in the prescribed place.
- **Trunk lengths, centimetres.** True metres become trunk lengths by 28.8% of stature; formcheck turns trunk lengths
  into centimetres by the stature of its limits (170 cm), as without them.
- **Error bands** come from the tuning part (`python -m bench.calibrate`): read minus true, with the offset of the other
  bodies; every set weighs the same; for k sets the level is `ceil((k + 1) 90%) / k`, so that the band is for a new one.
- **Learned estimates** (pelvis, knee and hips of the counted exercises) have their weights from the tuning part
  (`python -m bench.train`), with the error on each body when it was left out.
- **Intervals** are 95%: Wilson's for shares; F1 by Wilson's interval of its share of found ones among found, missed and
  false ones; means and slopes with errors clustered by clip. Shares treat units of one clip as independent, which
  they are not quite.
"""
