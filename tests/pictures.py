"""Small real pictures, as a phone or a signature pad makes them."""

import base64
import io

import av
from PIL import Image, ImageDraw


def picture(number: int = 0, *, size: tuple[int, int] = (8, 6), format: str = "PNG", **options: object) -> bytes:
    """A picture of one colour, another one for each number; `options` go to Pillow's writer."""
    colour = (number & 0xFF, number >> 8 & 0xFF, number >> 16 & 0xFF)
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, format, **options)
    return written.getvalue()


def drawing(*points: tuple[int, int], number: int = 0) -> str:
    """What a signature pad hands in: a line through `points` on transparent paper, as a data address."""
    paper = Image.new("RGBA", (311, 120), (0, 0, 0, 0))
    pen = ImageDraw.Draw(paper)
    if len(points) == 1:
        pen.ellipse([points[0], (points[0][0] + 3, points[0][1] + 3)], fill="#111")
    else:
        pen.line(list(points), fill="#111", width=3)
    paper.putpixel((310, 119), (number & 0xFF, number >> 8 & 0xFF, number >> 16 & 0xFF, 1))
    written = io.BytesIO()
    paper.save(written, "PNG")
    return "data:image/png;base64," + base64.b64encode(written.getvalue()).decode()


def signature(number: int = 0) -> str:
    """A name drawn with a finger, another one for each number."""
    return drawing((40, 30), (80, 90), (120, 40), (180, 80), (240, 50), number=number)


def video(
    *,
    seconds: int = 2,
    format: str = "mp4",
    tags: dict[str, str] | None = None,
    sound_only: bool = False,
    codec: str = "mpeg4",
) -> bytes:
    """A film of ten pictures a second, or silence of the same length."""
    written = io.BytesIO()
    with av.open(written, "w", format=format) as film:
        film.metadata.update(tags or {})
        if sound_only:
            sound = film.add_stream("aac", rate=8000, layout="mono")
            silence = av.AudioFrame(format="fltp", layout="mono", samples=1024)
            silence.planes[0].update(bytes(silence.planes[0].buffer_size))
            silence.sample_rate = 8000
            film.mux(sound.encode(silence))
            film.mux(sound.encode())
        else:
            stream = film.add_stream(codec, rate=10)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            for number in range(seconds * 10):
                image = Image.new("RGB", (64, 48), (number % 256, 0, 0))
                film.mux(stream.encode(av.VideoFrame.from_image(image)))
            film.mux(stream.encode())
    return written.getvalue()


def androids_film(seconds: int = 2) -> bytes:
    """A 3gp as an Android's camera makes it: H.264, and AMR for the sound."""
    silence = b"#!AMR\n" + (b"\x3c" + bytes(31)) * (50 * seconds)
    written = io.BytesIO()
    with (
        av.open(io.BytesIO(video(codec="libx264", seconds=seconds))) as film,
        av.open(io.BytesIO(silence), format="amr") as speech,
        av.open(written, "w", format="3gp") as target,
    ):
        sources = [film, speech]
        copies = [target.add_stream_from_template(source.streams[0], opaque=True) for source in sources]
        for source, copy in zip(sources, copies, strict=True):
            for packet in source.demux(source.streams[0]):
                if packet.dts is not None:
                    packet.stream = copy
                    target.mux(packet)
    return written.getvalue()
