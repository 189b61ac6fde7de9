"""ICC profiles written by hand (ICC.1:2022; ICC.1:2001 for version 2)."""

import struct

import numpy as np

D50 = np.array([0.9642, 1.0, 0.8249])
D65 = (0.3127, 0.3290)
SRGB = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
P3 = ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06))
ADOBE = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
REC2020 = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
PROPHOTO = ((0.734699, 0.265301), (0.159597, 0.840403), (0.036598, 0.000105))
PROPHOTO_WHITE = (0.3457, 0.3585)


def fixed(values) -> bytes:
    return b"".join(struct.pack(">i", round(float(value) * 65536)) for value in values)


def words(values) -> bytes:
    return np.round(np.clip(values, 0, 65535)).astype(">u2").tobytes()


def profile(space: bytes, pcs: bytes, tags: dict, version: int, name: str) -> bytes:
    text = name.encode() + b"\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78)
    tags = {b"desc": description, b"wtpt": b"XYZ \0\0\0\0" + fixed(D50), **tags}
    start, table, data = 132 + 12 * len(tags), b"", b""
    for tag, content in tags.items():
        table += tag + struct.pack(">II", start + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    kind = b"prtr" if space == b"CMYK" else b"mntr"
    head = struct.pack(">I4xB3x", start + len(data), version) + kind + space + pcs
    head += bytes(12) + b"acsp" + bytes(28) + fixed(D50)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data


# Curves


def gamma(exponent: float) -> bytes:
    return b"para\0\0\0\0" + struct.pack(">HH", 0, 0) + fixed([exponent])


def sampled(function, count: int) -> bytes:
    values = function(np.linspace(0, 1, count)) * 65535
    return b"curv\0\0\0\0" + struct.pack(">I", count) + words(values)


def srgb_light(x):
    return np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)


def srgb_tone() -> bytes:
    numbers = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]
    return b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + fixed(numbers)


def dot_gain(gain: float) -> bytes:
    """A press's curve of an ink that gains: darker than its share of the paper."""
    return sampled(lambda x: 1 - np.minimum((1 - x) + 4 * gain * (1 - x) * x, 1), 256)


# Profiles


def to_pcs(white, primaries):
    """From linear RGB to XYZ relative to D50, adapted as Bradford did."""

    def xyz(chromaticity):
        x, y = chromaticity
        return np.array([x / y, 1, (1 - x - y) / y])

    columns = np.stack([xyz(primary) for primary in primaries], axis=1)
    columns = columns * np.linalg.solve(columns, xyz(white))
    cones = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
    scale = np.diag((cones @ D50) / (cones @ xyz(white)))
    return np.linalg.inv(cones) @ scale @ cones @ columns


def matrix(name: str, white, primaries, tone: bytes, version=4) -> bytes:
    columns = to_pcs(white, primaries).T
    tags = {
        tag: b"XYZ \0\0\0\0" + fixed(column) for tag, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns)
    }
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), tone)
    return profile(b"RGB ", b"XYZ ", tags, version, name)


def grey(name: str, tone: bytes, version=2) -> bytes:
    return profile(b"GRAY", b"XYZ ", {b"kTRC": tone}, version, name)


def lab(xyz):
    ratio = xyz / D50
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * 841 / 108 + 4 / 29)
    return np.stack(
        [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1
    )


def nodes(points: int, channels: int):
    """All device colours of a grid, 0 to 1, the last channel's values side by side."""
    axes = np.meshgrid(*[np.linspace(0, 1, points)] * channels, indexing="ij")
    return np.stack(axes, axis=-1).reshape(-1, channels)


def wide_rgb(device):
    """A display of P3's primaries with a gamma of 2, whose black is not quite black."""
    return (0.004 + 0.996 * device**2) @ to_pcs(D65, P3).T


def inks(device):
    """Cyan, magenta, yellow and black on each other as filters, with a black of L* 6."""
    passes = np.array([[0.15, 0.5, 0.8], [0.5, 0.12, 0.25], [0.8, 1.0, 0.3], [0.03, 0.03, 0.03]])
    light = np.prod(1 - device[..., None] * (1 - passes), axis=-2)
    return D50 * (0.007 + 0.993 * light)


def lut16(name: str, space: bytes, points: int, meant) -> bytes:
    """A profile of version 2 with a `lut16Type` for the perceptual intent alone."""
    channels = len(space.strip())
    values = lab(meant(nodes(points, channels))) * [652.8, 256, 256] + [0, 32768, 32768]
    table = b"mft2\0\0\0\0" + bytes([channels, 3, points, 0]) + fixed(np.eye(3).flatten())
    curve = words([0, 65535])
    table += struct.pack(">HH", 2, 2) + curve * channels + words(values) + curve * 3
    return profile(space, b"Lab ", {b"A2B0": table}, 2, name)


def lut8(name: str, space: bytes, points: int, meant) -> bytes:
    """The same with a `lut8Type`."""
    channels = len(space.strip())
    values = lab(meant(nodes(points, channels))) * [2.55, 1, 1] + [0, 128, 128]
    table = b"mft1\0\0\0\0" + bytes([channels, 3, points, 0]) + fixed(np.eye(3).flatten())
    curve = bytes(range(256))
    table += curve * channels + np.round(np.clip(values, 0, 255)).astype(np.uint8).tobytes() + curve * 3
    return profile(space, b"Lab ", {b"A2B0": table}, 2, name)


def a_to_b(name: str, space: bytes, points: int, meant) -> bytes:
    """A profile of version 4 with a `lutAToBType`, whose curves are not straight."""
    channels = len(space.strip())
    values = (lab(meant(nodes(points, channels) ** 1.5)) * [1, 1, 1] + [0, 128, 128]) / [100, 255, 255]
    grid = bytes([points] * channels).ljust(16, b"\0") + bytes([2, 0, 0, 0]) + words(values * 65535)
    straight, bent = gamma(1.0), gamma(1 / 1.5)
    parts = [straight * 3, grid + bytes(-len(grid) % 4), bent * channels]
    b, clut, a = (32 + sum(map(len, parts[:index])) for index in range(3))
    table = b"mAB \0\0\0\0" + bytes([channels, 3, 0, 0]) + struct.pack(">IIIII", b, 0, 0, clut, a)
    return profile(space, b"Lab ", {b"A2B0": table + b"".join(parts)}, 4, name)
