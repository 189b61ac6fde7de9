//! The source itself, for a page of the host's own that shows it beside a result. No route of the service leads here.

use bytes::Bytes;
use edgepix_core::{Error, Kind};
use http::{HeaderValue, Method, Request, Response, header};

use super::Service;
use super::deadline::Deadline;
use crate::answer::problem;
use crate::answer::response::CommonHeaders;
use crate::cache::stored::Content;
use crate::request::ImageRequest;
use crate::seams::{Engine, Platform, unix};
use crate::source::fetch::SourceReader;

impl Service {
    /// Where a page finds originals: this path, then the source as in `/resize/`.
    pub const ORIGINALS: &str = "/original/";

    /// Answers a request for a source as it came from the origin, to a page that this host serves itself. Hosts without such a
    /// page do not call it.
    ///
    /// What the configuration allows as a source, and its limits, hold as for `/info/`. Only bytes whose header is that of
    /// an image that is read are given, under its media type, and only where the browser says that a page of the same
    /// origin asks (`Sec-Fetch-Site`): no other site can show or read them.
    pub async fn original<P: Platform, E: Engine>(
        &self,
        platform: &P,
        engine: &E,
        request: Request<()>,
    ) -> Response<Bytes> {
        let headers = CommonHeaders::for_request(&request);
        let answer = self.source_itself(platform, engine, &request).await;
        let mut response = headers.apply(answer.unwrap_or_else(|error| problem::response(&error, None)));
        let headers = response.headers_mut();
        headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
        headers.remove(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        response
    }

    async fn source_itself<P: Platform, E: Engine>(
        &self,
        platform: &P,
        engine: &E,
        request: &Request<()>,
    ) -> Result<Response<Bytes>, Error> {
        let config = &self.config;
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(Error::new(Kind::MethodNotAllowed, "Only GET and HEAD are answered."));
        }
        if request.headers().get("sec-fetch-site").is_none_or(|site| site != "same-origin") {
            return Err(Error::new(Kind::SourceRefused, "Originals are for this server's own page."));
        }
        // With the slash in front, as in the other routes.
        let path = request.uri().path().get(Self::ORIGINALS.len() - 1..).unwrap_or_default();
        let asked = ImageRequest::info(path, request, config, unix(platform.wall()))?;
        let mut deadline = Deadline::start(platform, config);
        deadline.fetch_starts(platform, config)?;
        let reader = SourceReader { platform, config, deadline: &deadline };
        let source = reader.open(&asked.location).await?;
        let memory = self.budget.reserve(0)?;
        let bytes = reader.read(source, &memory).await?;
        let metadata = engine.describe(memory.held_by(bytes.clone()), &config.limits).await?;

        let mut response = Response::new(memory.kept_by(bytes));
        let media_type = HeaderValue::from_static(Content::Image(metadata.format).media_type());
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        Ok(response)
    }
}
