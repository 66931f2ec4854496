//! Identity: passwords, sessions, one-time links, and the first administrator.
//!
//! - `service` what the routes call: log in and out, refresh, change and recover a password, set up an administrator
//! - `people` what other features need: find, make and change users, verify an address
//! - `password` hashes on threads of its own; `keys` signs access tokens, short-lived JWTs; `sessions` knows who stands behind
//!   one, within two seconds of any change; a refresh token is an opaque secret that changes at each use (`store`)
//! - `guards` the parameter types by which a handler says whom it is for
//!
//! Left out for now: throttling, second factors, key rotation, a grace for lost refresh answers.

pub mod guards;
mod keys;
mod password;
mod people;
pub mod routes;
mod service;
mod sessions;
mod store;
mod types;

pub use keys::{Jwk, Jwks, Keys, MasterKey};
pub use password::{HashOptions, Hasher, Password};
pub use people::{
    create_user, find_user, get_user, renew, secretariat, spend_verification, store_verification, sweep, update_user,
    users,
};
pub use service::Identity;
pub use types::{
    Accepted, ChangePassword, Credentials, Done, Forgot, Login, NewUser, Purpose, Refresh, Reset, SetUp, Tokens,
};

/// Longest name of a person.
pub const MAX_NAME: usize = 200;
