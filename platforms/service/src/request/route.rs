//! The routes that there are.

/// What a path asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route<'a> {
    /// `/health`.
    Health,
    /// `/ready`.
    Ready,
    /// With the rest of the path, `/` or empty where the source stands in `src`.
    Resize(&'a str),
    /// With the rest of the path, as for `Resize`.
    Info(&'a str),
}

impl<'a> Route<'a> {
    /// The route of a path, as it is in the request; `None` where nothing is.
    pub fn of(path: &'a str) -> Option<Self> {
        let below = |route| path.strip_prefix(route).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        match path {
            "/health" => Some(Route::Health),
            "/ready" => Some(Route::Ready),
            _ => below("/resize").map(Route::Resize).or_else(|| below("/info").map(Route::Info)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes() {
        for (path, route) in [
            ("/health", Some(Route::Health)),
            ("/ready", Some(Route::Ready)),
            ("/resize", Some(Route::Resize(""))),
            ("/resize/", Some(Route::Resize("/"))),
            ("/resize/a/b.jpg", Some(Route::Resize("/a/b.jpg"))),
            ("/resize//a", Some(Route::Resize("//a"))),
            ("/info/", Some(Route::Info("/"))),
            ("/info/a.jpg", Some(Route::Info("/a.jpg"))),
            ("/resized", None),
            ("/information", None),
            ("/health/", None),
            ("/ready/", None),
            ("/Resize/", None),
            ("/", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
    }
}
