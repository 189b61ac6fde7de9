//! An answer that nothing fresh is stored of: the stored one is revalidated, or it is made.

use bytes::Bytes;
use edgepix_core::{Blame, Error, Format};
use http::Response;

use super::Service;
use super::deadline::Deadline;
use super::image::Prepared;
use super::stale::Wanted;
use crate::answer::etag::Validator;
use crate::answer::freshness::SHORT;
use crate::answer::problem::{self, is_unstorable, unstorable};
use crate::answer::response::{CacheStatus, Representation, server_timing};
use crate::cache::stored::{Head, StoredResponse};
use crate::request::ImageRequest;
use crate::seams::{CacheError, Engine, Event, FetchTimer, Platform, report, unix};
use crate::source::fetch::{Opened, OriginResponse, SourceReader};

/// All that an answer is made with.
pub(super) struct Making<'a, P: Platform, E> {
    pub(super) service: &'a Service,
    pub(super) platform: &'a P,
    pub(super) engine: &'a E,
    pub(super) wanted: &'a Wanted,
    pub(super) asked: &'a ImageRequest,
    pub(super) deadline: Deadline,
    /// What is stored, and past its life.
    pub(super) stored: Option<&'a StoredResponse>,
    /// Where the answer is to be stored, if this request is the one to do so.
    pub(super) slot: Option<P::Slot>,
}

impl<P: Platform, E: Engine> Making<'_, P, E> {
    /// Asks the origin, and answers.
    pub(super) async fn answer(mut self) -> Result<Response<Bytes>, Error> {
        let answer = self.revalidate().await;
        if let Err(error) = &answer {
            self.fail(error).await;
        }
        answer
    }

    /// Gives the stored answer a new life if its source has not changed, else makes a new one.
    async fn revalidate(&mut self) -> Result<Response<Bytes>, Error> {
        let Self { service: Service { config, .. }, platform, asked, deadline, .. } = *self;
        let reader = SourceReader { platform, config, deadline: &deadline };
        let fetching = FetchTimer::start(platform);
        let known = self.stored.and_then(|stored| Some((stored, stored.head.provenance.as_ref()?)));
        let source = match known.filter(|(_, provenance)| provenance.is_current()) {
            None => reader.open(&asked.location).await?,
            Some((stored, provenance)) => match reader.revalidate(&asked.location, provenance).await? {
                Opened::Source(source) => *source,
                Opened::Unchanged(terms) => {
                    drop(fetching);
                    let now = platform.wall();
                    let renewed = stored.renewed(terms, config.ttl, now);
                    let response = self.wanted.stored(asked, &renewed, CacheStatus::Unchanged, now);
                    self.keep(&renewed, true).await;
                    return Ok(response);
                }
            },
        };
        let is_kept_to_itself = source.freshness.lifetime.is_none();
        let made = self.make(&reader, source, fetching).await;
        made.map_err(|error| if is_kept_to_itself { unstorable(error) } else { error })
    }

    /// Makes the answer of a source.
    async fn make(
        &mut self,
        reader: &SourceReader<'_, P>,
        source: OriginResponse<P::Body>,
        fetching: FetchTimer<'_, P>,
    ) -> Result<Response<Bytes>, Error> {
        let Self {
            service: Service { config, budget, .. }, platform, engine, wanted, asked, deadline, ..
        } = *self;
        let conditions = &wanted.conditions;
        let (origin_tag, last_modified) = (source.etag.clone(), source.last_modified);
        let (mut freshness, mut provenance) = (source.freshness, source.provenance.clone());
        let representation = Representation {
            request: asked,
            last_modified,
            freshness,
            cache: if self.stored.is_some() { CacheStatus::Changed } else { CacheStatus::Miss },
            age: None,
            left: asked.left(unix(platform.wall())),
            dropped: "",
        };
        if let Some(tag) = &origin_tag {
            let possible = asked.possible_etags(Validator::Tag(tag), config);
            if let Some(etag) = conditions.settle(&possible, last_modified) {
                return Ok(representation.not_modified(etag));
            }
        }

        let memory = budget.reserve(0)?;
        let bytes = reader.read(source, &memory).await?;
        let fetch_took = fetching.end(bytes.len() as u64);
        if Format::sniff(&bytes).is_some_and(|format| format.is_cut(&bytes)) {
            // The rest may come: the whole source is asked for again, soon.
            (freshness, provenance) = (freshness.at_most(SHORT), None);
        }

        let prepared = Prepared::new(asked, engine, bytes.clone(), config, &memory).await?;
        let content = prepared.content();
        let dropped = prepared.dropped().to_string();
        let representation = Representation { freshness, dropped: &dropped, ..representation };
        let validator = origin_tag.as_deref().map_or(Validator::Bytes(&bytes), Validator::Tag);
        let etag = asked.etag(prepared.transform(), validator);
        if let Some(settled) = representation.settled_by(conditions, &etag) {
            return Ok(settled);
        }
        if wanted.head {
            return Ok(representation.ok(&etag, content, Bytes::new()));
        }

        // The engine has the last of it.
        drop(bytes);
        let time_left = deadline.left(platform)?;
        let transform_began = platform.monotonic();
        let body = prepared.finish(engine, time_left).await?;
        let transform_took = platform.monotonic().saturating_sub(transform_began);

        let mut response = representation.ok(&etag, content, memory.kept_by(body.clone()));
        if config.debug {
            server_timing(&mut response, &[("fetch", fetch_took), ("transform", transform_took)]);
        }
        let stored_at = unix(platform.wall());
        let head = Head { content, etag, last_modified, stored_at, freshness, dropped, provenance };
        self.keep(&StoredResponse { head, body }, false).await;
        Ok(response)
    }

    /// Stores an answer, if its origin lets it be stored. `same`: whether its body is stored already.
    async fn keep(&mut self, answer: &StoredResponse, same: bool) {
        let Some(slot) = self.slot.take() else { return };
        let platform = self.platform;
        self.report(match (answer.kept().is_zero(), same) {
            (true, _) => platform.give_up(slot, None, self.stored.is_some()).await,
            (false, true) => platform.renew(slot, answer).await,
            (false, false) => platform.fill(slot, answer).await,
        });
    }

    /// Tells those who wait for the same answer of an error that they would meet too. What has to do with this request alone,
    /// as its time or the load, lets the next of them try.
    async fn fail(&mut self, error: &Error) {
        let Some(slot) = self.slot.take_if(|_| error.kind.blame() != Blame::Service) else { return };
        // A failure of the origin says nothing about what is stored.
        let outdated = self.stored.is_some() && problem::status(error.kind).is_client_error();
        let shared = (!is_unstorable(error)).then_some(error);
        self.report(self.platform.give_up(slot, shared, outdated).await);
    }

    fn report(&self, stored: Result<(), CacheError>) {
        if let Err(error) = stored {
            report(self.platform, self.service.config.log, &Event::CacheFailed(&error));
        }
    }
}
