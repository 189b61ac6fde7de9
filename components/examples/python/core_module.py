"""The core module from Python: what a photo is, the photo smaller, and what an error looks like.

    pip install wasmtime==50.0.1
    python components/examples/python/core_module.py [PHOTO]

`components/c-abi/edgepix.h` describes the functions.
"""

import json
import sys

from wasmtime import Engine, Instance, Module, Store


class Edgepix:
    """An instance of the module. Nothing is linked, as it imports nothing."""

    def __init__(self, path):
        engine = Engine()
        self.store = Store(engine)
        self.exports = Instance(self.store, Module.from_file(engine, path), []).exports(self.store)

    def ask(self, name, *inputs):
        """Calls a function that takes buffers; gives the error's number, the image's bytes, and what the JSON says."""
        buffers = [self.put(data) for data in inputs]
        result = self.call(name, *(number for buffer in buffers for number in buffer))
        error = self.call("edgepix_result_error", result)
        image, text = (self.get(name, result) for name in ("edgepix_result_bytes", "edgepix_result_json"))
        # Results and buffers are freed when they are no longer needed.
        self.call("edgepix_result_free", result)
        for address, _ in buffers:
            self.call("edgepix_free", address)
        return error, image, json.loads(text)

    def put(self, data):
        address = self.call("edgepix_allocate", len(data))
        self.exports["memory"].write(self.store, data, address)
        return address, len(data)

    def get(self, name, result):
        address, length = self.call(name, result), self.call(f"{name}_length", result)
        return self.exports["memory"].read(self.store, address, address + length)

    def call(self, name, *numbers):
        # Wasmtime gives numbers of 32 bits a sign, which addresses do not have.
        return (self.exports[name](self.store, *numbers) or 0) & 0xFFFF_FFFF


def main(path="tests/golden/sources/photos/fig-3mp.jpg"):
    photo = open(path, "rb").read()
    edgepix = Edgepix("dist/edgepix.wasm")

    _, _, metadata = edgepix.ask("edgepix_metadata", photo)
    print(f"{path}: {metadata['width']} × {metadata['height']} {metadata['format']}, {metadata['sizeBytes']} bytes")

    options = {"width": 400, "format": "webp"}
    error, webp, made = edgepix.ask("edgepix_transform", photo, json.dumps(options).encode())
    print(f"made: {made['width']} × {made['height']} {made['format']}, {len(webp)} bytes")
    assert error == 0 and made["width"] == 400 and webp[8:12] == b"WEBP"

    # The same with less memory than it takes: refused before a pixel is decoded.
    edgepix.ask("edgepix_set_limits", b'{"memory":100000}')
    error, _, why = edgepix.ask("edgepix_transform", photo, json.dumps(options).encode())
    assert error == 5, "EDGEPIX_TOO_LARGE"
    print(f"refused: {why['detail']} ({why['actual']} > {why['limit']})")


main(*sys.argv[1:])
