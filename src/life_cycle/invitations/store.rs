//! All SQL of invitations.

use std::collections::HashSet;

use diesel::prelude::*;

use super::types::{Invitation, Invitee, Seat};
use crate::appointments::AppointmentStatus;
use crate::db::schema::{appointment, invitation, users};
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

/// What these addresses have an open invitation to.
pub(super) fn invited(conn: &mut Conn, email_keys: &[String]) -> Result<HashSet<Seat>, Error> {
    let open =
        appointment::status.eq(AppointmentStatus::Invited).and(invitation::email_key.eq_any(email_keys.to_vec()));
    let rows: Vec<Seat> = invitation::table
        .inner_join(appointment::table.on(appointment::id.eq(invitation::appointment_id)))
        .filter(open)
        .select((invitation::email_key, appointment::organisation_id, appointment::role))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// What the people with these addresses are appointed to, or about to be.
pub(super) fn appointed(conn: &mut Conn, email_keys: &[String]) -> Result<HashSet<Seat>, Error> {
    let rows: Vec<(Seat, AppointmentStatus)> = appointment::table
        .inner_join(users::table.on(appointment::user_id.eq(users::id.nullable())))
        .filter(users::email_key.eq_any(email_keys.to_vec()))
        .select(((users::email_key, appointment::organisation_id, appointment::role), appointment::status))
        .load(conn)?;
    Ok(rows.into_iter().filter(|(_, status)| !status.is_final()).map(|(seat, _)| seat).collect())
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
