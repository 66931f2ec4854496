//! The portal of a customs community: contacts of every member administration, announcements to them by e-mail, one
//! binary.
//!
//! This page is the map. Each module begins with prose: what it is for, how it works, what it leaves out.
//!
//! # Where things are
//!
//! The features, one folder each. In a folder, `mod.rs` has the purpose and the interface to other features; `types.rs`
//! requests, answers and rows; `rules.rs` decisions as pure functions; `store.rs` all of its SQL; `routes.rs` its JSON
//! handlers; `pages.rs` or `pages/` those of its pages (listed in `docs/web-portal.md`). The service of a feature (in
//! `mod.rs`, or in `service.rs` if it is long) has its use cases, which JSON routes, pages and jobs share.
//!
//! | feature | for |
//! |---|---|
//! | [`registrations`] | to apply, verify the address, be approved or rejected |
//! | [`identity`] | passwords, second factors, sessions, API tokens, signing keys; `guards` authorise handlers |
//! | [`accounts`] | suspend and reinstate, a change of address |
//! | [`audit`] | the audit log: a chain of hashes that is never changed |
//! | [`throttle`] | rate limits, shared by all processes |
//! | [`home`] | the home page: what is due for its reader |
//! | [`help`] | pages of help, and the accessibility statement |
//! | [`profile`] | `/me`: what people see and change of themselves |
//! | [`members`] | the 187 members and the European Union, found by any name; the list of technologies (`data/`) |
//! | [`member_editing`] | edits of members by the Secretariat, their history, regions counted on a day; partner agencies |
//! | [`adoption`] | which member uses which technology, and is willing to share experience |
//! | [`appointments`] | who has which role where, the source of all rights; the one table of states and events |
//! | [`life_cycle`] | to invite, approve, confirm, suspend, hand over, end; reminders and the tasks of the timetable |
//! | [`nominations`] | who nominated a person, with the letter of nomination |
//! | [`imports`] | to invite many by a sheet (CSV or XLSX): judged row by row into a plan, carried out in batches |
//! | [`directory`] | contacts: search, filters, facets, pages, visibility of fields; files (`formats`) |
//! | [`changes`] | the log of changes, numbered, one row per contact and member |
//! | [`change_feed`] | the feed of changes, for programs that keep a copy |
//! | [`carddav`] | the directory as an address book of phones and mail programs |
//! | [`announcements`] | write, approve, schedule, send, pause, follow; read, acknowledge; digests; the public feed |
//! | [`subscriptions`] | topics, and who gets which how often |
//! | [`surveys`] | what members and partner agencies are asked: questionnaires in numbered versions, `XLSForm` |
//! | [`releases`] | what is published of the answers: numbered releases, with small counts hidden |
//! | [`responses`] | what administrations answer: together, reviewed inside, submitted with a receipt |
//! | [`rounds`] | rounds of surveys: frames, deadlines, requests for more time, reminders |
//! | [`events`] | events for webhooks |
//! | [`webhooks`] | programs of third parties receive events: endpoints, signatures, retries, results |
//! | [`bounces`] | bounces and complaints: received, parsed, counted; [`suppressions`] the addresses they suppress |
//! | [`mail`] | the outbox in the database, the sender that empties it, SMTP, the texts and layout of mails |
//! | [`web`] | the layer under all pages: layout, forms, notices, errors as pages, assets |
//! | [`pages`] | the few HTML pages behind mailed links |
//! | [`question_forms`] | a section of a questionnaire as a form: fields with what is stored, answers in what is sent |
//! | [`privacy`] | export of one's own data, erasure, retention periods; each feature exports and erases its own |
//! | [`statistics`] | key figures for the Secretariat |
//! | [`tasks`] | what waits for a coordinator or the Secretariat: the page, and the number in the menu |
//! | [`policy`] | all permissions, in one place |
//!
//! Infrastructure:
//!
//! | module | for |
//! |---|---|
//! | [`app`] | the portal as a whole: parts, routes, `/health`, start and stop |
//! | [`cli`] | the commands; [`demo`] plays the whole story, or the survey of 2024; [`bench`](mod@bench) measures; [`seed`] makes up people |
//! | [`terminal`] | the terminal of commands: a line, the log, the runtime |
//! | [`config`] | `config/default.toml` < profile < environment < flags |
//! | [`db`] | SQLite or PostgreSQL: units of work, threads, types, migrations (`migrations/`) |
//! | [`database_move`] | moves a portal from SQLite to PostgreSQL |
//! | [`personal_data`] | what each feature does with personal data: export it, erase it |
//! | [`reloadable`] | values of the configuration that are replaced while the portal serves |
//! | [`service`] | what the services of features need, and their units of work |
//! | [`setbacks`] | postpones rows that scheduled jobs failed to process |
//! | [`backup`] | backups: take, check, restore, and release what a restored portal holds |
//! | [`restore_hold`] | a restored portal sends nothing and deletes no file until it is released |
//! | [`storage`] | uploaded files outside the database: encrypted, in a folder or a bucket |
//! | [`disk_reserve`] | stops what takes much room before the disk is full |
//! | [`private_files`] | files on disk for the portal's own user only |
//! | [`idempotency`] | idempotency keys: a repeated request is carried out once |
//! | [`http`] | JSON, queries, pagination, problem+json, the one middleware, the client's address, CSRF protection |
//! | [`error`] | the one error, and the codes that clients read |
//! | [`secrets`] | the master key and the keys derived from it |
//! | [`key_ring`] | the master key with what the database keeps of it, and its change |
//! | [`tls`] | trusted certificates of outgoing connections |
//! | [`metrics`] | figures for `/metrics`: what features count, what their tables say, the formats |
//! | [`maintenance_mode`] | the portal is read and not changed, until it is switched off |
//! | [`incidents`] | parts that do not work while the portal serves: for `/health/ready`, `/metrics` |
//! | [`background`] | the runner of background jobs, with their metrics; threads of low priority |
//! | [`jobs`] | counts attempts of jobs before they begin, so that none kills the portal at every start |
//! | [`heavy_work`] | the one lane of work that takes long and much memory |
//! | [`i18n`] | languages, all texts for people and all hints for programs (`locales/`, `docs/glossary.md`) |
//! | [`openapi`] | the description of the API, checked in as `openapi.json` |
//! | [`text`], [`time`], [`random`] | texts of people and third parties; the clock; randomness (both are arguments) |
//!
//! Crates of their own (`crates`): `disclosure` hides small counts of tables, `questionnaire` has the shape and rules of
//! questionnaires, `survey_results` counts answers and makes releases, `story` is the attribute of stories.
//!
//! Tests: `tests/it` has stories on both databases, `tests/bounds` limits the cost of each parser, `tests/corpus` has
//! mails in the form of the systems that write them, `tests/outside` has stories from outside the process, `benches`
//! measure.
//!
//! # How a request travels
//!
//! `http::middleware` refuses other sites' pages and gives the request an id and a time limit → the guard of the
//! handler authorises it (`identity::guards`); the handler's other parameters wait until then (`http::admission`), and
//! no body is received before → `routes.rs` parses the request by parameter types that refuse wrong values
//! ([`http::Json`], [`http::Query`]) and calls a method of the feature's service ([`service`]) → one [`db::Db::read`]
//! or [`db::Db::write`] runs on a database thread; a write waits for its sender's turn (`db::turns`), after which the
//! maintenance mode is asked again, the rights of the sender are read again and the cost is charged (`db::write_check`)
//! → the answer. A unit of work is committed as a whole or not at all; a mail that it causes is a row in the outbox of
//! the same transaction, and no request waits for SMTP. After the commit the jobs that continue its work are woken
//! (`db::wakeups`). An [`error::Error`] becomes problem+json in the reader's language on the way out, or a page where a
//! browser shows the answer to a person ([`web`]).
//!
//! # The dependency rule
//!
//! `tests/it/architecture.rs` reads every file of `src` except unit tests, follows each name to its definition, and
//! checks:
//!
//! - diesel only in `db/`, in stores and types, and where `time` and `error` meet it; actix, guards and request parsing
//!   only at the edge (`http/`, `routes.rs`, `guards.rs`, `app/`, `error.rs`, pages, commands); `rules.rs` knows
//!   neither
//! - a feature uses another through its `mod.rs`, never its store; a handler reads no store
//! - a store may read every table and writes only its own feature's; every table has one owner
//! - a feature whose tables name people exports and erases them ([`personal_data`]), and is on the list of
//!   `privacy::features`
//! - no import is circular: not between the modules of this page, where the handlers of a feature count separately from
//!   the rest of it, and not between the files of a module, where the items of a folder's `mod.rs` belong to all its
//!   files
//! - nothing imports `app`, `pages`, `openapi` or the commands, except that pages import [`app::Portal`]
//! - a file has at most 400 lines, a function at most 70, and every file begins with prose
//!
//! Today's exceptions are listed with their reasons in `tests/it/architecture/exceptions.rs`; there are no others. The
//! test does not see methods that are called on a value which another file passes.

pub mod accounts;
pub mod adoption;
pub mod announcements;
pub mod app;
pub mod appointments;
pub mod audit;
pub mod background;
pub mod backup;
pub mod bench;
pub mod bounces;
pub mod carddav;
pub mod change_feed;
pub mod changes;
pub mod cli;
pub mod config;
pub mod database_move;
pub mod db;
pub mod demo;
pub mod directory;
pub mod disk_reserve;
pub mod error;
pub mod events;
pub mod heavy_work;
pub mod help;
pub mod home;
pub mod http;
pub mod i18n;
pub mod idempotency;
pub mod identity;
pub mod imports;
pub mod incidents;
pub mod jobs;
pub mod key_ring;
pub mod life_cycle;
pub mod mail;
pub mod maintenance_mode;
pub mod member_editing;
pub mod members;
pub mod metrics;
pub mod nominations;
pub mod openapi;
pub mod pages;
pub mod personal_data;
pub mod policy;
pub mod privacy;
pub mod private_files;
pub mod profile;
pub mod question_forms;
pub mod random;
pub mod registrations;
pub mod releases;
pub mod reloadable;
pub mod responses;
pub mod restore_hold;
pub mod rounds;
pub mod secrets;
pub mod seed;
pub mod service;
pub mod setbacks;
pub mod statistics;
pub mod storage;
pub mod subscriptions;
pub mod suppressions;
pub mod surveys;
pub mod tasks;
pub mod terminal;
pub mod text;
pub mod throttle;
pub mod time;
pub mod tls;
pub mod web;
pub mod webhooks;
