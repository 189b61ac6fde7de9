"""The component from Python: what a photo is, the photo smaller, and what an error looks like.

    pip install wasmtime==50.0.1
    python components/examples/python/resize.py [PHOTO]
"""

import sys

from wasmtime import Engine, Store
from wasmtime.component import Component, Linker, Record, Variant


class Fields(Record):
    """A record of WIT's. What is left out is None, as an `option` may be."""

    def __init__(self, **fields):
        self.__dict__.update(fields)

    def __getattr__(self, name):
        return None


def main(path="tests/golden/sources/photos/fig-3mp.jpg"):
    photo = open(path, "rb").read()

    # Compile the component, and make an instance. Nothing is linked, as it imports nothing.
    engine = Engine()
    store = Store(engine)
    component = Component.from_file(engine, "dist/image-processor.wasm")
    instance = Linker(engine).instantiate(store, component)
    pipeline = instance.get_export_index(store, "edgepix:pipeline/pipeline@0.1.0")

    def call(name, *arguments):
        function = instance.get_func(store, instance.get_export_index(store, name, pipeline))
        return function(store, *arguments)

    # A `result` of WIT's comes back as what is in it: a record, or the variant of the error.
    facts = call("get-metadata", photo)
    print(f"{path}: {facts.width} × {facts.height} {facts.format}, {getattr(facts, 'size-bytes')} bytes")

    options = Fields(width=400, format="webp", enlarge=False, lossless=False)
    small = call("resize", photo, options, Fields())
    print(f"made: {small.width} × {small.height} {small.format}, {len(small.bytes)} bytes")
    assert small.width == 400 and small.bytes[8:12] == b"WEBP"

    # The same with less memory than it takes: refused before a pixel is decoded.
    error = call("resize", photo, options, Fields(memory=100_000))
    assert isinstance(error, Variant) and error.tag == "too-large"
    print(f"refused: {error.tag}: {error.payload.message} ({error.payload.actual} > {error.payload.limit})")


main(*sys.argv[1:])
