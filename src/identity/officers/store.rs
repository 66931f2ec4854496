//! The SQL of officers.

use diesel::prelude::*;

use crate::appointments::{AppointmentStatus, Role};
use crate::db::schema::{appointment, users};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity::types::Credentials;

/// People with an open account and an active appointment of this kind.
macro_rules! active {
    ($kind:expr) => {{
        let active = appointment::status.eq(AppointmentStatus::Active).and($kind);
        let ids = appointment::table.filter(active).select(appointment::user_id.assume_not_null());
        let open = users::id.eq_any(ids).and(users::suspended_at.is_null()).and(users::erase_at.is_null());
        users::table.filter(open).order(users::id).select(Credentials::as_select())
    }};
}

/// The people with this role; suspended people are not notified of officers' work.
pub(super) fn holders(conn: &mut Conn, role: Role) -> Result<Vec<Credentials>, Error> {
    Ok(active!(appointment::role.eq(role)).load(conn)?)
}

/// The coordinators of this organisation, `most` at most.
pub(super) fn coordinators(conn: &mut Conn, organisation: Id, most: i64) -> Result<Vec<Credentials>, Error> {
    let there = appointment::role.eq(Role::Coordinator).and(appointment::organisation_id.eq(organisation));
    Ok(active!(there).limit(most).load(conn)?)
}
