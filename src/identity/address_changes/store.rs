//! The SQL of links that undo a change of address.

use diesel::prelude::*;

use crate::db::schema::one_time_token;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity::Purpose;
use crate::time::Timestamp;

/// The addresses that a person confirmed or returned to by a link back, and when, the earliest first: of links that
/// were used, and of notes of them (`personal_data`). A link that ended otherwise has its end as its time of use.
pub(super) fn arrivals(conn: &mut Conn, user: Id) -> Result<Vec<(String, Timestamp)>, Error> {
    let changes = [Purpose::ConfirmAddress, Purpose::HeldAddress, Purpose::UndoAddress, Purpose::LeftAddress];
    let followed = one_time_token::used_at.lt(one_time_token::expires_at.nullable());
    let links = one_time_token::table
        .filter(one_time_token::user_id.eq(user).and(one_time_token::email.is_not_null()))
        .filter(one_time_token::purpose.eq_any(changes))
        .filter(followed)
        .order((one_time_token::used_at, one_time_token::created_at));
    Ok(links.select((one_time_token::email.assume_not_null(), one_time_token::used_at.assume_not_null())).load(conn)?)
}

/// The open links back of a person: hash and address.
pub(super) fn ways_back(conn: &mut Conn, user: Id) -> Result<Vec<(Vec<u8>, String)>, Error> {
    let open = one_time_token::table
        .filter(one_time_token::user_id.eq(user).and(one_time_token::email.is_not_null()))
        .filter(one_time_token::purpose.eq(Purpose::UndoAddress).and(one_time_token::used_at.is_null()));
    Ok(open.select((one_time_token::hash, one_time_token::email.assume_not_null())).load(conn)?)
}
