//! The directory as an address book (`CardDAV`, RFC 6352): phones, Thunderbird and others keep a copy that stays true.
//!
//! One address book, `/carddav/directory/`, of the contacts that the API shows, each field to whom the API shows it; and it
//! is only read. A program comes with its owner's e-mail address and an API token of scope `community:read` (HTTP Basic),
//! never with a password; it is found by `/.well-known/carddav` (RFC 6764).
//!
//! - `request` what a program asks, from the XML it sends; `filter` whom it searches for
//! - `resource` the places and their properties; `answer` the XML of answers
//! - `cards` reads contacts and writes answers of many, page by page while they are sent
//! - `routes` the methods: OPTIONS, GET, PROPFIND, REPORT; others are refused
//!
//! A copy is kept up to date by `sync-collection` (RFC 6578), whose token is a place in the feed of changes; programs that
//! don't know it compare entity tags, which they get by PROPFIND. What is written there is one answer a card, streamed;
//! above [`MOST`] cards it is refused with 507, and the feed, which is paged, is the way. Every card that is handed out
//! counts against the day's quota of its reader (`directory::formats::bulk`).
//!
//! Left out: writing, locks, access control lists beyond "may read", address books of one's own.

mod answer;
mod cards;
mod filter;
mod request;
mod resource;
pub mod routes;

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

/// A property: namespace and name.
type Name = (String, String);
