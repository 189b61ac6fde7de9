"""The made sources that say something about their colours: ICC profiles of all kinds, and PNG's chunks."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

import containers as c
import profiles as p
from photos import jpeg

WIDTH, HEIGHT = 64, 48


def slopes(channels: int, top=255):
    """Hues along one side, and from dark to light along the other; the fourth channel is a slope, too."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    x, y = x / (WIDTH - 1), (y + 1) / HEIGHT
    turn = 2 * np.pi * x
    bands = [y * (0.5 + 0.5 * np.cos(turn + shift)) for shift in (0, 2.1, 4.2)] + [0.2 + 0.8 * x]
    bands = [y] if channels == 1 else [y, bands[3]] if channels == 2 else bands[:channels]
    return np.round(np.dstack(bands) * top).astype(np.uint32)


def png(colour: int, *chunks: bytes, depth=8) -> bytes:
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    rows = c.png_rows(slopes(channels, (1 << depth) - 1), depth)
    return c.png(WIDTH, HEIGHT, depth, colour, rows, before_data=b"".join(chunks))


def iccp(profile: bytes) -> bytes:
    return c.png_chunk(b"iCCP", b"profile\0\0" + zlib.compress(profile, 9))


def cicp(primaries: int, transfer: int) -> bytes:
    return c.png_chunk(b"cICP", bytes([primaries, transfer, 0, 1]))


def gama(value: int) -> bytes:
    return c.png_chunk(b"gAMA", struct.pack(">I", value))


def chrm(white, primaries) -> bytes:
    numbers = [part for chromaticity in (white, *primaries) for part in chromaticity]
    return c.png_chunk(b"cHRM", struct.pack(">8I", *[round(number * 100_000) for number in numbers]))


def without_segment(file: bytes, marker: int) -> bytes:
    """A JPEG without the segments of a marker."""
    out, at = file[:2], 2
    while file[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(file[at + 2 : at + 4], "big")
        out += b"" if file[at + 1] == marker else file[at:end]
        at = end
    return out + file[at:]


def write_profiles(put):
    three = Image.fromarray(slopes(3).astype(np.uint8))
    adobe = p.matrix("Edgepix wide green", p.D65, p.ADOBE, p.gamma(563 / 256), version=2)
    put("profile-adobe.jpg", jpeg(three, 95, "4:4:4", icc_profile=adobe))
    put("profile-prophoto.png", png(2, iccp(p.matrix("wide", p.PROPHOTO_WHITE, p.PROPHOTO, p.gamma(1.8)))))
    webp = io.BytesIO()
    rec2020 = p.matrix("Edgepix television", p.D65, p.REC2020, p.gamma(2.4))
    three.save(webp, "WEBP", lossless=True, icc_profile=rec2020)
    put("profile-rec2020.webp", webp.getvalue())
    linear = p.matrix("linear", p.D65, p.SRGB, p.gamma(1.0))
    put("profile-linear-16bit.png", png(2, iccp(linear), depth=16))
    # sRGB by its numbers, whatever it is called.
    tone = p.sampled(p.srgb_light, 1024)
    put("profile-srgb-renamed.png", png(2, iccp(p.matrix("Own camera", p.D65, p.SRGB, tone, version=2))))
    put("profile-damaged.png", png(2, iccp(adobe[:300])))
    put("profile-lut16.png", png(6, iccp(p.lut16("table", b"RGB ", 9, p.wide_rgb))))
    put("profile-lut8.png", png(2, iccp(p.lut8("table", b"RGB ", 17, p.wide_rgb))))
    put("profile-a-to-b.png", png(2, iccp(p.a_to_b("table", b"RGB ", 9, p.wide_rgb))))

    tone = p.gamma(1.8)
    put("profile-grey-alpha.png", png(4, iccp(p.grey("grey", tone, version=4))))
    key = c.png_chunk(b"tRNS", b"\0\x80")
    put("profile-grey-key.png", png(0, iccp(p.grey("grey", p.dot_gain(0.2))), key))
    put("profile-rgb-of-grey.png", png(0, iccp(linear)))
    one = Image.fromarray(slopes(1)[..., 0].astype(np.uint8))
    put("profile-grey.jpg", jpeg(one, 95, "4:4:4", icc_profile=p.grey("grey", p.dot_gain(0.2))))

    four = slopes(4)
    four[..., 3] //= 2
    four = Image.fromarray(four.astype(np.uint8), "CMYK")
    put(
        "profile-inks.jpg",
        jpeg(four, 95, "4:4:4", icc_profile=p.lut8("press", b"CMYK", 7, p.inks)),
    )
    a_to_b = p.a_to_b("press", b"CMYK", 7, p.inks)
    put("profile-inks-4.jpg", jpeg(four, 95, "4:4:4", icc_profile=a_to_b))
    put("cmyk-without-adobe.jpg", without_segment(jpeg(four, 95, "4:4:4"), 0xEE))

    # Few colours, for formats of few colours.
    palette = [(200, 100, 50), (40, 160, 220), (90, 200, 90), (250, 240, 60)]
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    indices = ((x // 16 + y // 12) % 4)[..., None]
    plte = c.png_chunk(b"PLTE", bytes(value for colour in palette for value in colour))
    rows = c.png_rows(indices, 2)
    put("profile-palette.png", c.png(WIDTH, HEIGHT, 2, 3, rows, before_data=iccp(adobe) + plte))


def write_chunks(put):
    adobe = iccp(p.matrix("wide", p.D65, p.ADOBE, p.gamma(563 / 256), version=2))
    srgb = c.png_chunk(b"sRGB", b"\0")
    put("colour-gama.png", png(2, gama(100_000)))
    put("colour-gama-grey-alpha.png", png(4, gama(55_556)))
    put("colour-gama-near-srgb.png", png(2, gama(45_455)))
    put("colour-gama-chrm.png", png(2, gama(45_455), chrm(p.D65, p.P3)))
    put("colour-srgb-before-gama.png", png(2, gama(100_000), srgb))
    put("colour-iccp-before-srgb.png", png(2, srgb, gama(100_000), adobe))
    put("colour-cicp-before-iccp.png", png(2, adobe, gama(100_000), cicp(12, 13)))
    put("colour-cicp-television-16bit.png", png(2, cicp(9, 14), depth=16))
    put("colour-cicp-pq.png", png(2, cicp(9, 16)))


def write(put):
    write_profiles(put)
    write_chunks(put)
