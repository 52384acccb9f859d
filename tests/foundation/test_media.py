"""Photos and videos are stored under a hash of their content, completely or not at all, and without metadata."""

import asyncio
import hashlib
import io
import struct
import zlib
from pathlib import Path

import av
import pytest
from PIL import Image

from foundation import media, media_cleaning
from foundation.errors import InvalidInput, NotFound
from foundation.media_cleaning import (
    MediaNotAccepted,
    MediaTooLarge,
    MediaUnreadable,
    SignatureEmpty,
    VideoTooLong,
)
from foundation.settings import Settings
from tests.pictures import androids_film, drawing, picture, signature, video

HOME = "+31.2304+121.4737/"
ROTATED = (0x0112, 6)
"""EXIF orientation: the camera was held upright and the picture lies on its side."""


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[ROTATED[0]] = ROTATED[1]
    position = exif.get_ifd(0x8825)
    position[1], position[2] = "N", (31.0, 13.0, 49.0)
    return exif


def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


async def test_the_same_photo_is_kept_once_and_read_back(settings: Settings):
    first, second = await media.store(picture()), await media.store(picture())
    assert first == second
    content, content_type = await media.read(first.key)
    assert (len(content), content_type) == (first.size_bytes, "image/jpeg")


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "PNG"])
async def test_a_photo_is_kept_upright_and_without_its_position(settings: Settings, format: str):
    handed_in = picture(7, size=(80, 60), format=format, exif=_exif())
    assert _opened(handed_in).getexif()
    stored = await media.store(handed_in)
    kept = _opened((await media.read(stored.key))[0])
    assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (60, 80), {})
    assert "exif" not in kept.info


@pytest.mark.parametrize("format", ["HEIF", "AVIF"])
async def test_an_iphones_photo_is_a_photo(settings: Settings, format: str):
    from pillow_heif import register_heif_opener

    register_heif_opener()
    stored = await media.store(picture(7, size=(80, 60), format=format, exif=_exif()), only="picture")
    content, content_type = await media.read(stored.key)
    assert (stored.content_type, content_type, stored.key[-4:]) == ("image/jpeg", "image/jpeg", ".jpg")
    assert dict(_opened(content).getexif()) == {}


async def test_what_is_transparent_stays_so(settings: Settings):
    stored = await media.store_signature(signature())
    kept = _opened((await media.read(stored.key))[0])
    assert (kept.format, kept.mode, kept.getchannel("A").getpixel((0, 0))) == ("PNG", "RGBA", 0)


async def test_a_large_photo_is_made_smaller(settings: Settings):
    stored = await media.store(picture(size=(4000, 3000)))
    assert _opened((await media.read(stored.key))[0]).size == (2560, 1920)


def _claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""
    content = bytearray(picture(size=(8, 8), format="PNG"))
    content[16:24] = struct.pack(">II", width, height)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", MediaNotAccepted),
        (b"<svg onload=alert(1)>", MediaNotAccepted),
        (b"%PDF-1.7", MediaNotAccepted),
        (b"RIFF0000WAVE", MediaUnreadable),
        (b"\xff\xd8\xff", MediaUnreadable),
        (picture(size=(400, 300), format="PNG")[:-40], MediaUnreadable),
        (b"\xff\xd8\xff" + b"x" * media.MAX_IMAGE_BYTES, MediaTooLarge),
        (picture(size=(9000, 9000), format="PNG"), MediaTooLarge),
        (_claiming(60_000, 60_000), MediaTooLarge),
        (video(sound_only=True), MediaNotAccepted),
        (video()[:200], MediaUnreadable),
        (video(seconds=61), VideoTooLong),
    ],
    ids=[
        "empty",
        "svg",
        "pdf",
        "wave",
        "three-bytes",
        "cut-short",
        "bytes",
        "bomb",
        "claim",
        "sound",
        "cut-video",
        "long",
    ],
)
async def test_what_is_no_picture_or_too_large_is_refused(
    settings: Settings, content: bytes, refusal: type[InvalidInput]
):
    with pytest.raises(refusal):
        await media.store(content)


async def test_a_video_is_no_photo(settings: Settings):
    with pytest.raises(MediaNotAccepted):
        await media.store(video(), only="picture")


async def test_a_video_keeps_its_pictures_and_loses_its_position(settings: Settings):
    handed_in = video(format="mov", tags={"location": HOME, "title": "home"})
    assert HOME.encode() in handed_in
    stored = await media.store(handed_in)
    content, content_type = await media.read(stored.key)
    assert (content_type, HOME.encode() in content, b"home" in content) == ("video/mp4", False, False)
    with av.open(io.BytesIO(content)) as kept:
        assert (kept.streams.video[0].frames, len(kept.streams)) == (20, 1)


async def test_an_iphones_video_is_kept_under_the_name_an_iphone_plays(settings: Settings):
    stored = await media.store(video(format="mov", codec="libx265"))
    with av.open(io.BytesIO((await media.read(stored.key))[0])) as kept:
        assert (kept.streams.video[0].codec_context.name, kept.streams.video[0].codec_tag) == ("hevc", "hvc1")


async def test_an_androids_film_is_kept_with_its_sound_in_a_form_every_browser_plays(settings: Settings):
    stored = await media.store(androids_film())
    with av.open(io.BytesIO((await media.read(stored.key))[0])) as kept:
        assert [stream.codec_context.name for stream in kept.streams] == ["h264", "aac"]
        heard = [frame.samples for frame in kept.decode(kept.streams.audio[0])]
        assert sum(heard) >= 2 * 8000


async def test_a_film_in_av1_is_kept(settings: Settings):
    stored = await media.store(video(codec="libsvtav1"))
    with av.open(io.BytesIO((await media.read(stored.key))[0])) as kept:
        assert len(list(kept.decode(kept.streams.video[0]))) == 20


async def test_a_film_no_mp4_can_hold_is_of_a_kind_we_do_not_take_and_not_called_damaged(settings: Settings):
    with pytest.raises(MediaNotAccepted):
        await media.store(video(format="mov", codec="rawvideo"))


async def test_a_grey_picture_of_sixteen_bits_keeps_its_shades(settings: Settings):
    written = io.BytesIO()
    Image.new("I;16", (8, 6), 40_000).save(written, "PNG")
    stored = await media.store(written.getvalue())
    kept = _opened((await media.read(stored.key))[0])
    assert kept.getpixel((4, 3)) == (156, 156, 156)


def _turned(film: bytes) -> bytes:
    """Taken with the phone held upright: the matrix in the track's head says so."""
    identity = b"".join(number.to_bytes(4, "big") for number in (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000))
    turned = b"".join(
        number.to_bytes(4, "big") for number in (0, 0x10000, 0, 0xFFFF0000, 0, 0, 0x300000, 0, 0x40000000)
    )
    head, track, rest = film.partition(b"tkhd")
    return head + track + rest.replace(identity, turned, 1)


async def test_a_video_taken_upright_stays_upright(settings: Settings):
    stored = await media.store(_turned(video()))
    with av.open(io.BytesIO((await media.read(stored.key))[0])) as kept:
        assert abs(next(kept.decode(video=0)).rotation) == 90


async def test_a_video_has_an_upright_picture_to_stand_for_it_and_a_photo_none(settings: Settings):
    stored = await media.store(_turned(video()))
    poster = media.poster_of(stored.key)
    assert poster is not None
    drawn = _opened((await media.read(poster))[0])
    assert drawn.size == (48, 64)
    assert (await media.read(poster))[1] == "image/jpeg"
    photo = await media.store(picture())
    assert media.poster_of(photo.key) is None


async def test_a_dot_is_no_signature(settings: Settings):
    assert (await media.store_signature(signature())).content_type == "image/png"
    for empty in (drawing((40, 30)), drawing((40, 30), (46, 33))):
        with pytest.raises(SignatureEmpty):
            await media.store_signature(empty)


async def test_a_decoder_that_does_not_end_is_ended(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(media_cleaning, "SECONDS", 0.001)
    with pytest.raises(MediaUnreadable):
        await media.store(picture())


async def test_many_at_once_are_cleaned_in_turn(settings: Settings):
    stored = await asyncio.gather(*(media.store(picture(number)) for number in range(6)))
    assert len({one.key for one in stored}) == 6


def _kept_by_an_earlier_version(settings: Settings, content: bytes, extension: str) -> tuple[str, Path]:
    key = f"{hashlib.sha256(content).hexdigest()}.{extension}"
    path = settings.media_dir / key[:2] / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return key, path


async def test_photos_of_an_earlier_version_lose_their_positions_when_shown_or_at_night(settings: Settings):
    shown, at_night = (
        _kept_by_an_earlier_version(settings, picture(number, exif=_exif()), extension)
        for number, extension in ((21, "jpg"), (22, "mp4"))
    )
    nothing, nothing_path = _kept_by_an_earlier_version(settings, b"\xff\xd8\xff", "jpg")
    await media.require_stored([shown[0], at_night[0], nothing])
    assert dict(_opened((await media.read(shown[0]))[0]).getexif()) == {}
    assert not shown[1].exists()
    await media.take_over_earlier_files()
    assert not at_night[1].exists()
    content, content_type = await media.read(at_night[0])
    assert (content_type, dict(_opened(content).getexif())) == ("image/jpeg", {})
    with pytest.raises(NotFound):
        await media.read(nothing)
    assert [path.name for path in nothing_path.parent.iterdir()] == [f"{nothing}.unreadable"]
    assert await media.take_over_earlier_files() == 0


@pytest.mark.parametrize("key", ["../../etc/passwd", "a.jpg", "0" * 64 + ".exe", "0" * 64 + ".jpg"])
async def test_a_key_that_is_not_ours_leads_nowhere(settings: Settings, key: str):
    with pytest.raises(NotFound):
        await media.read(key)
