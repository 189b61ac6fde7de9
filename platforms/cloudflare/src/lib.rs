//! The image service on Cloudflare Workers.
