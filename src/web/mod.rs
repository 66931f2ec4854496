//! The layer under all pages: what a page shows around its content, and what forms need.
//!
//! A page is an askama template that extends `templates/layout.html`. Its handler takes a guard, a [`Page`], and the services of its feature,
//! calls the same methods as the JSON routes, and answers [`Page::show`]. [`Page`] knows the language, the viewer and the address of the
//! request; [`FormState`] holds what a form shows, values and errors; [`Posted`] reads a form; a [`Notice`] tells the outcome on the page
//! after a redirect. [`of_error`] makes a page of every error that a browser gets. [`Site`] holds what all pages share.
//!
//! - `assets` the files that pages load, under names that hold their hash
//! - `desk` what a page that does something works with, and how it answers
//! - `form` values and errors of a form, and the extractor of a posted one; `form_page` a page that is one form
//! - `file_form` the extractor of a form with a file
//! - `list_page` a page that is one list; `listing` its next page and its filters; `parts` values, facts, tables and tabs
//! - `maintenance_banner` until when nothing can be changed, on every page
//! - `menu` which places a person sees in the menu
//! - `notice` one sentence that survives a redirect
//! - `organisations` organisations by their names, and as choices
//! - `page` a request for a page; `answer` what it is answered; `frame` what stands around a content that is kept,
//!   `framed` puts it there
//! - `sealed` values that a page hands on to the next one of the same person
//! - `declaration` the addresses of pages, each declared once with its guard
//! - `demonstration` the mark of a demonstration
//! - `edits` options of choices, differences of late forms, and places in lists
//! - `failure` errors as pages; `late` forms that another change overtook
//! - `routes` assets, and the choice of a language; `waiting` the number in the menu
//! - `zones` the time zones of a form
//!
//! Left out: the pages themselves. Those of a feature are in its folder (`pages.rs` or `pages/`), those behind mailed links in `crate::pages`.

mod answer;
mod assets;
mod declaration;
mod demonstration;
mod desk;
mod edits;
mod failure;
mod file_form;
mod form;
mod form_page;
mod frame;
mod framed;
mod late;
mod list_page;
mod listing;
mod maintenance_banner;
mod menu;
mod notice;
mod organisations;
mod page;
mod parts;
pub mod routes;
mod sealed;
mod site;
mod waiting;
mod zones;

pub use answer::PageResult;
pub use declaration::Pages;
pub use demonstration::Demonstration;
pub use desk::{Desk, answered};
pub use edits::{Choice, Difference, ListPlace};
pub use failure::{is_for_browser, of_error, standby};
pub use file_form::{PostedFile, SentFile, UnreadFile, returned_with_file};
pub use form::{FILE, FormError, FormState, MISSING, Posted, UnreadForm};
pub use form_page::{Field, FormPage, returned};
pub use late::LOADED;
pub use list_page::ListPage;
pub use listing::{ActiveFilter, Listing, page_of};
pub use maintenance_banner::{BannerSource, MaintenanceBanner};
pub use notice::Notice;
pub use organisations::MemberGroup;
pub use page::Page;
pub use parts::{Fact, Facts, Row, Shown, Tab, Table};
pub use site::Site;
pub use waiting::WaitingCounter;
pub use zones::ZoneGroup;
