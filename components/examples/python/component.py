"""The component from Python: what a photo is, the photo smaller, and what an error looks like.

    pip install wasmtime==50.0.1
    python components/examples/python/component.py [PHOTO]
"""

import sys

from wasmtime import Engine, Store
from wasmtime.component import Component, Linker, Record, Variant


class Fields(Record):
    """A record of WIT. A field that is left out is None, which an `option` may be."""

    def __init__(self, **fields):
        self.__dict__.update(fields)

    def __getattr__(self, name):
        return None


def main(path="tests/golden/sources/photos/fig-3mp.jpg"):
    photo = open(path, "rb").read()

    # Compile the component and make an instance. Nothing is linked, as it imports nothing.
    engine = Engine()
    store = Store(engine)
    component = Component.from_file(engine, "dist/image-processor.wasm")
    instance = Linker(engine).instantiate(store, component)
    pipeline = instance.get_export_index(store, "edgepix:pipeline/pipeline@0.2.0")

    def call(name, *arguments):
        function = instance.get_func(store, instance.get_export_index(store, name, pipeline))
        return function(store, *arguments)

    # A `result` of WIT comes back as its content: a resource or a record, or the variant of the error.
    source = call("[static]source.open", photo, Fields())
    metadata = call("[method]source.metadata", source)
    print(f"{path}: {metadata.width} × {metadata.height} {metadata.format}, {getattr(metadata, 'size-bytes')} bytes")

    options = Fields(width=400, format="webp")
    small = call("[method]source.transform", source, options)
    print(f"made: {small.width} × {small.height} {small.format}, {len(small.bytes)} bytes")
    assert small.width == 400 and small.bytes[8:12] == b"WEBP"
    # The component frees the photo's memory.
    source.drop(store)

    # The same with less memory than it takes: refused before a pixel is decoded.
    source = call("[static]source.open", photo, Fields(memory=100_000))
    error = call("[method]source.transform", source, options)
    assert isinstance(error, Variant) and error.tag == "too-large"
    print(f"refused: {error.tag}: {error.payload.message} ({error.payload.actual} > {error.payload.limit})")


main(*sys.argv[1:])
