//! A folder as origin. Nothing outside it is read, whatever links and names there are inside.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use edgepix_service::ConfigError;
use http::{Response, StatusCode, header};
use tokio::task::spawn_blocking;

/// A folder whose files are sources.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    /// Canonical, so that a path below it starts with it.
    root: PathBuf,
}

impl Folder {
    /// Takes a folder, which must exist.
    pub(crate) fn new(path: &Path) -> Result<Self, ConfigError> {
        let wrong = |message| ConfigError { name: "EDGEPIX_ORIGIN", message };
        let shown = path.display();
        let root = fs::canonicalize(path).map_err(|error| {
            wrong(format!("must be a URL or a folder; `{shown}` cannot be read: {error}."))
        })?;
        if !root.is_dir() {
            return Err(wrong(format!("must be a URL or a folder; `{shown}` is a file.")));
        }
        // A folder that may not be entered would answer each request with a 404.
        fs::metadata(root.join(".")).map_err(|error| {
            wrong(format!("must be a folder that the server's user may enter; `{shown}` cannot be: {error}."))
        })?;
        Ok(Self { root })
    }

    /// Opens a file: a 200 with its length and date, or a 404 where it cannot be had. The reason is not
    /// given: it would show what exists.
    pub(crate) async fn open(&self, path: &str) -> io::Result<Response<Option<File>>> {
        let (folder, wanted) = (self.clone(), path.to_owned());
        match spawn_blocking(move || folder.find(&wanted)).await? {
            Ok((file, metadata)) => Ok(found(file, &metadata)),
            Err(error) if is_absence(&error) => {
                if error.kind() == ErrorKind::PermissionDenied {
                    tracing::warn!(path, "the origin's file may not be read by the server's user: {error}");
                }
                let mut response = Response::new(None);
                *response.status_mut() = StatusCode::NOT_FOUND;
                Ok(response)
            }
            Err(error) => Err(error),
        }
    }

    fn find(&self, path: &str) -> io::Result<(File, Metadata)> {
        let mut full = self.root.clone();
        for segment in path.strip_prefix('/').unwrap_or(path).split('/') {
            // A drive letter, for one, would replace the whole path when it is joined.
            let mut components = Path::new(segment).components();
            let plain = matches!(components.next(), Some(Component::Normal(name)) if name == segment);
            if !plain || components.next().is_some() {
                return Err(ErrorKind::NotFound.into());
            }
            full.push(segment);
        }
        let real = fs::canonicalize(full)?;
        let inside = real.strip_prefix(&self.root).map_err(|_| io::Error::from(ErrorKind::NotFound))?;
        // Also where a link with a harmless name leads to it.
        if inside.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b".")) {
            return Err(ErrorKind::NotFound.into());
        }
        // Before it is opened: opening a pipe waits until somebody writes to it.
        if !fs::metadata(&real)?.is_file() {
            return Err(ErrorKind::NotFound.into());
        }
        let file = File::open(&real)?;
        let metadata = file.metadata()?;
        Ok((file, metadata))
    }
}

/// The head for a file. Date and length make a *weak* entity tag: two changes within the date's resolution leave it
/// as it is, so that the service hashes the bytes instead.
fn found(file: File, metadata: &Metadata) -> Response<Option<File>> {
    let mut response = Response::new(Some(file));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, metadata.len().into());
    let since_1970 = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).ok();
    let modified = metadata.modified().ok().and_then(|time| Some((time, since_1970(time)?)));
    if let Some((time, since)) = modified {
        let tag = format!("W/\"{:x}-{:x}\"", since.as_nanos(), metadata.len());
        let fields = [(header::LAST_MODIFIED, httpdate::fmt_http_date(time)), (header::ETAG, tag)];
        headers.extend(fields.into_iter().filter_map(|(name, value)| Some((name, value.try_into().ok()?))));
    }
    response
}

/// Whether an error means that there is no such file, rather than that reading it failed.
fn is_absence(error: &io::Error) -> bool {
    use ErrorKind::{InvalidFilename, InvalidInput, IsADirectory, NotADirectory, NotFound, PermissionDenied};
    let kinds = [NotFound, PermissionDenied, NotADirectory, IsADirectory, InvalidFilename, InvalidInput];
    // A link to itself has no stable kind yet: ELOOP.
    kinds.contains(&error.kind()) || (cfg!(unix) && error.raw_os_error() == Some(ELOOP))
}

const ELOOP: i32 = if cfg!(target_os = "linux") { 40 } else { 62 };
