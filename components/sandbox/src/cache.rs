//! Compiled code on disk, so that a later start does not compile.
//!
//! Compiled code is trusted: Wasmtime executes it. So it is only read from files that nobody but the process's own user can
//! write. The digest in front of it shows whether a file is complete. It does not show who wrote it, and does not protect
//! against whoever can act as that user.

use std::path::Path;

use wasmtime::Engine;
use wasmtime::component::Component;

use crate::SandboxError;

/// The component: from the folder if its code is there, else compiled and stored there.
#[cfg(not(unix))]
pub(crate) fn load(_: &Engine, _: &[u8], _: &Path) -> Result<Component, SandboxError> {
    // The owner of files is not known here.
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

    /// Bytes of the digest in front of the code.
    const DIGEST: usize = 32;

    /// The component: from the folder if its code is there, else compiled and stored there.
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
        // Code that cannot be used after all, because another build of Wasmtime made it, is made again.
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
        // SAFETY: the bytes must be what Wasmtime's compiler wrote. They are: `precompile_component` just returned them, or
        // they come from a file that only this process's user can write, under a name that depends on the component, the
        // compiler and its settings, and they have the digest that was written with them. They are in this process's
        // memory, so that nobody changes them after the digest was compared.
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

    /// Refuses a file that somebody else could have written.
    fn check(facts: &Metadata, path: &Path) -> Result<(), SandboxError> {
        let user = rustix::process::geteuid().as_raw();
        if facts.uid() != user || facts.mode() & 0o022 != 0 {
            return Err(SandboxError::Cache(format!(
                "{}: compiled code is only used where user {user} alone can write; set that owner and mode 700",
                path.display()
            )));
        }
        Ok(())
    }

    /// The code of a file, where it is complete.
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

    /// Writes to a temporary file and renames it, so that nobody ever reads half of it.
    fn write(folder: &Path, path: &Path, code: &[u8]) -> io::Result<()> {
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(&Sha256::digest(code))?;
        file.write_all(code)?;
        file.persist(path)?;
        Ok(())
    }

    /// SHA-256 as a `Hasher`.
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
