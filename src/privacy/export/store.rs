//! The SQL of whom an export is about.

use diesel::prelude::*;

use crate::db::schema::users;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::personal_data::Subject;
use crate::privacy::claims;
use crate::time::Timestamp;

/// Somebody, the address of the account, and since when it is this account's.
pub(super) fn subject(conn: &mut Conn, user: Id) -> Result<Subject, Error> {
    let (email, email_key, created_at): (String, String, Timestamp) =
        users::table.find(user).select((users::email, users::email_key, users::created_at)).first(conn)?;
    let since = claims::account_since(conn, user, &email_key, created_at)?;
    Ok(Subject { user, email, email_key, since })
}
