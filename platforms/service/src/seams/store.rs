//! Sources that are not fetched over HTTP: files of the host.

use super::fetch::{Failure, Fetch, FetchError};

/// Opens files of the host. The default has none.
pub trait Store: Fetch {
    /// Opens a file of the local origin: asked only where the configuration's [origin](crate::Origin) is a folder or
    /// the platform's own samples.
    ///
    /// `path` is decoded text that starts with a slash and holds no empty segment but perhaps the last, no `.` or `..`,
    /// no backslash and no control character.
    /// Links that lead out of the folder are refused by the platform. The answer carries the status (200, 404) and
    /// where known `Content-Length`, `Last-Modified` and `ETag`.
    async fn open(&self, path: &str) -> Result<http::Response<Self::Body>, Failure> {
        let _ = path;
        Err(FetchError::Failed.into())
    }
}
