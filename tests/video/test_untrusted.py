"""Films from people nobody knows: nothing but the file itself is ever opened, and nothing large is believed.

Each trap is first shown to be one: FFmpeg as it comes follows it, wherever it still does.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest

from formcheck.errors import SourceError
from formcheck.video.bounds import Bounds
from formcheck.video.file_source import FileSource
from formcheck.video.frames_at import frames_at
from formcheck.video.open_source import open_source
from formcheck.video.sniff import film_size

Film = Callable[..., Path]

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="who opened a file is told by Linux only")
IN_OPEN = 0x20


@contextmanager
def opened(path: Path) -> Iterator[list[bool]]:
    """Tells, once the block has ended, whether anybody opened ``path`` meanwhile."""
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(os.O_NONBLOCK)
    assert libc.inotify_add_watch(watch, os.fsencode(path), IN_OPEN) >= 0
    answer: list[bool] = []
    try:
        yield answer
        try:
            answer.append(bool(os.read(watch, 4096)))
        except BlockingIOError:
            answer.append(False)
    finally:
        os.close(watch)


class Server:
    """Serves one film on loopback and remembers who asked."""

    def __init__(self, film: bytes) -> None:
        self.requests: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.requests.append(self.path)
                self.send_response(200)
                self.send_header("Content-Length", str(len(film)))
                self.end_headers()
                self.wfile.write(film)

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing."""

        self._http = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def secret(film: Film, tmp_path: Path) -> Path:
    """Somebody else's film on the same machine."""
    (tmp_path / "private").mkdir()
    return film(tmp_path / "private" / "secret.ts")


@pytest.fixture
def server(secret: Path) -> Iterator[Server]:
    running = Server(secret.read_bytes())
    yield running
    running.close()


def hls(target: str) -> str:
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{target}\n#EXT-X-ENDLIST\n"


def hls_master(target: str) -> str:
    return f'#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION="320x240"\n{target}\n'


def concat(target: str) -> str:
    return f"ffconcat version 1.0\nfile '{target}'\n"


def dash(target: str) -> str:
    return (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"'
        ' mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="video/mp2t"><Representation id="1"'
        f' bandwidth="1"><BaseURL>{target}</BaseURL></Representation></AdaptationSet></Period></MPD>'
    )


def sdp(target: str) -> str:
    port = target.rsplit(":", 1)[-1] if target.startswith("http") else "5004"
    return f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 32\n"


def asx(target: str) -> str:
    return f"<asx version='3.0'><entry><ref href='{target}'/></entry></asx>"


def ram(target: str) -> str:
    return f"{target}\n"


LISTS: dict[str, Callable[[str], str]] = {
    "hls": hls,
    "hls_master": hls_master,
    "concat": concat,
    "dash": dash,
    "sdp": sdp,
    "asx": asx,
    "ram": ram,
}


def chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def avi_with_a_playlist_for_subtitles(playlist: bytes) -> bytes:
    """An AVI whose second stream is a GAB2 subtitle: FFmpeg once opened whatever that held, playlists too."""
    jpeg = cv2.imencode(".jpg", np.full((240, 320, 3), 99, np.uint8))[1].tobytes()
    picture = struct.pack("<IiiHH4sIiiII", 40, 320, 240, 1, 24, b"MJPG", 320 * 240 * 3, 0, 0, 0, 0)

    def stream(kind: bytes, handler: bytes, form: bytes) -> bytes:
        head = struct.pack("<4s4sIHHIIIIIIIIHHHH", kind, handler, 0, 0, 0, 0, 1, 30, 0, 10, 0, 0, 0, 0, 0, 320, 240)
        return chunk(b"LIST", b"strl" + chunk(b"strh", head) + chunk(b"strf", form))

    main = struct.pack("<14I", 33333, 0, 0, 0x10, 10, 0, 2, 0, 320, 240, 0, 0, 0, 0)
    streams = stream(b"vids", b"MJPG", picture) + stream(b"txts", b"\0\0\0\0", b"")
    words = b"GAB2\0\2\0" + struct.pack("<I", 4) + b"a\0b\0" + struct.pack("<HI", 4, len(playlist)) + playlist
    frames = chunk(b"01tx", words) + chunk(b"00dc", jpeg) * 10
    header = chunk(b"LIST", b"hdrl" + chunk(b"avih", main) + streams)
    return chunk(b"RIFF", b"AVI " + header + chunk(b"LIST", b"movi" + frames))


def mov_with_its_data_elsewhere(film: Film, folder: Path, target: str) -> bytes:
    """A QuickTime file whose data reference is an alias of another file, by its absolute path."""
    whole = film(folder / "inner.mov", frames=5).read_bytes()
    path = target.encode()
    alias = bytearray(150)
    alias[6:8] = struct.pack(">H", 2)
    record = bytes(alias) + struct.pack(">HH", 2, len(path)) + path + b"\0" * (len(path) % 2) + b"\xff\xff\0\0"
    entry = struct.pack(">I4sI", 12 + len(record), b"alis", 0) + record
    return replace_box(whole, b"dref", struct.pack(">II", 0, 1) + entry)


def replace_box(film: bytes, kind: bytes, content: bytes) -> bytes:
    """The MP4 with another content in its box, and every box around it of the right length."""
    path: list[int] = []
    at, end = 0, len(film)
    while True:
        length, name = struct.unpack(">I4s", film[at : at + 8])
        if name == kind:
            break
        inside = name in (b"moov", b"trak", b"mdia", b"minf", b"dinf")
        if inside:
            path.append(at)
        at += 8 if inside else length
        assert at < end, kind
    new = struct.pack(">I4s", 8 + len(content), kind) + content
    grown = len(new) - length
    made = bytearray(film[:at] + new + film[at + length :])
    for start in path:
        made[start : start + 4] = struct.pack(">I", struct.unpack(">I", film[start : start + 4])[0] + grown)
    return bytes(made)


def try_to_read(path: Path) -> int:
    """Frames read through every way in; 0 where it is refused."""
    try:
        with open_source(path, bounds=Bounds()) as source:
            read = sum(1 for _ in source)
        frames_at(path, [0.0])
    except SourceError:
        return 0
    return read


@pytest.fixture(params=["as it comes", "past the sniffing"])
def sniffing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "past the sniffing":
        monkeypatch.setattr("formcheck.video.file_source.refusal", lambda head: None)


@LINUX
@pytest.mark.parametrize("suffix", [".mp4", ".m3u8", ""])
@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.usefixtures("sniffing")
def test_lists_of_other_films_open_none(kind: str, suffix: str, secret: Path, server: Server, tmp_path: Path) -> None:
    upload = tmp_path / f"upload{suffix}"
    for target in (str(secret), f"file:{secret}", f"{secret.parent.name}/{secret.name}", f"{server.url}/film.ts"):
        upload.write_text(LISTS[kind](target), encoding="utf-8")
        with opened(secret) as was_opened:
            assert try_to_read(upload) == 0
        assert was_opened == [False], target
    assert server.requests == []


def test_ffmpeg_as_it_comes_would_follow_lists(secret: Path, tmp_path: Path) -> None:
    """So the tests above could fail."""
    for name, text in (("a.m3u8", hls(secret.name)), ("a.ffconcat", concat(secret.name))):
        (secret.parent / name).write_text(text, encoding="utf-8")
        with opened(secret) as was_opened:
            assert cv2.VideoCapture(str(secret.parent / name), cv2.CAP_FFMPEG).isOpened()
        assert was_opened == [True]


@LINUX
def test_subtitles_in_an_avi_open_nothing(secret: Path, server: Server, tmp_path: Path) -> None:
    for target in (str(secret), f"{server.url}/film.ts"):
        upload = tmp_path / "upload.avi"
        upload.write_bytes(avi_with_a_playlist_for_subtitles(hls(target).encode()))
        with opened(secret) as was_opened:
            assert try_to_read(upload) == 10, "it is a film as well"
        assert was_opened == [False]
    assert server.requests == []


@LINUX
def test_data_in_another_file_is_not_fetched(
    film: Film, secret: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = tmp_path / "upload.mov"
    for target in (str(secret), f"{server.url}/film.ts"):
        upload.write_bytes(mov_with_its_data_elsewhere(film, tmp_path, target))
        with opened(secret) as was_opened:
            try_to_read(upload)
        assert was_opened == [False]
    assert server.requests == []


@LINUX
def test_ffmpeg_would_fetch_data_in_another_file_if_told_to(
    film: Film, secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the test above could fail."""
    upload = tmp_path / "upload.mov"
    upload.write_bytes(mov_with_its_data_elsewhere(film, tmp_path, str(secret)))
    monkeypatch.setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "enable_drefs;1|use_absolute_path;1")
    with opened(secret) as was_opened:
        cv2.VideoCapture(str(upload), cv2.CAP_FFMPEG)
    assert was_opened == [True]


@LINUX
def test_a_name_with_a_pattern_opens_no_series(film: Film, tmp_path: Path) -> None:
    """FFmpeg would take %d for a number, and whatever is numbered so for its pictures."""
    for number in range(3):
        cv2.imwrite(str(tmp_path / f"photo{number}.png"), np.full((240, 320, 3), 99, np.uint8))
    for name in ("photo%d.png", "photo%01d.jpg", "photo*.png"):
        with opened(tmp_path / "photo0.png") as was_opened, pytest.raises(SourceError, match="no such file"):
            open_source(tmp_path / name)
        assert was_opened == [False]
        film(tmp_path / "real.mp4").rename(tmp_path / name)
        with opened(tmp_path / "photo0.png") as was_opened:
            assert try_to_read(tmp_path / name) in (0, 20), "the film of that very name, or nothing"
        assert was_opened == [False]


@pytest.mark.parametrize(
    "name", ["concat:a.mp4|b.mp4", "file:a.mp4", "pipe:0", "fd:0", "subfile,,start,0,end,0,,:a.mp4"]
)
def test_protocols_in_a_name_are_part_of_the_name(name: str, film: Film, tmp_path: Path) -> None:
    film(tmp_path / "a.mp4")
    with pytest.raises(SourceError, match="no such file"):
        open_source(tmp_path / name)


# Sizes


def bomb(path: Path, declared: tuple[int, int] | None = None) -> Path:
    """A film of 12000 x 12000 grey pixels in a few kilobytes, or one that declares another size."""
    av = pytest.importorskip("av", reason="films for the tests are made with PyAV (the mp4 extra)")
    side = 12_000
    with av.open(str(path), "w", format="mov" if path.suffix == ".mov" else None) as output:
        stream = output.add_stream("png", rate=30)
        stream.width, stream.height, stream.pix_fmt = side, side, "gray"
        output.mux(stream.encode(av.VideoFrame(side, side, "gray")))
        output.mux(stream.encode(None))
    if declared is not None:
        content = bytearray(path.read_bytes())
        at = content.index(b"strf") + 12
        content[at : at + 8] = struct.pack("<ii", *declared)
        path.write_bytes(content)
    return path


@pytest.mark.parametrize("suffix", [".avi", ".mov"])
def test_a_picture_bomb_is_refused_before_it_is_decoded(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bomb(tmp_path / f"bomb{suffix}")
    assert path.stat().st_size < 300_000
    monkeypatch.setattr("formcheck.video.file_source._open", lambda path: pytest.fail("the decoder was asked"))
    with pytest.raises(SourceError, match="12000x12000"):
        FileSource(path)


def test_a_picture_bomb_that_lies_about_its_size_is_refused_too(tmp_path: Path) -> None:
    path = bomb(tmp_path / "bomb.avi", declared=(320, 240))
    assert film_size(path) == (320, 240)
    with pytest.raises(SourceError, match="12000x12000"):
        FileSource(path)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.mp4", {}),
        ("a.mov", {}),
        ("a.mkv", {}),
        ("a.webm", {"codec": "libvpx"}),
        ("a.avi", {"codec": "mjpeg", "pix_fmt": "yuvj420p"}),
        ("sound.mp4", {"audio": True}),
        ("index_first.mp4", {"container": {"movflags": "faststart"}}),
    ],
)
@pytest.mark.parametrize("size", [(320, 240), (1280, 720)])
def test_the_declared_size_is_known(
    name: str, options: dict[str, object], size: tuple[int, int], film: Film, tmp_path: Path
) -> None:
    assert film_size(film(tmp_path / name, frames=2, size=size, **options)) == size


@pytest.mark.parametrize("name", ["a.ts", "a.flv"])
def test_what_declares_no_size_is_asked_of_the_decoder(name: str, film: Film, tmp_path: Path) -> None:
    path = film(tmp_path / name)
    assert film_size(path) is None
    with pytest.raises(SourceError, match="320x240 pixels, more than the 10000 allowed here"):
        FileSource(path, bounds=Bounds(max_pixels=10_000))


@pytest.mark.parametrize("damage", [b"", b"\0\0\0\x08moov", b"\0\0\0\x10moov\0\0\0\x08tkhd", b"RIFF\0\0\0\0AVI strf"])
def test_a_size_is_looked_for_in_vain(damage: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(damage)
    assert film_size(tmp_path / "a") is None


def test_frames_are_counted_whatever_the_header_says(
    film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = film(tmp_path / "a.mp4", frames=60)
    monkeypatch.setattr(FileSource, "_declared_frames", lambda self, declared_hz: 3)
    with FileSource(path, bounds=Bounds(max_frames=60)) as source:
        assert sum(1 for _ in source) == 60
    for bounds, words in ((Bounds(max_frames=50), "50 frames"), (Bounds(max_duration_s=1.0), "longer than the 1 s")):
        with FileSource(path, bounds=bounds) as source, pytest.raises(SourceError, match=words):
            list(source)
        with pytest.raises(SourceError, match=words):
            frames_at(path, [1.9], bounds=bounds)


def test_a_film_that_says_it_is_too_long_is_refused_at_once(film: Film, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", frames=60)
    with pytest.raises(SourceError, match="longer than the 1 s"):
        FileSource(path, bounds=Bounds(max_duration_s=1.0))


def test_too_many_frames_a_second_are_refused(film: Film, tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", rate=120)
    assert try_to_read(path) == 20
    with pytest.raises(SourceError, match="120 frames a second, more than the 60 allowed here"):
        FileSource(path, bounds=Bounds(max_rate_hz=60))


def test_a_folder_of_too_many_images_is_refused(tmp_path: Path) -> None:
    for number in range(5):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.zeros((99, 99, 3), np.uint8))
    with open_source(tmp_path, bounds=Bounds(max_frames=4)) as source, pytest.raises(SourceError, match="the 4 frames"):
        list(source)


def test_a_picture_that_grows_in_mid_film_is_brought_back_to_size(film: Film, tmp_path: Path) -> None:
    """Two films one after the other, as transport streams may be."""
    content = film(tmp_path / "a.ts").read_bytes() + film(tmp_path / "b.ts", size=(1280, 960)).read_bytes()
    (tmp_path / "both.ts").write_bytes(content)
    with FileSource(tmp_path / "both.ts", bounds=Bounds(max_pixels=320 * 240)) as source:
        assert {frame.image.shape for frame in source} == {(240, 320, 3)}
