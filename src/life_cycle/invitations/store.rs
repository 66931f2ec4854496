//! All SQL of invitations.

use diesel::prelude::*;

use super::types::{Invitation, Invitee};
use crate::appointments::{AppointmentStatus, Role};
use crate::db::schema::{appointment, invitation};
use crate::db::{Conn, Document, Id};
use crate::error::Error;
use crate::time::Timestamp;

#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub(super) fn insert(
    conn: &mut Conn,
    appointment: Id,
    invitee: &Invitee,
    approved: bool,
    replaces: Option<Id>,
    invited_by: Id,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    diesel::insert_into(invitation::table)
        .values((
            invitation::appointment_id.eq(appointment),
            invitation::email.eq(invitee.email.as_str()),
            invitation::email_key.eq(invitee.email.key()),
            invitation::name.eq(&invitee.name),
            invitation::job_title.eq(&invitee.job_title),
            invitation::phone.eq(&invitee.phone),
            invitation::languages.eq(Document(invitee.languages.clone())),
            invitation::language.eq(invitee.language),
            invitation::approved.eq(approved),
            invitation::replaces.eq(replaces),
            invitation::invited_by.eq(invited_by),
            invitation::invited_at.eq(now),
            invitation::expires_at.eq(expires_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn find(conn: &mut Conn, appointment: Id) -> Result<Option<Invitation>, Error> {
    Ok(invitation::table.find(appointment).select(Invitation::as_select()).first(conn).optional()?)
}

pub(super) fn find_by_token(conn: &mut Conn, hash: &[u8]) -> Result<Option<Invitation>, Error> {
    let row = invitation::table.filter(invitation::token_hash.eq(hash)).select(Invitation::as_select()).first(conn);
    Ok(row.optional()?)
}

/// Whether this address has an open invitation to this role here.
pub(super) fn is_open(conn: &mut Conn, email_key: &str, organisation: Id, role: Role) -> Result<bool, Error> {
    let open = appointment::status
        .eq(AppointmentStatus::Invited)
        .and(appointment::organisation_id.eq(organisation))
        .and(appointment::role.eq(role))
        .and(invitation::email_key.eq(email_key));
    let rows = invitation::table.inner_join(appointment::table.on(appointment::id.eq(invitation::appointment_id)));
    Ok(rows.filter(open).count().get_result::<i64>(conn)? > 0)
}

pub(super) fn set_token(conn: &mut Conn, appointment: Id, hash: &[u8]) -> Result<(), Error> {
    diesel::update(invitation::table.find(appointment)).set(invitation::token_hash.eq(hash)).execute(conn)?;
    Ok(())
}

pub(super) fn set_expiry(conn: &mut Conn, appointment: Id, expires_at: Timestamp) -> Result<(), Error> {
    diesel::update(invitation::table.find(appointment)).set(invitation::expires_at.eq(expires_at)).execute(conn)?;
    Ok(())
}

/// Uses a link up; whether it was still good.
pub(super) fn spend_token(conn: &mut Conn, appointment: Id, hash: &[u8], now: Timestamp) -> Result<bool, Error> {
    let good =
        invitation::table.filter(invitation::appointment_id.eq(appointment).and(invitation::token_hash.eq(hash)));
    let spent = diesel::update(good)
        .set((invitation::token_hash.eq(None::<Vec<u8>>), invitation::accepted_at.eq(now)))
        .execute(conn)?;
    Ok(spent == 1)
}
