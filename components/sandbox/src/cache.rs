//! Compiled code on disk, so that a start need not compile.
//!
//! Compiled code is trusted: Wasmtime maps it and jumps into it. So it is only read from files that nobody but the
//! process's own user can write. The digest in front of it tells a file that is whole from one that is not; it does not
//! tell who wrote it, and nobody is kept out who may act as that user.

use std::path::Path;

use wasmtime::Engine;
use wasmtime::component::Component;

use crate::SandboxError;

/// The component, from the folder if its code is there, else compiled and put there.
#[cfg(not(unix))]
pub(crate) fn load(_: &Engine, _: &[u8], _: &Path) -> Result<Component, SandboxError> {
    // Whose files they are cannot be told.
    Err(SandboxError::Cache("compiled code is kept on Unix systems only".to_owned()))
}

#[cfg(unix)]
pub(crate) use unix::load;

#[cfg(unix)]
mod unix {
    use std::fs::{self, DirBuilder, File, Metadata};
    use std::hash::{Hash, Hasher};
    use std::io::{self, ErrorKind, Read, Write};
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};

    use sha2::{Digest, Sha256};
    use tempfile::NamedTempFile;

    use super::*;

    /// Bytes of the digest that stands in front of the code.
    const DIGEST: usize = 32;

    /// The component, from the folder if its code is there, else compiled and put there.
    pub(crate) fn load(engine: &Engine, component: &[u8], folder: &Path) -> Result<Component, SandboxError> {
        let unusable = |error: io::Error| SandboxError::Cache(format!("{}: {error}", folder.display()));
        DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unusable)?;
        check(&fs::metadata(folder).map_err(unusable)?, folder)?;

        let path = folder.join(format!("{}.cwasm", key(engine, component)));
        let code = match File::open(&path) {
            Ok(file) => {
                check(&file.metadata().map_err(unusable)?, &path)?;
                read(file).map_err(unusable)?
            }
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(unusable(error)),
        };
        // Code that does not fit after all, as another build of Wasmtime made it, is made anew.
        if let Some(component) = code.and_then(|code| deserialize(engine, &code).ok()) {
            return Ok(component);
        }
        let unfit = crate::sandbox::unfit;
        let code = engine.precompile_component(component).map_err(unfit)?;
        write(folder, &path, &code).map_err(unusable)?;
        deserialize(engine, &code).map_err(unfit)
    }

    /// The code as a component.
    #[allow(unsafe_code, reason = "compiled code cannot be checked, only trusted")]
    fn deserialize(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
        // SAFETY: the bytes must be what Wasmtime's compiler wrote. They are: `precompile_component` returned them just
        // now, or they come from a file that this process's user alone can write, under a name that is made of the
        // component, the compiler and its settings, and they have the digest that was written with them. They are in
        // this process's memory, so that nobody changes them after the look at the digest.
        unsafe { Component::deserialize(engine, code) }
    }

    /// A name for the component's bytes, compiled by this Wasmtime with these settings for this machine.
    fn key(engine: &Engine, component: &[u8]) -> String {
        let mut hasher = Sha256Hasher(Sha256::new());
        engine.precompile_compatibility_hash().hash(&mut hasher);
        let mut digest = hasher.0;
        digest.update(Sha256::digest(component));
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Refuses what anybody else could have written.
    fn check(facts: &Metadata, path: &Path) -> Result<(), SandboxError> {
        let user = rustix::process::geteuid().as_raw();
        if facts.uid() != user || facts.mode() & 0o022 != 0 {
            return Err(SandboxError::Cache(format!(
                "{}: compiled code is only taken from where user {user} alone can write; make it theirs, with mode 700",
                path.display()
            )));
        }
        Ok(())
    }

    /// The code of a file that is whole.
    fn read(mut file: File) -> io::Result<Option<Vec<u8>>> {
        let mut digest = [0; DIGEST];
        let mut code = Vec::new();
        match file.read_exact(&mut digest) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        file.read_to_end(&mut code)?;
        Ok((Sha256::digest(&code)[..] == digest).then_some(code))
    }

    /// Writes the file beside its place and moves it there, so that nobody ever sees half of it.
    fn write(folder: &Path, path: &Path, code: &[u8]) -> io::Result<()> {
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(&Sha256::digest(code))?;
        file.write_all(code)?;
        file.persist(path)?;
        Ok(())
    }

    /// SHA-256 where a `Hasher` is asked for.
    struct Sha256Hasher(Sha256);

    impl Hasher for Sha256Hasher {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }

        fn finish(&self) -> u64 {
            let digest = self.0.clone().finalize();
            digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
        }
    }
}
