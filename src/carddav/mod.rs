//! The directory as a read-only address book (`CardDAV`, RFC 6352), which phones, Thunderbird and others keep up to
//! date.
//!
//! There is one address book, `/carddav/directory/`: the contacts of the API, each field shown to its audience. A
//! program logs in by HTTP Basic, with its owner's e-mail address and an API token of scope `community:read`, never
//! with a password. It finds the book by `/.well-known/carddav` (RFC 6764).
//!
//! - `service` the use cases: PROPFIND, REPORT, one card; [`CardDav`] is the service
//! - `request` parses the XML of requests; `filter` the search of an `addressbook-query`
//! - `resource` the resources and their properties; `answer` the XML of responses
//! - `book` reads the cards of one reader; `multistatus` writes answers of many resources while they are sent
//! - `routes` the methods: OPTIONS, GET, PROPFIND, REPORT; others are refused
//!
//! A copy is kept up to date by `sync-collection` (RFC 6578), whose token is a position in the feed of changes;
//! programs without it compare entity tags, which they get by PROPFIND. A PROPFIND of more than [`MOST`] cards is
//! refused with 507: the feed has pages. A search answers [`MOST`] cards at most, and says whether there may be more.
//! Each person may take a few large answers, and run a few searches, at once ([`crate::heavy_work::Lane::stream`]).
//!
//! Every card that is sent counts against the reader's quota of exports (`directory::formats::export_quota`). A search
//! reveals something of values even if it asks for no card: each card that it finds counts as looked at
//! (`directory::views`).
//!
//! Left out: writing, locks, access control lists beyond "may read", personal address books.

mod answer;
mod book;
mod filter;
mod multistatus;
mod request;
mod resource;
pub mod routes;
mod service;

use std::sync::Arc;

use crate::config;
use crate::directory::Directory;
use crate::heavy_work::Lane;
use crate::i18n::Catalogue;
use crate::secrets::TokenKey;
use crate::service::{Foundation, Service};

/// Most cards that are listed at once, or asked for by name: a community has some thousands.
pub const MOST: usize = 10_000;
/// Cards of one answer to `sync-collection`; the program comes again for more.
const SYNC_PAGE: u32 = 1_000;

/// Namespace of `WebDAV` (RFC 4918).
const DAV: &str = "DAV:";
/// Namespace of `CardDAV`.
const CARD: &str = "urn:ietf:params:xml:ns:carddav";
/// Namespace of the collection tag, which older programs compare.
const SERVER: &str = "http://calendarserver.org/ns/";

/// The name of a property: namespace and local name.
type Name = (String, String);

/// The address book. Cloning is cheap.
#[derive(Clone)]
pub struct CardDav {
    directory: Directory,
    catalogue: Arc<Catalogue>,
    community: Arc<config::Community>,
    lane: Lane,
    cursors: TokenKey,
}

impl Service for CardDav {
    fn foundation(&self) -> &Foundation {
        self.directory.foundation()
    }
}

impl CardDav {
    /// The service. `lane` bounds large answers, `cursors` seals sync tokens.
    #[must_use]
    pub fn new(
        directory: Directory,
        catalogue: Arc<Catalogue>,
        community: config::Community,
        lane: Lane,
        cursors: TokenKey,
    ) -> Self {
        Self { directory, catalogue, community: Arc::new(community), lane, cursors }
    }
}
