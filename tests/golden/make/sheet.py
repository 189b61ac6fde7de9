"""A contact sheet, to see at a glance that pictures are right way up and right coloured."""

from PIL import Image, ImageDraw, ImageFile, ImageOps

CELL = (200, 170)
COLUMNS = 8


def sheet(entries) -> Image.Image:
    """All pictures of (path, label), over grey chequers where they are transparent."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    Image.MAX_IMAGE_PIXELS = 70_000_000
    rows = -(-len(entries) // COLUMNS)
    page = Image.new("RGB", (CELL[0] * COLUMNS, CELL[1] * rows), (70, 70, 70))
    draw = ImageDraw.Draw(page)
    for index, (path, label) in enumerate(entries):
        x, y = index % COLUMNS * CELL[0], index // COLUMNS * CELL[1]
        draw.text((x + 4, y + CELL[1] - 14), label[:32], fill="white")
        try:
            image = ImageOps.exif_transpose(Image.open(path)).convert("RGBA")
        except Exception as error:  # damaged on purpose
            draw.text((x + 4, y + 60), type(error).__name__, fill="orange")
            continue
        image.thumbnail((CELL[0] - 8, CELL[1] - 22))
        if max(image.size) < 60:
            image = image.resize((image.width * 3, image.height * 3), Image.Resampling.NEAREST)
        page.paste(Image.new("RGB", image.size, (150, 110, 150)), (x + 4, y + 4))
        page.paste(image, (x + 4, y + 4), image)
    return page
