//! Identity: who somebody is, and how surely.
//!
//! - `service` the parts; `login` password and second factor; `failures` of logins as they are written down; `proof` of oneself once more; `recovery` a forgotten password; `setup`
//!   the first administrators
//! - `password` what is taken as one, and the threads that hash; `keys` sign access tokens and rotate
//! - `sessions` opened, refreshed, listed, ended; `factors` second factors; `tokens` for one's own programs; `devices`
//!   known ones have a count of failures of their own
//! - `people` what other features need: find, make and change users, links that are mailed
//! - `granters` people as they stand now, for what they granted earlier
//! - `leaving` an account that is about to be erased
//! - `notices` what a person is told of one's own account; `program` the name of what somebody logged in with
//! - `guards` the parameter types by which a handler says whom it is for
//!
//! Left out: identity providers of others. A ministry that has one would want OpenID Connect here.

mod devices;
pub mod factors;
mod failures;
mod granters;
pub mod guards;
mod keys;
mod leaving;
mod login;
mod notices;
mod password;
mod people;
mod program;
mod proof;
mod recovery;
pub mod routes;
mod service;
pub mod sessions;
mod setup;
mod store;
pub mod tokens;
mod types;

pub use granters::{granter, granters};
pub use keys::{Jwk, Jwks, Keys, PUBLISHED};
pub use leaving::{keep, leave, stay};
pub use notices::address_is_known;
pub use password::{HashOptions, Hasher, Password};
pub use people::{
    AddressChange, NAME_SHOWN, Restart, begin_again, change_address, coordinators, create_missing, create_user,
    end_access, end_access_of, end_sessions, find_user, get_user, hold_user, look_at_verification, rename, secretariat,
    set_language, set_suspended, spend_address_link, spend_verification, store_address_link, store_verification, users,
};
pub use service::{Identity, Parts};
pub use sessions::{Tokens, end_everybodys};
pub use types::{
    Accepted, Challenge, ChangePassword, Credentials, Done, Forgot, Login, LoginOutcome, Method, NewUser, Purpose,
    Reauthenticate, Refresh, Reset, SecondFactor, SetUp,
};

/// Ended sessions that are deleted in one unit of work; each may take a day's refresh tokens with it.
pub const SWEPT_AT_ONCE: usize = 200;
/// Longest name of a session.
const MAX_NAME: usize = 200;
