//! The few pages that a mailed or printed link leads to: verify an address, choose a password, set up the administrator.
//!
//! Plain HTML forms, no script, one file each with its style inside, for slow lines and old machines. Opening a link changes
//! nothing, since mail scanners open links too; the button on the page does. The texts are in `locales/` under `page-…`.

mod passwords;
pub mod routes;
mod view;
