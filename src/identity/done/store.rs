//! The SQL of links that were used.

use diesel::prelude::*;

use super::Used;
use crate::db::schema::one_time_token;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity::Purpose;
use crate::secrets::fingerprint;
use crate::time::Timestamp;

/// What a link of this purpose was for, if this very link was used. A link that ended otherwise has its end as its time
/// of use, and so does not count (`identity::store::spend_tokens_of`).
pub(super) fn used(conn: &mut Conn, purpose: Purpose, secret: &str) -> Result<Option<Used>, Error> {
    type Row = (Option<Id>, Option<Id>, Option<String>, Timestamp, Option<Timestamp>);
    let row: Option<Row> = one_time_token::table
        .filter(one_time_token::hash.eq(fingerprint(secret)).and(one_time_token::purpose.eq(purpose)))
        .select((
            one_time_token::user_id,
            one_time_token::registration_id,
            one_time_token::email,
            one_time_token::expires_at,
            one_time_token::used_at,
        ))
        .first(conn)
        .optional()?;
    let used = row.filter(|(.., expires_at, used_at)| used_at.is_some_and(|used_at| used_at < *expires_at));
    Ok(used.map(|(user, application, address, ..)| Used { user, application, address }))
}
