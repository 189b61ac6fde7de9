"""The arithmetic of requests, written down a second time from the contract."""

import math
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import parse_qsl

COMPASS = {
    "center": (0.5, 0.5), "north": (0.5, 0), "northeast": (1, 0), "east": (1, 0.5), "southeast": (1, 1),
    "south": (0.5, 1), "southwest": (0, 1), "west": (0, 0.5), "northwest": (0, 0),
}  # fmt: skip


def whole(value) -> int:
    """Rounded half up, at least 1."""
    return max(1, math.floor(value + Fraction(1, 2)))


@dataclass
class Steps:
    """What happens to an upright, cropped and turned picture."""

    box: tuple[float, float, float, float]  # the part of it that is used
    size: tuple[int, int]  # what that part is sampled to
    canvas: tuple[int, int] | None = None  # `contain`: what it then lies on
    offset: tuple[int, int] = (0, 0)


def parameters(request: str) -> dict[str, str]:
    return dict(parse_qsl(request, strict_parsing=True)) if request else {}


def crop_box(text: str, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of `crop`, cut at the edges."""

    def length(part, side):
        if part.endswith("p"):
            return math.floor(Fraction(part[:-1]) * side / 100 + Fraction(1, 2))
        return int(part)

    x, y, w, h = (length(part, side) for part, side in zip(text.split(","), (width, height) * 2, strict=True))
    return x, y, min(width, x + max(w, 1)), min(height, y + max(h, 1))


def focus(gravity: str) -> tuple[Fraction, Fraction, bool]:
    if "," in gravity:
        x, y = gravity.split(",")
        return Fraction(x), Fraction(y), True
    x, y = COMPASS[gravity]
    return Fraction(x), Fraction(y), False


def steps(width: int, height: int, request: dict[str, str]) -> Steps:
    whole_box = (0, 0, width, height)
    dpr = Fraction(request.get("dpr", "1"))
    asked = [whole(int(request[name]) * dpr) if name in request else None for name in ("w", "h")]
    fit, enlarge = request.get("fit", "inside"), request.get("enlarge") == "1"
    if asked == [None, None]:
        return Steps(whole_box, (width, height))
    scales = [Fraction(side, own) for side, own in zip(asked, (width, height), strict=True) if side]
    if len(scales) == 1 or fit in ("inside", "outside"):
        scale = max(scales) if fit == "outside" else min(scales)
        scale = scale if enlarge else min(scale, 1)
        return Steps(whole_box, (whole(width * scale), whole(height * scale)))
    w, h = asked
    x_share, y_share, is_focal = focus(request.get("gravity", "center"))
    if fit == "fill":
        return Steps(whole_box, (w, h) if enlarge else (min(w, width), min(h, height)))
    if fit == "contain":
        scale = min(scales) if enlarge else min(*scales, 1)
        size = (whole(width * scale), whole(height * scale))
        room = (w - size[0], h - size[1])
        return Steps(whole_box, size, (w, h), (math.floor(room[0] * x_share), math.floor(room[1] * y_share)))
    scale = max(scales)
    part = (w / scale, h / scale)
    room = (width - part[0], height - part[1])
    if is_focal:
        left, top = (
            min(max(share * side - length / 2, 0), free)
            for share, side, length, free in zip((x_share, y_share), (width, height), part, room, strict=True)
        )
    else:
        left, top = room[0] * x_share, room[1] * y_share
    size = (w, h) if enlarge or scale <= 1 else (whole(part[0]), whole(part[1]))
    box = (left, top, left + part[0], top + part[1])
    return Steps(tuple(float(side) for side in box), size)
