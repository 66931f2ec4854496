//! Requests and answers of accounts.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::appointments::HeldAppointment;
use crate::db::Id;
use crate::time::Timestamp;

/// An account as the Secretariat sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Account {
    /// The person.
    #[schema(value_type = String)]
    pub id: Id,
    /// The address the person logs in with.
    pub email: String,
    /// The name.
    pub name: String,
    /// Since when its owner is to choose another name, since only the Secretariat may bear this one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub name_flagged_at: Option<Timestamp>,
    /// Since when it is suspended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub suspended_at: Option<Timestamp>,
    /// Every appointment the person has had.
    pub appointments: Vec<HeldAppointment>,
}

/// Whose account.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// The address the person logs in with.
    pub email: String,
}

/// Accounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountList {
    /// One, or none.
    pub data: Vec<Account>,
}

/// Why something is done to an account. Its owner reads it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// The reason.
    pub reason: String,
}

/// To change one's address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAddress {
    /// The new one.
    pub email: String,
}

/// The link of a change of address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressLink {
    /// What the link holds.
    #[schema(value_type = String)]
    pub token: SecretString,
}
