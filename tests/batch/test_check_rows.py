"""What a check's row says of the verdict."""

from __future__ import annotations

from formcheck.batch.index import Record
from formcheck.batch.rows import CHECKS, check_rows
from formcheck.scoring import score
from tests.golden.make import GOLDEN


def test_a_check_s_value_says_whether_the_tag_or_landmarks_measured_it() -> None:
    report = score(GOLDEN / "running_rear_tag.npz", "running_rear")
    record = Record("f", "", "running_rear", "", "", False, "", None, result="key")
    rows = check_rows(record, report)
    told = [None if verdict.value is None else verdict.measured_by for verdict in report.verdicts]
    assert [row["measured_by"] for row in rows] == told
    assert "tag" in told
    assert {name for row in rows for name in row} <= {column.name for column in CHECKS}
