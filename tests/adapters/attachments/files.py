"""Real files made on the spot: photos with a place in them, office files, recordings, what people send by mistake."""

import io
import struct
import zipfile
from collections.abc import Iterator

from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

WHERE = (36.0, 40.0, 12.5)
CAMERA = "HUYING-CAMERA-9"


def exif(orientation: int = 1) -> Image.Exif:
    """Place, camera and orientation."""
    made = Image.Exif()
    made[ExifTags.Base.Make] = CAMERA
    made[ExifTags.Base.Orientation] = orientation
    made.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: WHERE, 3: "E", 4: WHERE})
    return made


def picture(width: int = 1200, height: int = 800) -> Image.Image:
    """Left half red, right half blue."""
    made = Image.new("RGB", (width, height), (200, 30, 30))
    made.paste((30, 30, 200), (width // 2, 0, width, height))
    return made


def jpeg(width: int = 1200, height: int = 800, orientation: int = 1) -> bytes:
    """A photo with GPS EXIF, XMP and a comment."""
    made = io.BytesIO()
    picture(width, height).save(
        made,
        "JPEG",
        exif=exif(orientation),
        comment=b"comment " + CAMERA.encode(),
        xmp=b"<x>" + CAMERA.encode() + b"</x>",
    )
    return made.getvalue()


def multi_picture_jpeg() -> bytes:
    """As telephones write it: the photo and a second picture in one file."""
    made = io.BytesIO()
    picture().save(made, "MPO", save_all=True, append_images=[picture(300, 200)], exif=exif())
    return made.getvalue()


def png() -> bytes:
    """A picture with text and EXIF."""
    words = PngInfo()
    words.add_text("Author", CAMERA)
    made = io.BytesIO()
    picture(640, 480).save(made, "PNG", pnginfo=words, exif=exif())
    return made.getvalue()


def webp() -> bytes:
    """A WebP photo with EXIF."""
    made = io.BytesIO()
    picture(640, 480).save(made, "WEBP", exif=exif())
    return made.getvalue()


def animated(kind: str) -> bytes:
    """Two frames."""
    made = io.BytesIO()
    picture(64, 64).save(made, kind, save_all=True, append_images=[Image.new("RGB", (64, 64))], duration=100)
    return made.getvalue()


def png_of_many_pixels(side: int) -> bytes:
    """A small file that would unfold to side × side pixels."""
    made = io.BytesIO()
    Image.new("1", (side, side)).save(made, "PNG")
    return made.getvalue()


def program() -> bytes:
    """A Windows program's header."""
    return b"MZ\x90\x00" + bytes(56) + struct.pack("<I", 64) + b"PE\x00\x00" + bytes(200)


def office(main_part: str = "word/document.xml", more: dict[str, bytes] | None = None) -> bytes:
    """A package as Word or Excel write it, as far as it can be told from others."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(main_part, "<body>现场情况说明</body>" * 50)
        for name, content in (more or {}).items():
            package.writestr(name, content)
    return made.getvalue()


def archive_bomb() -> bytes:
    """Looks like a small Word file, unpacks to 301 MB."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        with package.open("word/document.xml", "w") as part:
            for _ in range(301):
                part.write(bytes(1024 * 1024))
    return made.getvalue()


def box(kind: bytes, content: bytes = b"") -> bytes:
    """One box of an ISO media file."""
    return struct.pack(">I", len(content) + 8) + kind + content


def mp4(brand: bytes = b"isom") -> bytes:
    """A video whose movie box and track tell where it was taken."""
    place = box(b"\xa9xyz", b"\x00\x12\x15\xc7+36.6700+117.0200/")
    movie = box(b"moov", box(b"mvhd", bytes(100)) + box(b"trak", box(b"meta", CAMERA.encode())) + box(b"udta", place))
    return box(b"ftyp", brand + bytes(4) + b"isommp42") + movie + box(b"mdat", bytes(range(256)) * 40)


def wav() -> bytes:
    """One second of silence."""
    samples = bytes(16_000)
    header = b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + b"data" + struct.pack("<I", 16_000)
    return b"RIFF" + struct.pack("<I", len(header) + len(samples)) + header + samples


def pdf() -> bytes:
    """A page without anything on it."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def chunks(content: bytes, size: int = 64 * 1024) -> Iterator[bytes]:
    """As an upload comes."""
    for start in range(0, len(content), size):
        yield content[start : start + size]
