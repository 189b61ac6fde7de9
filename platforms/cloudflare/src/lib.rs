//! The image service on Cloudflare Workers.
//!
//! An isolate serves many requests side by side in one instance of this module, which `worker.mjs` starts and, should
//! it ever trap, replaces. The instance reads its configuration from the bindings of its first request.

mod convert;
mod platform;

use std::sync::OnceLock;

use edgepix_service::{Config, ConfigError, Defaults, Linked, RequestId, Service, misconfigured};
use worker::js_sys::{Object, Reflect};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Context, Env, event, web_sys};

use crate::platform::Host;

/// Bytes that all jobs of an isolate together may plan for. The module's memory ends at 104 MiB (`build.rs`); the rest is
/// for what it holds before any job, and for gaps: an instance that has served many requests, several at a time, has
/// no large piece of memory left in one. With 80 of 96 MiB the largest jobs did not always find room.
const MEMORY_BUDGET: u64 = 64 << 20;

/// What a job may plan for: the 30 seconds of processor time that a paid plan gives to a request.
const WORK: u64 = 30_000 * Defaults::WORK_A_MILLISECOND;

static SERVICE: OnceLock<Result<Service, ConfigError>> = OnceLock::new();

#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, context: Context) -> worker::Result<web_sys::Response> {
    let url = request.url();
    let mut request = convert::request(&request)?;
    let ray = request.headers().get("cf-ray").and_then(|ray| RequestId::new(ray.to_str().ok()?));
    let id = RequestId::assign(&mut request, || ray);
    let answer = match SERVICE.get_or_init(|| configure(&env)) {
        Ok(service) => {
            let host = Host::new(context, &url, id);
            let answer = service.answer(&host, &Linked, request).await;
            if let Some(refresh) = answer.refresh {
                let this = host.clone();
                host.behind(async move { service.refresh(&this, &Linked, refresh).await });
            }
            answer.response
        }
        Err(error) => misconfigured(error, &request),
    };
    convert::response(answer)
}

fn configure(env: &Env) -> Result<Service, ConfigError> {
    let defaults = Defaults { work: WORK, ..Defaults::isolate(MEMORY_BUDGET) };
    Config::from_lookup(|name| binding(env, name), &defaults).map(Service::new)
}

/// A variable or a secret. What is no text in `wrangler.toml` (`EDGEPIX_DEBUG = 1`) is read as if it were, so that it
/// is either understood or refused by name.
fn binding(env: &Env, name: &str) -> Option<String> {
    let value = Reflect::get(env, &JsValue::from_str(name)).ok()?;
    if value.is_undefined() || value.is_null() {
        return None;
    }
    Some(value.as_string().unwrap_or_else(|| value.unchecked_into::<Object>().to_string().into()))
}
