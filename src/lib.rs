//! The portal of a customs community: contacts of every member administration, announcements to them by e-mail, one binary.
//!
//! This page is the map. Each module opens with prose of its own: what it is for, how it works, what it leaves out.
//!
//! # Where things are
//!
//! The features, one folder each. In a folder: `mod.rs` says what it is for and what others may use of it; `types.rs` has
//! requests, answers and rows; `rules.rs` decisions as pure functions; `store.rs` all of its SQL; `routes.rs` its handlers.
//!
//! | feature | for |
//! |---|---|
//! | [`registrations`] | to apply, verify the address, be approved or rejected |
//! | [`identity`] | passwords, second factors, sessions, API tokens, signing keys; `guards` say whom a handler is for |
//! | [`accounts`] | suspend and reinstate, a change of address |
//! | [`audit`] | what happened, for good, in a chain |
//! | [`throttle`] | how often a thing may be tried, common to all processes |
//! | [`profile`] | `/me`: what one sees and changes of oneself |
//! | [`members`] | the 187 members and the European Union, found by any of their names; the list of technologies (`data/`) |
//! | [`membership`] | what the Secretariat edits of members, their history, regions counted on a day |
//! | [`adoption`] | which member uses which technology, and is willing to talk about it |
//! | [`appointments`] | who holds which role where: what gives rights; the one table of states and events |
//! | [`life_cycle`] | to invite, approve, confirm, suspend, hand over, end; reminders and what the clock does |
//! | [`nominations`] | who nominated somebody, and the letter that says so |
//! | [`imports`] | to invite many at once: a sheet, CSV or XLSX, judged row by row into a plan, and the plan carried out |
//! | [`directory`] | contacts: search, filters, facets, pages, who sees which field; as files (`formats`) |
//! | [`changes`] | the feed of what changed, for whoever keeps a copy |
//! | [`carddav`] | the directory as an address book of phones and mail programs |
//! | [`announcements`] | to write, approve, schedule, send, pause and follow; to read, acknowledge, and get in digests; the public feed |
//! | [`subscriptions`] | topics, who wants to get which, and how often |
//! | [`events`] | what happens, for those who listen outside |
//! | [`webhooks`] | programs of others hear of it: endpoints, signatures, tries, what came of them |
//! | [`bounces`] | mail that came back and readers who complain: heard of, read, counted; [`suppressions`] the list that comes of it |
//! | [`mail`] | the outbox in the database, the sender that empties it, SMTP, what mails say and look like |
//! | [`pages`] | the few HTML pages that links lead to |
//! | [`privacy`] | what is held about oneself, erasure, how long things are kept |
//! | [`statistics`] | key figures for the Secretariat |
//! | [`policy`] | everything a person may do, in one place |
//!
//! What they stand on:
//!
//! | module | for |
//! |---|---|
//! | [`app`] | the portal as a whole: parts, routes, `/health`, start and stop |
//! | [`cli`] | the commands; [`demo`] the one that plays the whole story; [`bench`] how fast it all is |
//! | [`config`] | `config/default.toml` < profile < environment < flags |
//! | [`db`] | SQLite or PostgreSQL: units of work, threads, types, migrations (`migrations/`) |
//! | [`setbacks`] | what the clock could not do waits, and keeps nothing behind it |
//! | [`storage`] | files kept outside the database: sealed, in a folder or a bucket |
//! | [`idempotency`] | the same request sent again does not do the same thing again |
//! | [`http`] | JSON, queries, paging, problem+json, the one middleware, who is at the other end, other sites kept out |
//! | [`error`] | the one error |
//! | [`secrets`] | the master key and what comes from it |
//! | [`tls`] | whom we trust when we call others |
//! | [`background`] | threads that let others go first; [`jobs`] what is counted before it is begun there |
//! | [`heavy_work`] | the one lane of work that takes long and much memory |
//! | [`i18n`] | languages, and every sentence a person reads (`locales/`) |
//! | [`openapi`] | the description of the API, checked in as `openapi.json` |
//! | [`text`], [`time`], [`random`] | what people type; the clock; chance. The last two are handed in |
//!
//! Tests: `tests/it` tells stories on both databases, `tests/bounds` holds what each parser may cost, `tests/corpus` has mails in
//! the form of the systems that write them, `tests/outside` plays stories from outside, `benches` measures.
//!
//! # How a request travels
//!
//! `http::envelope` turns away other sites' pages and gives it an id and a time limit → the guard of the handler says who may (`identity::guards`);
//! what else the handler takes waits until then (`http::gate`), and nothing of the body is received before → `routes.rs` takes the
//! request apart by parameter types that refuse what is wrong ([`http::Json`], [`http::Query`]) → one [`db::Db::read`] or
//! [`db::Db::write`] runs on a database thread, a write after the rights of its sender were read again (`db::write_check`) → the
//! answer. A unit of work is kept whole or not at all; mail it causes is a row in the outbox of the same transaction, and
//! nobody waits for SMTP. An [`error::Error`] becomes problem+json in the reader's language on the way out.
//!
//! # The dependency rule
//!
//! Kept by `tests/it/architecture.rs`: diesel only in `db/`, in stores and types, and where
//! `time` and `error` meet it; actix only at the edge (`http/`, `routes.rs`,
//! `guards.rs`, `app/`, `error.rs`, pages, commands); `rules.rs` knows neither; a feature uses another through its `mod.rs`,
//! never its store; no import goes in a circle; a file fits into a head.

pub mod accounts;
pub mod adoption;
pub mod announcements;
pub mod app;
pub mod appointments;
pub mod audit;
pub mod background;
pub mod bench;
pub mod bounces;
pub mod carddav;
pub mod changes;
pub mod cli;
pub mod config;
pub mod db;
pub mod demo;
pub mod directory;
pub mod error;
pub mod events;
pub mod heavy_work;
pub mod http;
pub mod i18n;
pub mod idempotency;
pub mod identity;
pub mod imports;
pub mod jobs;
pub mod life_cycle;
pub mod mail;
pub mod members;
pub mod membership;
pub mod nominations;
pub mod openapi;
pub mod pages;
pub mod policy;
pub mod privacy;
pub mod profile;
pub mod random;
pub mod registrations;
pub mod secrets;
pub mod setbacks;
pub mod statistics;
pub mod storage;
pub mod subscriptions;
pub mod suppressions;
pub mod text;
pub mod throttle;
pub mod time;
pub mod tls;
pub mod webhooks;
