//! What a client asks of a runtime.

use std::time::Duration;

use http::{Request, Response};
use ureq::Agent;

/// Sends a `GET`.
///
/// # Errors
///
/// A sentence about what went wrong before there was an answer.
pub fn get(url: &str) -> Result<Response<Vec<u8>>, String> {
    send(Request::get(url).body(()).map_err(|error| error.to_string())?)
}

/// Sends a request. Redirects are not followed, and every status is an answer.
///
/// # Errors
///
/// A sentence about what went wrong before there was an answer.
pub fn send(request: Request<()>) -> Result<Response<Vec<u8>>, String> {
    send_within(request, Duration::from_secs(900))
}

/// The same for answers that must be complete after this time.
///
/// # Errors
///
/// As [`send`], and where the time is over.
pub fn send_within(request: Request<()>, time: Duration) -> Result<Response<Vec<u8>>, String> {
    let url = request.uri().to_string();
    let wrong = |error: ureq::Error| format!("{url}: {error}");
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .timeout_global(Some(time))
        .proxy(None)
        .build()
        .into();
    let mut response = agent.run(request).map_err(wrong)?;
    let body = response.body_mut().with_config().limit(1 << 30).read_to_vec().map_err(wrong)?;
    let (head, _) = response.into_parts();
    Ok(Response::from_parts(head, body))
}
