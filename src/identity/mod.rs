//! Identity: authentication, sessions and accounts.
//!
//! - `service` puts the parts together; `login` password and second factor; `failures` failed logins in the audit log;
//!   `step_up` a fresh proof of identity; `recovery` a forgotten password; `bootstrap` the first administrators
//! - `password` the rules for passwords, and the threads that hash; `keys` sign access tokens and rotate
//! - `sessions` are opened, refreshed, listed, ended; `mfa` second factors; `tokens` API tokens for one's own programs;
//!   `trusted_devices` known devices, which have a count of failures and a budget of logins of their own; a login from
//!   another device is reported to the owner
//! - `users` what other features need: find, create and change users; `names` personal names; `address_changes` another
//!   address, and the links that confirm and undo the change
//! - `officers` whom the portal notifies; `granters` people who granted something earlier, and the credential that they
//!   used
//! - `done` whether the action of a used link is done; `account_deletion` an account that will be erased
//! - `personal_data` exports and erases; `demonstration` opens sessions of made-up people
//! - `security_notifications` notifies a person about the own account; `mails` these mails; `program` the name of a client program
//! - `guards` the parameter types by which a handler says who may call it; `writes` charges their requests
//!
//! Left out: external identity providers. A ministry that has one would use OpenID Connect.

mod account_deletion;
mod address_changes;
mod bootstrap;
mod demonstration;
mod done;
mod failures;
mod figures;
mod granters;
pub mod guards;
mod keys;
mod login;
pub(crate) mod mails;
pub mod mfa;
mod names;
mod officers;
pub mod pages;
mod password;
mod personal_data;
mod program;
mod recovery;
pub mod routes;
mod security_notifications;
mod service;
pub mod sessions;
mod step_up;
mod store;
pub mod tokens;
mod trusted_devices;
mod types;
mod users;
mod writes;

pub use account_deletion::{close_for_erasure, keep, keep_by_link, leave};
pub use address_changes::{
    AddressChange, asks_to_confirm, change_address, spend_confirmation, spend_way_back, store_address_link,
};
pub use done::{application_of_link, is_done};
pub use figures::states;
pub use granters::{granter, granters, is_revoked, remember_credential, revoked};
pub use keys::{
    Jwk, Jwks, Keys, PUBLISHED, has_sealed, oldest_sealed_key, opens_with, reseal_signing_keys, try_opening,
};
pub use mails::NameChanged;
pub use mfa::reseal_authenticators;
pub use names::{NAME_SHOWN, Renaming, flag_name, key_names, rename};
pub use officers::{coordinators, secretariat};
pub use password::{HashOptions, Hasher, MAX_CHARACTERS, Password};
pub use personal_data::{PersonalRecords, forget_addresses, forget_networks};
pub use recovery::{Restart, RestartCause};
pub use security_notifications::address_is_known;
pub use service::Parts;
pub use sessions::{Tokens, end_everybodys, end_everybodys_in};
pub use types::{
    Accepted, Challenge, ChangePassword, Credentials, Done, Forgot, Login, LoginOutcome, Method, NewUser, Purpose,
    Reauthenticate, Refresh, Reset, SecondFactor, SetUp,
};
pub use users::{
    begin_again, count_without_hash, create_missing, create_user, end_access, end_access_of, end_lesser_access,
    find_user, get_user, lock_people, lock_user, look_at_verification, set_language, set_suspended, set_time_zone,
    spend_verification, store_verification, users,
};

use std::sync::Arc;

use quick_cache::sync::Cache;

use crate::audit::Audit;
use crate::config;
use crate::db::{Db, Id};
use crate::mail::Outbox;
use crate::policy::Action;
use crate::random::Random;
use crate::secrets::MasterKey;
use crate::throttle::Throttle;
use crate::time::{Clock, Timestamp};
use failures::Failures;
use mfa::{Factors, Passkeys};
use sessions::Sessions;
use trusted_devices::Devices;

/// Ended sessions deleted in one unit of work; each may have a day's refresh tokens to delete.
pub const SWEPT_AT_ONCE: usize = 200;
/// Longest name of a session.
pub const MAX_NAME: usize = 200;

/// The service that the routes call. `service` puts its parts together; the files of this folder have the methods.
pub struct Identity {
    db: Db,
    hasher: Hasher,
    sessions: Sessions,
    master: Arc<MasterKey>,
    throttle: Arc<Throttle>,
    devices: Arc<Devices>,
    factors: Factors,
    passkeys: Passkeys,
    audit: Audit,
    outbox: Outbox,
    clock: Clock,
    random: Random,
    settings: config::Identity,
    limits: config::Throttle,
    community: String,
    refusals: Cache<(Id, Action), Timestamp>,
    failures: Failures,
    figures: figures::Figures,
}
