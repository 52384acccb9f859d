"""Decodes one picture or video and encodes it again, in a process of its own.

`media_cleaning` runs it as a script: it reads the bytes from stdin and writes a line with the new extension, then the
new bytes, to stdout. It imports none of our packages, sees no settings and has limits on memory and CPU time, so that a
file made to break a decoder breaks only this process.

The result holds only the pixels of the picture, or the packets of the video, and no metadata: photos from phones carry
the position of the owner's home.
"""

import io
import resource
import sys
import tempfile
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from av.container import InputContainer
    from PIL import Image

MEMORY_BYTES: Final = 2 * 1024**3
"""A 50-megapixel HEIC needs about 400 MB, and address space that codecs merely reserve counts too."""
CPU_SECONDS: Final = 25
MAX_PIXELS: Final = 50_000_000
"""The largest camera of today's iPhones makes 48.8 million; a decompression bomb claims a thousand times that."""
LONGEST_SIDE: Final = 2560
"""The number stamped on a part stays readable, and the picture stays near a megabyte."""
JPEG_QUALITY: Final = 88
POSTER_SIDE: Final = 960
"""As wide as a large phone's screen has pixels in its middle column."""
MAX_VIDEO_SECONDS: Final = 60
"""Twice what is needed to show a finding."""
MAX_VIDEO_PIXELS: Final = 4096 * 2304
MP4_SOUNDS: Final = {"aac", "mp3", "mp3float", "ac3", "eac3", "alac", "opus", "flac"}
"""Sound formats that are copied into the MP4. Others, such as the AMR in an Android's 3gp, are encoded again rather
than dropped, because a noise may be the finding."""
PICTURE_BRANDS: Final = {
    b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1", b"avif", b"avis", b"miaf",
}  # fmt: skip
INK_DARKNESS: Final = 96
"""How much darker than white paper (0 to 255) a pixel must be to count as ink."""
LEAST_INK: Final = 0.12
"""A name spans at least this share of the paper's shorter side; a dot or an accidental touch does not."""

REFUSED: Final = 3
"""Exit code of a refusal; stderr then holds the reason in one word."""


def main() -> None:
    """`media_child.py picture|signature|any|poster`: clean the file given on stdin, or draw a video's first picture."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    wanted, content = sys.argv[1], sys.stdin.buffer.read()
    if _is_picture(content):
        extension, cleaned = clean_picture(content, is_signature=wanted == "signature")
    elif wanted == "any":
        extension, cleaned = "mp4", clean_video(content)
    elif wanted == "poster":
        extension, cleaned = "jpg", draw_poster(content)
    else:
        refuse("unknown")
    sys.stdout.buffer.write(extension.encode() + b"\n" + cleaned)


def refuse(reason: str) -> NoReturn:
    """End this process and say why in one word."""
    print(reason, file=sys.stderr)
    sys.exit(REFUSED)


def _is_picture(content: bytes) -> bool:
    if content[4:8] != b"ftyp":
        return True
    end = min(int.from_bytes(content[:4], "big"), 256)
    brands = {content[8:12], *(content[at : at + 4] for at in range(16, end, 4))}
    # In some photos iPhones name `mif1` first; they never list `mp42` for a photo.
    return bool(brands & PICTURE_BRANDS) and content[8:12] not in {b"isom", b"mp41", b"mp42", b"qt  "}


def clean_picture(content: bytes, *, is_signature: bool) -> tuple[str, bytes]:
    """The pixels, upright, in sRGB, at most `LONGEST_SIDE` long: PNG where something is transparent, else JPEG."""
    from PIL import Image, ImageOps
    from pillow_heif import register_heif_opener

    register_heif_opener()
    try:
        picture: Image.Image = Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
        if picture.width * picture.height > MAX_PIXELS:
            refuse("too_many_pixels")
        picture.load()
        profile = picture.info.get("icc_profile")
        picture = ImageOps.exif_transpose(picture)
    except Image.DecompressionBombError:
        refuse("too_many_pixels")
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError):
        refuse("unreadable")
    if picture.mode.startswith("I"):
        # Sixteen-bit grey: Pillow's own conversion would clip at 255 and leave a white picture.
        picture = picture.convert("I").point(lambda level: level / 256).convert("L")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture = picture.convert("RGBA") if picture.has_transparency_data else _in_srgb(picture, profile)
    if is_signature and not _has_ink(picture):
        refuse("no_ink")
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    written = io.BytesIO()
    if bare.mode == "RGBA":
        bare.save(written, "PNG")
        return "png", written.getvalue()
    bare.save(written, "JPEG", quality=JPEG_QUALITY)
    return "jpg", written.getvalue()


def _in_srgb(picture: "Image.Image", profile: bytes | None) -> "Image.Image":
    from PIL import ImageCms

    if profile and picture.mode in {"RGB", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            told = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            told = None  # A broken profile is no reason to lose the photo.
        if told is not None:
            return told
    return picture.convert("RGB")


def _has_ink(picture: "Image.Image") -> bool:
    """Whether the drawing is as large as a written name."""
    from PIL import Image, ImageOps

    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    ink = ImageOps.invert(paper.convert("L")).point([255 if level >= INK_DARKNESS else 0 for level in range(256)])
    box = ink.getbbox()
    return box is not None and max(box[2] - box[0], box[3] - box[1]) >= LEAST_INK * min(picture.size)


def clean_video(content: bytes) -> bytes:
    """A new MP4 with the pictures and the sound only: no tags, chapters or data tracks (an iPhone's holds
    positions).
    """
    import av

    with tempfile.NamedTemporaryFile(suffix=".mp4") as written:
        try:
            _remux(content, written.name)
        except av.ArgumentError:
            refuse("unknown")  # It can be decoded, but an MP4 cannot hold it, e.g. a camera's raw video.
        except (av.FFmpegError, OSError, ValueError, MemoryError):
            refuse("unreadable")
        return written.read()


def draw_poster(content: bytes) -> bytes:
    """The first picture of a video, upright: what a page shows before anybody presses play."""
    import av
    from PIL import Image

    try:
        with av.open(io.BytesIO(content), "r", format="mp4") as source:
            _look_at(source)
            source.seek(0)
            frame = next(source.decode(source.streams.video[0]))
            pixels = frame.reformat(format="rgb24")
    except (av.FFmpegError, OSError, ValueError, MemoryError, StopIteration):
        refuse("unreadable")
    plane = pixels.planes[0]
    size = (pixels.width, pixels.height)
    # A row of the plane may be longer than the picture is wide.
    drawn = Image.frombuffer("RGB", size, bytes(plane), "raw", "RGB", plane.line_size, 1)
    upright = drawn.rotate(frame.rotation, expand=True)
    upright.thumbnail((POSTER_SIDE, POSTER_SIDE))
    written = io.BytesIO()
    upright.save(written, "JPEG", quality=JPEG_QUALITY)
    return written.getvalue()


def _remux(content: bytes, path: str) -> None:
    import av

    with av.open(io.BytesIO(content), "r", format="mov,mp4,m4a,3gp,3g2,mj2") as source:
        if not source.streams.video:
            refuse("unknown")
        _look_at(source)
        kept = [*source.streams.video[:1], *source.streams.audio[:1]]
        spoken_anew = next((sound for sound in source.streams.audio[:1] if sound.name not in MP4_SOUNDS), None)
        # The index goes to the front, so that playing can begin before the last byte has arrived; this needs a real
        # file.
        options = {"movflags": "+faststart", "fflags": "+bitexact"}
        with av.open(path, "w", format="mp4", options=options) as target:
            # `opaque`: packets are copied, so no encoder of their kind is needed (there is none for AV1).
            copies = {
                stream.index: target.add_stream_from_template(stream, opaque=True)
                for stream in kept
                if stream is not spoken_anew
            }
            sound = target.add_stream("aac", rate=spoken_anew.rate, layout="mono") if spoken_anew else None
            for copy in copies.values():
                copy.metadata.clear()
            if kept[0].codec_context.name == "hevc":
                copies[kept[0].index].codec_tag = "hvc1"  # An iPhone plays its own videos under this tag only.
            source.seek(0)
            for packet in source.demux(kept):
                if sound is not None and packet.stream is spoken_anew:
                    for frame in packet.decode():
                        if isinstance(frame, av.AudioFrame):
                            target.mux(sound.encode(frame))
                elif packet.dts is not None:
                    packet.stream = copies[packet.stream.index]
                    target.mux(packet)
            if sound is not None:
                target.mux(sound.encode())


def _look_at(source: "InputContainer") -> None:
    """Refuse a video that is too long or too large, or whose first picture cannot be decoded."""
    import av

    stream = source.streams.video[0]
    stream.codec_context.thread_count = 1
    if source.duration is None or source.duration > MAX_VIDEO_SECONDS * av.time_base:
        refuse("too_long")
    if stream.codec_context.width * stream.codec_context.height > MAX_VIDEO_PIXELS:
        refuse("too_many_pixels")
    if next(source.decode(stream), None) is None:
        refuse("unreadable")


if __name__ == "__main__":
    main()
