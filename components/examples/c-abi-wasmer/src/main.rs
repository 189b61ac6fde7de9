//! The core module from Rust, with Wasmer: a compiler, used here for a core module.
//!
//! What a photo is, the photo smaller, and what an error looks like. `components/c-abi/edgepix.h` describes the functions.

use std::error::Error;

use wasmer::{Instance, Memory, Module, Store, Value, imports};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or("tests/golden/sources/photos/fig-3mp.jpg".into());
    let photo = std::fs::read(path)?;

    // Nothing is linked, as the module imports nothing.
    let mut store = Store::default();
    let module = Module::new(&store, std::fs::read("dist/edgepix.wasm")?)?;
    let instance = Instance::new(&mut store, &module, &imports! {})?;
    let memory = instance.exports.get_memory("memory")?.clone();
    let mut edgepix = Edgepix { store, instance, memory };

    let source = edgepix.put(&photo)?;
    let metadata = edgepix.call("edgepix_metadata", &source)?;
    println!("the photo: {}", String::from_utf8(edgepix.get("edgepix_result_json", metadata)?)?);

    // Options are written as in a URL.
    let query = edgepix.put(b"w=400&format=webp")?;
    let small = edgepix.call("edgepix_transform", &[source, query].concat())?;
    let made = String::from_utf8(edgepix.get("edgepix_result_json", small)?)?;
    println!("made: {made}");
    assert!(made.contains("\"width\":400,"));
    let webp = edgepix.get("edgepix_result_bytes", small)?;
    assert_eq!((edgepix.call("edgepix_result_error", &[small])?, &webp[8..12]), (0, &b"WEBP"[..]));

    // Results and buffers are freed when they are no longer needed.
    edgepix.call("edgepix_result_free", &[small])?;
    edgepix.call("edgepix_free", &query[..1])?;

    let query = edgepix.put(b"fit=covr")?;
    let refused = edgepix.call("edgepix_transform", &[source, query].concat())?;
    println!("refused: {}", String::from_utf8(edgepix.get("edgepix_result_json", refused)?)?);
    assert_eq!(edgepix.call("edgepix_result_error", &[refused])?, 1, "EDGEPIX_INVALID_PARAMETER");
    Ok(())
}

struct Edgepix {
    store: Store,
    instance: Instance,
    memory: Memory,
}

impl Edgepix {
    /// Calls a function that takes numbers and returns a number or nothing.
    fn call(&mut self, name: &str, numbers: &[u32]) -> Result<u32, Box<dyn Error>> {
        let function = self.instance.exports.get_function(name)?;
        let numbers: Vec<_> = numbers.iter().map(|number| Value::I32(*number as i32)).collect();
        let answer = function.call(&mut self.store, &numbers)?;
        Ok(answer.first().and_then(Value::i32).unwrap_or(0) as u32)
    }

    /// Copies bytes into a buffer of the module, and returns its address and length.
    fn put(&mut self, bytes: &[u8]) -> Result<[u32; 2], Box<dyn Error>> {
        let address = self.call("edgepix_allocate", &[bytes.len() as u32])?;
        self.memory.view(&self.store).write(address.into(), bytes)?;
        Ok([address, bytes.len() as u32])
    }

    /// Copies a result's bytes or JSON out of the module's memory.
    fn get(&mut self, name: &str, result: u32) -> Result<Vec<u8>, Box<dyn Error>> {
        let address = self.call(name, &[result])?;
        let mut bytes = vec![0; self.call(&format!("{name}_length"), &[result])? as usize];
        self.memory.view(&self.store).read(address.into(), &mut bytes)?;
        Ok(bytes)
    }
}
