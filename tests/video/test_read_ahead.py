"""Reading ahead changes when frames are decoded, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from formcheck.video.read_ahead import read_ahead


def running() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("read-ahead")]


def test_order_and_end_are_kept() -> None:
    assert list(read_ahead(range(100), depth=3)) == list(range(100))
    assert list(read_ahead([], depth=3)) == []
    assert not running()


def test_items_are_fetched_by_another_thread() -> None:
    def names() -> Iterator[str]:
        yield threading.current_thread().name

    assert list(read_ahead(names())) != [threading.current_thread().name]


def test_no_more_than_depth_items_wait() -> None:
    fetched: list[int] = []

    def source() -> Iterator[int]:
        for item in range(50):
            fetched.append(item)
            yield item

    for item in read_ahead(source(), depth=4):
        assert len(fetched) <= item + 1 + 4


def test_an_error_arrives_in_its_place() -> None:
    def source() -> Iterator[int]:
        yield from (1, 2)
        raise OSError("torn")

    seen = []
    with pytest.raises(OSError, match="torn"):  # noqa: PT012
        for item in read_ahead(source()):
            seen.append(item)
    assert seen == [1, 2]
    assert not running()


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError])
def test_a_consumer_that_leaves_takes_the_thread_along(interruption: type[BaseException]) -> None:
    frames = read_ahead(iter(int, 1), depth=4)
    with pytest.raises(interruption):  # noqa: PT012
        for _ in frames:
            raise interruption
    frames.close()  # type: ignore[attr-defined]
    assert not running()
