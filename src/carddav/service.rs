//! The use cases of address-book programs: properties of resources (PROPFIND), and the reports of RFC 6352 and RFC
//! 6578.

use std::sync::Arc;

use super::answer::{self, Failure, Refusal};
use super::book::{Book, ChangedCards};
use super::filter::Filter;
use super::multistatus::{MissingCards, Multistatus, Transmission, response};
use super::request::{Props, Report};
use super::resource::{Resource, State};
use super::{CardDav, MOST, SYNC_PAGE};
use crate::audit::Trace;
use crate::changes::{self, FeedPosition, Token};
use crate::directory::count_views;
use crate::directory::formats::{Export, visibility_key};
use crate::error::{Error, ProblemCode};
use crate::policy::Principal;
use crate::service::Service as _;

/// The prefix of a sync token, which must be a URI (RFC 6578, 3.2).
const TOKEN: &str = "urn:portal:sync:";

impl CardDav {
    /// The address book for a reader.
    pub(super) async fn book(&self, reader: &Arc<Principal>) -> Result<Book, Error> {
        let words = Arc::new(self.directory.words(reader.language).await?);
        let db = self.foundation().db.clone();
        Ok(Book { db, viewer: Arc::clone(reader), words, lane: self.lane.clone() })
    }

    /// Counts cards against the reader's quota of exports, and records them.
    ///
    /// # Errors
    /// 429 where the quota of the day has not so many left.
    pub(super) async fn record_cards(
        &self,
        reader: &Arc<Principal>,
        trace: impl Into<Trace>,
        cards: usize,
    ) -> Result<(), Error> {
        let rows = u32::try_from(cards).unwrap_or(u32::MAX);
        let export = Export { format: "carddav", rows, parameters: Vec::new(), is_file: false };
        self.directory.record_export(Arc::clone(reader), trace, export).await
    }

    /// Properties of a resource, and of those in it where `below` says so.
    ///
    /// # Errors
    /// 404 for a card that the reader does not see; 507 where the book has too many cards; 429 where several large
    /// answers are under way.
    pub(super) async fn propfind(
        &self,
        reader: &Arc<Principal>,
        resource: Resource,
        below: bool,
        props: Props,
    ) -> Result<Transmission, Failure> {
        let book = self.book(reader).await?;
        let state = self.state(reader, &book).await?;
        let (first, ids, missing) = match (resource, below) {
            (Resource::Home, true) => {
                let resources = [Resource::Home, Resource::Principal, Resource::Book];
                let first: String = resources.iter().map(|&resource| response(resource, &state, &props)).collect();
                (first, Vec::new(), MissingCards::Reported)
            }
            (Resource::Book, true) => {
                let ids = book.all().await?.ok_or(Refusal::TooMany)?;
                (response(resource, &state, &props), ids, MissingCards::Omitted)
            }
            (Resource::Card(id), _) => {
                book.contact(id).await?;
                (String::new(), vec![id], MissingCards::Omitted)
            }
            _ => (response(resource, &state, &props), Vec::new(), MissingCards::Reported),
        };
        // PROPFIND does not give the card itself (RFC 6352, 10.4).
        let answer = Multistatus { first, ids, ..Multistatus::of(props.without_data(), missing) };
        Ok(answer.admitted(&self.lane, reader.user_id)?.for_reader(book)?)
    }

    /// Cards by name, by a search, or those that changed.
    ///
    /// # Errors
    /// 403 for an invalid sync token; 429 where several large answers are under way, or a limit of the day is used up.
    pub(super) async fn report(
        &self,
        reader: &Arc<Principal>,
        trace: impl Into<Trace>,
        report: Report,
    ) -> Result<Transmission, Failure> {
        let is_search = matches!(&report, Report::Query { filter, .. } if filter.reveals_values());
        // The number of cards that a search finds is known only afterwards. Its reader has few searches in progress, so
        // room for one is enough.
        let room = if is_search { self.directory.reserve_views(reader, 1)? } else { None };
        let book = self.book(reader).await?;
        let answer = match report {
            Report::Multiget { props, hrefs } => named(props, &hrefs),
            Report::Query { props, filter, limit } => self.search(&book, props, filter, limit).await?,
            Report::Sync { props, token, limit } => self.changed(&book, props, token.as_deref(), limit).await?,
        };
        // Before anything is counted: a refused answer costs nothing.
        let answer = answer.admitted(&self.lane, reader.user_id)?;
        let recorded = match answer.props.data() {
            Some(_) => Some(self.record_cards(reader, trace, answer.ids.len()).await),
            None => None,
        };
        // Without the cards, a search reveals something of each card that it finds, or of one if it finds none.
        let is_taken = matches!(recorded, Some(Ok(())));
        count_views(room, if is_taken { 1 } else { answer.ids.len().max(1) });
        recorded.transpose()?;
        Ok(answer.for_reader(book)?)
    }

    /// The cards that match a filter. A search is as much work as a large answer, however few cards it finds.
    async fn search(
        &self,
        book: &Book,
        props: Props,
        filter: Filter,
        limit: Option<usize>,
    ) -> Result<Multistatus, Error> {
        let under_way = Some(self.lane.stream(book.viewer.user_id)?);
        let (ids, may_be_more) = book.matching(filter, limit.unwrap_or(MOST).min(MOST)).await?;
        let mut answer = Multistatus { ids, under_way, ..Multistatus::of(props, MissingCards::Omitted) };
        if may_be_more {
            answer.last = answer::truncated(&Resource::Book.href());
        }
        Ok(answer)
    }

    /// The cards that changed since a sync token; all cards without one.
    async fn changed(
        &self,
        book: &Book,
        props: Props,
        token: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Multistatus, Failure> {
        let visibility = visibility_key(&book.viewer);
        let place = match token.map(|token| token.strip_prefix(TOKEN).unwrap_or_default()) {
            None => self.read(changes::beginning).await?,
            Some(token) => match FeedPosition::open(&self.cursors, &visibility, token) {
                Token::Good(place) => place,
                Token::Stale | Token::Foreign => return Err(Refusal::SyncToken.into()),
            },
        };
        let limit = i64::from(limit.unwrap_or(SYNC_PAGE).min(SYNC_PAGE));
        let ChangedCards { ids, next, is_full } = match book.changed(place, limit).await {
            Err(error) if error.refusal() == Some(ProblemCode::ChangesForgotten) => {
                return Err(Refusal::SyncToken.into());
            }
            read => read?,
        };
        // A program that reads for the first time has no cards that could be gone.
        let missing = if place.is_first_reading() { MissingCards::Omitted } else { MissingCards::Reported };
        let mut answer = Multistatus { ids, ..Multistatus::of(props, missing) };
        if is_full {
            answer.last = answer::truncated(&Resource::Book.href());
        }
        answer.last += &answer::sync_token(&format!("{TOKEN}{}", next.seal(&self.cursors, &visibility)?));
        Ok(answer)
    }

    async fn state(&self, reader: &Principal, book: &Book) -> Result<State, Error> {
        let (visibility, place) = (visibility_key(reader), book.present().await?);
        Ok(State {
            name: self.community.name_in(reader.language).to_owned(),
            reader: reader.name.clone(),
            tag: place.tag(&self.cursors, &visibility),
            token: format!("{TOKEN}{}", place.seal(&self.cursors, &visibility)?),
        })
    }
}

/// The cards with these addresses; another address is answered as not found.
fn named(props: Props, hrefs: &[String]) -> Multistatus {
    let mut answer = Multistatus::of(props, MissingCards::Reported);
    for href in hrefs {
        match Resource::of(href) {
            Some(Resource::Card(id)) => answer.ids.push(id),
            _ => answer.first += &answer::not_found(href),
        }
    }
    answer
}
