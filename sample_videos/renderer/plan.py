"""A clip as data: who, in what clothes, where, filmed how, doing what. Nothing here renders anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .camera import Camera
from .schedule import Rep

Colour = tuple[int, int, int]

SINGLE_LEG_BOX_SQUAT = "single_leg_box_squat"
CLAMSHELL = "clamshell"
SINGLE_LEG_GLUTE_BRIDGE = "single_leg_glute_bridge"
RUNNING_REAR = "running_rear"
RUNNING_SIDE = "running_side"
GLUTE_BRIDGE = "glute_bridge"
SIDE_LYING_HIP_ABDUCTION = "side_lying_hip_abduction"
LATERAL_BAND_WALK = "lateral_band_walk"
PIGEON_POSE = "pigeon_pose"
HIP_FLEXOR_STRETCH = "hip_flexor_stretch"
FIGURE_FOUR_STRETCH = "figure_four_stretch"

# Movements that are none of the exercises: what a recording may show instead of what it is said to show.
STANDING = "standing"
TWO_LEG_SQUAT = "two_leg_squat"
SIDE_LEG_RAISE = "side_leg_raise"
TWO_LEG_BRIDGE = "two_leg_bridge"
WALKING = "walking"
KNEE_TUCK = "knee_tuck"
MARCHING_BRIDGE = "marching_bridge"
KNEELING = "kneeling"


@dataclass(frozen=True)
class BodyPlan:
    """A body by its stature in metres and anny's shape parameters (0 to 1, 0.5 is average)."""

    name: str
    sex: str
    stature_m: float
    age: float = 0.64
    muscle: float = 0.55
    weight: float = 0.45
    proportions: float = 0.55
    skin: Colour = (224, 178, 152)


@dataclass(frozen=True)
class Outfit:
    """Clothes and hair. Lengths are shares of the limb covered: 0 none, 1 to elbow or knee, 2 all of it."""

    name: str
    top: Colour
    bottom: Colour
    shoes: Colour
    hair: Colour = (60, 38, 24)
    sleeve: float = 0.6
    leg: float = 0.6
    bun: bool = False


@dataclass(frozen=True)
class Light:
    """A lamp at a place in the room; colour from 0 to 1."""

    pos_m: tuple[float, float, float]
    intensity: float
    colour: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Room:
    """Surfaces and lamps. `half_size_m` is the distance of the walls from the middle."""

    name: str
    wall: Colour
    floor: Colour
    floor_kind: str
    lights: tuple[Light, ...]
    half_size_m: float = 2.6
    ambient: float = 0.28
    picture: Colour | None = None


@dataclass(frozen=True)
class BoxProp:
    """A cuboid standing in the room, by its centre and edge lengths in metres."""

    centre_m: tuple[float, float, float]
    size_m: tuple[float, float, float]
    colour: Colour


@dataclass(frozen=True)
class RunPlan:
    """How somebody runs. Values per side are (left, right); angles in degrees, lengths in metres."""

    duration_s: float
    cadence_spm: float = 172.0
    step_half_width_m: tuple[float, float] = (0.04, 0.04)
    pelvic_drop_deg: tuple[float, float] = (4.0, 4.0)
    trunk_lean_deg: tuple[float, float] = (2.0, 2.0)
    forward_lean_deg: float = 7.0
    over_stride_deg: float = 0.0
    stiff_knee_deg: float = 0.0
    faults: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    stand_s: float = 0.0  # standing still on the belt before the first step, added to the duration


@dataclass(frozen=True)
class Sensor:
    """How the camera takes a picture.

    `noise` is a standard deviation in grey levels, `softness_px` the blur of the lens, `gain` how bright it
    comes out. The shutter is open for `exposure` of the time from frame to frame; what moves
    meanwhile is the mean of `looks` pictures. `mirrored` gives left for right, as some front cameras do.
    """

    noise: float = 1.6
    softness_px: float = 0.7
    gain: float = 1.0
    exposure: float = 0.0
    looks: int = 1
    mirrored: bool = False


@dataclass(frozen=True)
class SetUp:
    """Around the repetitions: how slowly one gets into place (1 is unhurried) and how long one then waits.

    `reference_lift` is the two-leg bridge before a single-leg one.
    """

    pace: float = 1.0
    idle_s: float = 0.0
    reference_lift: bool = True


@dataclass(frozen=True)
class HandOver:
    """A hand laid over a tag for a while; seconds of the clip."""

    side: str
    start_s: float
    duration_s: float


@dataclass(frozen=True)
class TagPlan:
    """A card with a square code, worn on the waistband or elsewhere.

    `where` is "front" or "back" of the waistband, "hand_left", "hand_right", or "room": then it stands at `room_m`
    and faces the camera. `side_m` is the outer edge of the black square. Worn, it lies against the body as it is
    there; the angles are its own besides: `spin_deg` in its plane, anticlockwise for who looks at it, `slant_deg` with
    its upper edge off the body, `turn_deg` with its right edge off the body. `bend_deg` lies between its left and
    right edge, `crease_deg` between its upper and lower half. `gloss` (0 to 1) reflects the lamps, a shirt falls over
    up to `hem` of it (a share) and off again every three seconds, it slides by `slide_deg` in its plane in the middle
    of the clip and flutters about its upper edge by `flutter_deg`.
    """

    code: int
    where: str = "front"
    side_m: float = 0.10
    dictionary: str = "4X4_50"
    spin_deg: float = 0.0
    slant_deg: float = 0.0
    turn_deg: float = 0.0
    aside_m: float = 0.0
    raised_m: float = 0.0
    bend_deg: float = 0.0
    crease_deg: float = 0.0
    gloss: float = 0.0
    hem: float = 0.0
    slide_deg: float = 0.0
    flutter_deg: float = 0.0
    hand: HandOver | None = None
    room_m: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class ClipPlan:
    """Everything that decides the frames of one clip.

    `shows` names the movement where it is not the exercise: then nothing in the clip is a repetition. Of `tags`, the
    first is the one that should be read.
    """

    name: str
    exercise: str
    side: str
    seed: int
    fps: int
    body: BodyPlan
    outfit: Outfit
    room: Room
    camera: Camera
    reps: tuple[Rep, ...] = ()
    run: RunPlan | None = None
    box_height_m: float = 0.50
    crf: int = 27
    note: str = ""
    sensor: Sensor = Sensor()
    set_up: SetUp = SetUp()
    shows: str = ""
    tags: tuple[TagPlan, ...] = ()
