"""The printed page: as large as it says, its tags found with the right codes, the same every time."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from formcheck.cli.app import app
from formcheck.errors import UsageError
from formcheck.tag.design import (
    DEFAULT,
    DICTIONARIES,
    TagDesign,
    checked_design,
    design_of_table,
    parse_codes,
    parse_side,
)
from formcheck.tag.detect import cells, read_in_mirror
from formcheck.tag.sheet import PAGES_MM, Page, outlines, pages

Page8 = np.ndarray[tuple[int, int], np.dtype[np.uint8]]
DPI = 300
MM_PER_PX = 25.4 / DPI


def printed(document: Path, folder: Path) -> list[Page8]:
    """The pages of a PDF as a printer at 300 dots an inch puts them on paper."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is not installed")
    subprocess.run(["pdftoppm", "-r", str(DPI), "-gray", document, folder / "page"], check=True)
    return [np.asarray(Image.open(path)) for path in sorted(folder.glob("page-*.pgm"))]


def found(page: Page8) -> dict[int, np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
    corners, codes, _ = cv2.aruco.ArucoDetector(dictionary, parameters).detectMarkers(page)
    return {int(code): square.reshape(4, 2) for code, square in zip(corners and codes.ravel(), corners, strict=True)}


@pytest.mark.parametrize("page", ["A4", "Letter"])
def test_the_page_measures_back_to_a_fifth_of_a_millimetre(page: Page, tmp_path: Path) -> None:
    document = tmp_path / "tag.pdf"
    document.write_bytes(pages(DEFAULT, page, "pdf")[0])

    (image,) = printed(document, tmp_path)

    upright = tuple(round(side / MM_PER_PX) for side in PAGES_MM[page])
    assert image.shape == pytest.approx(upright, abs=1)  # lying on its side
    tags = found(image)
    assert set(tags) == {DEFAULT.front_id, DEFAULT.back_id}
    for corners in tags.values():
        sides_mm = np.hypot(*(corners - np.roll(corners, 1, axis=0)).T) * MM_PER_PX
        assert sides_mm == pytest.approx([100.0] * 4, abs=0.2)
    assert longest_line_mm(image) == pytest.approx(100.0, abs=0.2)


def longest_line_mm(image: Page8) -> float:
    """The ruler: the longest run of dark dots in one row below the cards."""
    below = image[int(0.72 * len(image)) : int(0.82 * len(image))] < 128
    runs = [np.diff(np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]]))))[::2] for row in below]
    return max(int(run.max()) for run in runs if len(run)) * MM_PER_PX


def test_a_larger_tag_takes_a_page_for_each_card(tmp_path: Path) -> None:
    document = tmp_path / "tag.pdf"
    document.write_bytes(pages(TagDesign(side_m=0.15), "A4", "pdf")[0])

    first, second = printed(document, tmp_path)

    assert set(found(first)) == {DEFAULT.front_id}
    assert set(found(second)) == {DEFAULT.back_id}


def test_png_and_svg_have_the_same_page() -> None:
    (png,) = pages(DEFAULT, "A4", "png")
    (svg,) = pages(DEFAULT, "A4", "svg")

    image = Image.open(io.BytesIO(png))
    assert image.info["dpi"] == pytest.approx((DPI, DPI), abs=0.1)
    tags = found(np.asarray(image.convert("L")))
    assert np.hypot(*(tags[27][1] - tags[27][0])) * MM_PER_PX == pytest.approx(100.0, abs=0.2)
    assert b"<image" not in svg


def test_printing_twice_gives_the_same_file() -> None:
    assert pages(DEFAULT, "A4", "pdf") == pages(DEFAULT, "A4", "pdf")
    assert pages(DEFAULT, "A4", "svg") == pages(DEFAULT, "A4", "svg")


@pytest.mark.parametrize("side_m", [0.02, 0.2])
def test_what_does_not_fit_is_refused(side_m: float) -> None:
    with pytest.raises(UsageError, match=r"cannot be printed on A4: its side is 3 to 15\.5 cm"):
        pages(TagDesign(side_m=side_m), "A4", "pdf")


def test_a_code_that_looks_the_same_in_a_mirror_is_not_printed() -> None:
    assert [code for code in range(50) if read_in_mirror("4X4_50", code) is not None] == [8, 9, 17, 47]
    with pytest.raises(UsageError, match=r"4X4_50 no\. 9 looks like no\. 9 in a mirror, .*: take other codes"):
        pages(TagDesign(front_id=27, back_id=9), "A4", "pdf")


def test_a_pair_whose_codes_are_mirror_images_of_each_other_is_not_printed() -> None:
    one = next(code for code in range(100) if read_in_mirror("4X4_100", code) not in (None, code))
    other = read_in_mirror("4X4_100", one)
    assert other is not None

    with pytest.raises(UsageError, match=f"no. {one} looks like no. {other} in a mirror"):
        pages(TagDesign("4X4_100", one, other), "A4", "pdf")


def test_outlines_enclose_the_cells_and_leave_out_the_holes() -> None:
    ring = np.ones((3, 3), dtype=bool)
    ring[1, 1] = False

    loops = outlines(ring)

    assert sorted(len(loop) for loop in loops) == [4, 12]


def test_the_codes_cannot_be_taken_for_each_other_or_for_a_mirrored_one() -> None:
    own = [cells("4X4_50", code)[1:-1, 1:-1] for code in (DEFAULT.front_id, DEFAULT.back_id)]
    every = [cells("4X4_50", code)[1:-1, 1:-1] for code in range(50)]

    def apart(one: np.ndarray[tuple[int, int], np.dtype[np.float64]], two: object) -> int:
        return min(int((np.rot90(one, turn) != two).sum()) for turn in range(4))

    assert apart(own[0], own[1]) == 8
    assert min(apart(tag[:, ::-1], other) for tag in own for other in every) >= 4


def test_the_dictionaries_are_opencvs() -> None:
    for name, count in DICTIONARIES.items():
        assert len(cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, f"DICT_{name}")).bytesList) == count


@pytest.mark.parametrize(
    ("text", "side_m"), [("10cm", 0.1), ("85 mm", 0.085), ("4in", 0.1016), (" 7.5cm ", 0.075), ("10CM", 0.1)]
)
def test_lengths_are_read(text: str, side_m: float) -> None:
    assert parse_side(text) == pytest.approx(side_m)


@pytest.mark.parametrize("text", ["", "10", "cm", "ten cm", "-3cm", "10 km"])
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no length"):
        parse_side(text)


def test_codes_and_designs_are_checked() -> None:
    assert parse_codes("3, 4") == (3, 4)
    assert design_of_table({"dictionary": "5X5_50", "codes": [3, 4]}) == TagDesign("5X5_50", 3, 4)
    assert design_of_table({"dictionary": "5X5_50", "codes": [3.0, 4.0]}) == TagDesign("5X5_50", 3, 4)
    for codes in ([True, 2], [1.5, 2], ["1", "2"], 3):
        with pytest.raises(UsageError, match="stand dictionary"):
            design_of_table({"dictionary": "5X5_50", "codes": codes})
    for text in ("3", "a,b", "3,4,5"):
        with pytest.raises(UsageError, match="are not two numbers"):
            parse_codes(text)
    with pytest.raises(UsageError, match="no code 50"):
        checked_design(TagDesign(front_id=50))


def test_the_command_writes_what_the_name_asks_for(tmp_path: Path) -> None:
    runner = CliRunner()

    small = runner.invoke(app, ["tag", "--out", str(tmp_path / "a.pdf"), "--page", "letter"])
    large = runner.invoke(app, ["tag", "--out", str(tmp_path / "b.png"), "--size", "14cm"])

    assert (small.exit_code, large.exit_code) == (0, 0)
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert {path.name for path in tmp_path.iterdir()} == {"a.pdf", "b-1.png", "b-2.png"}


def test_the_help_names_the_table_of_the_limits_file() -> None:
    told = CliRunner().invoke(app, ["tag", "--help"], env={"COLUMNS": "160"}).output

    assert "the table [tag] of --limits" in told


@pytest.mark.parametrize("option", [["--page", "A3"], ["--out", "tag.doc"], ["--ids", "1"], ["--dictionary", "X"]])
def test_the_command_says_what_is_wrong(option: list[str], tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        CliRunner().invoke(app, ["tag", *option], catch_exceptions=False, standalone_mode=False)
