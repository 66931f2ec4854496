//! The few HTML pages behind mailed and printed links: verify an address, choose a password, set up the administrator.
//!
//! Plain HTML forms that need no script, in the layout of all pages (`web`), for slow lines and old machines. Opening a
//! link changes nothing, since mail scanners open links too; the button on the page does, and pressed again it says that
//! it is done. The texts are in `locales/` under `page-…`.
//!
//! Left out: the pages for daily work, which are in the folders of their features.

mod passwords;
pub mod routes;
mod spent;
mod subscriptions;
mod view;
