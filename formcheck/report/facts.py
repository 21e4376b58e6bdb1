"""What is known of a recording and of how it was scored, as names and values for people."""

from __future__ import annotations

from formcheck.report import quantities
from formcheck.results import PeopleReport, Provenance, ViewReport


def people_sentence(people: PeopleReport) -> str:
    """Who was seen and who was scored."""
    if people.seen is None:
        return f"Scored: {people.scored}." if people.scored else ""
    seen = "One person was seen" if people.seen == 1 else f"{people.seen} people were seen"
    return f"{seen}; scored: {people.scored}." if people.scored else f"{seen}."


def view_facts(view: ViewReport) -> tuple[tuple[str, str], ...]:
    """What is known of the camera, as name and value; what is unknown is left out."""
    facing = {"unknown": "not clear", "front": "the camera", "back": "away from the camera"}
    facts = (
        ("The person faces", facing.get(view.facing, f"the picture's {view.facing}")),
        ("Turned from that by", quantities.number(view.yaw_deg, "deg")),
        ("Camera looks down by", quantities.number(view.elevation_deg, "deg")),
        ("Person fills of the height", quantities.number(view.height_share, "share")),
        ("Person found in", f"{quantities.number(view.found_share, 'share')} of frames"),
        ("Frame rate", quantities.number(view.frame_rate_hz, "hz")),
        ("Frames lost", str(view.dropped_frames) if view.dropped_frames else quantities.NO_VALUE),
        ("Length", quantities.moment(view.duration_s)),
    )
    return tuple(fact for fact in facts if fact[1] != quantities.NO_VALUE)


def provenance_facts(made: Provenance) -> tuple[tuple[str, str], ...]:
    """What decides the score, as name and value."""
    facts = (
        ("Version", made.package_version),
        ("Exercise", recognised_words(made)),
        ("Checker", f"{made.checker} {made.checker_version}"),
        ("Limits' hash", made.params_hash),
        ("Pose model", f"{made.model_name} {made.model_sha256[:12]}".strip()),
        ("Estimator", made.estimator),
        ("Smoothing", made.smoothing),
        ("Clock", made.clock),
        ("Mirror image", "yes, put right" if made.mirrored else "no"),
    )
    return tuple(fact for fact in facts if fact[1])


def recognised_words(made: Provenance) -> str:
    """How the exercise was recognised; empty where it was named."""
    known = made.recognised
    if known is None:
        return ""
    share = f"recognised from the movement: it accounts for {known.explained:.0%} of the recording"
    return f"{share}, {known.runner_up} for {known.runner_up_explained:.0%}" if known.runner_up else share


def limits_in_force(made: Provenance) -> str:
    """Every limit the score was made with."""
    return "Limits in force: " + ", ".join(f"{name} {value:g}" for name, value in made.params.items()) + "."
