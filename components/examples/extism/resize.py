"""The core module in Extism: what a photo is, the photo smaller, and what an error looks like.

    pip install extism==1.1.1
    python components/examples/extism/resize.py [PHOTO]
"""

import json
import sys

import extism


def main(path="tests/golden/sources/photos/fig-3mp.jpg"):
    photo = open(path, "rb").read()

    # The core module, and the module that has Extism's calls for it.
    modules = [
        {"path": "dist/edgepix.wasm", "name": "edgepix"},
        {"path": "dist/edgepix-extism.wasm", "name": "main"},
    ]
    edgepix = extism.Plugin({"wasm": modules})

    metadata = json.loads(edgepix.call("metadata", photo))
    print(f"{path}: {metadata['width']} × {metadata['height']} {metadata['format']}, {metadata['sizeBytes']} bytes")

    # Options are JSON, or as in a URL. They end with the line.
    options = {"width": 400, "format": "webp"}
    webp = edgepix.call("resize", json.dumps(options).encode() + b"\n" + photo)
    made = json.loads(edgepix.call("metadata", webp))
    print(f"made: {made['width']} × {made['height']} {made['format']}, {made['sizeBytes']} bytes")
    assert made["width"] == 400 and made["format"] == "webp"
    assert edgepix.call("resize", b"w=400&format=webp\n" + photo) == webp

    try:
        edgepix.call("resize", b"fit=covr")
    except extism.Error as error:
        why = json.loads(str(error))
        print(f"refused: {why['detail']}")
        assert why["type"] == "urn:edgepix:error:invalid-parameter" and why["parameter"] == "fit"
    else:
        raise AssertionError("an option that there is not must be refused")


main(*sys.argv[1:])
