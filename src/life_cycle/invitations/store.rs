//! All SQL of invitations.

use std::collections::{HashMap, HashSet};

use diesel::dsl::exists;
use diesel::prelude::*;

use super::types::{Appointed, Invitation, Invitee, Seat};
use crate::appointments::{Appointment, AppointmentStatus};
use crate::db::schema::{appointment, contact, invitation, organisation, users};
use crate::db::{Conn, Document, Id};
use crate::error::Error;
use crate::members::Region;
use crate::on_each;
use crate::personal_data::{Address, Addresses, Lists, NOWHERE, Subject};
use crate::personal_list;
use crate::policy::{FieldAudience, Owned, Principal};
use crate::text::NameKeys;
use crate::time::Timestamp;

/// The name of a recipient who was removed.
const NOBODY: &str = "—";
/// Invitations whose keys one unit of work adds.
const KEYED: i64 = 1_000;

/// Adds the keys of the names of some invitations that an older portal stored; returns whether there may be more.
pub(super) fn key_names(conn: &mut Conn) -> Result<bool, Error> {
    let missing = invitation::table.filter(invitation::sort_name.eq("")).order(invitation::appointment_id).limit(KEYED);
    let rows: Vec<(Id, String)> = missing.select((invitation::appointment_id, invitation::name)).load(conn)?;
    // A statement for each row: this runs once, after an upgrade.
    for (id, name) in &rows {
        let keys = NameKeys::of(name);
        diesel::update(invitation::table.find(*id))
            .set((invitation::sort_name.eq(keys.sort), invitation::name_words.eq(keys.words)))
            .execute(conn)?;
    }
    Ok(!rows.is_empty())
}

#[expect(clippy::too_many_arguments, reason = "the columns of one row")]
pub(super) fn insert(
    conn: &mut Conn,
    appointment: Id,
    invitee: &Invitee,
    approved: bool,
    replaces: Option<Id>,
    by: &Principal,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<(), Error> {
    let keys = NameKeys::of(&invitee.name);
    diesel::insert_into(invitation::table)
        .values((
            invitation::appointment_id.eq(appointment),
            invitation::email.eq(invitee.email.as_str()),
            invitation::email_key.eq(invitee.email.key()),
            invitation::name.eq(&invitee.name),
            (invitation::sort_name.eq(keys.sort), invitation::name_words.eq(keys.words)),
            invitation::job_title.eq(&invitee.job_title),
            invitation::phone.eq(&invitee.phone),
            invitation::languages.eq(Document(invitee.languages.clone())),
            invitation::language.eq(invitee.language),
            invitation::approved.eq(approved),
            invitation::replaces.eq(replaces),
            invitation::invited_by.eq(by.user_id),
            invitation::invited_with.eq(by.credential_id()),
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

/// What these organisations are called in English and French.
pub(super) fn organisation_names(conn: &mut Conn, ids: &[Id]) -> Result<HashMap<Id, (String, String)>, Error> {
    let rows: Vec<(Id, String, String)> = organisation::table
        .filter(organisation::id.eq_any(ids.to_vec()))
        .select((organisation::id, organisation::name_en, organisation::name_fr))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name_en, name_fr)| (id, (name_en, name_fr))).collect())
}

/// Current and pending appointments of the people with these addresses.
pub(super) fn appointed(conn: &mut Conn, email_keys: &[String]) -> Result<HashMap<Seat, Appointed>, Error> {
    let rows: Vec<(String, Appointment)> = appointment::table
        .inner_join(users::table.on(appointment::user_id.eq(users::id.nullable())))
        .filter(users::email_key.eq_any(email_keys.to_vec()))
        .select((users::email_key, Appointment::as_select()))
        .load(conn)?;
    let rows: Vec<(String, Appointment)> = rows.into_iter().filter(|(_, row)| !row.status.is_final()).collect();
    let ids: Vec<Id> = rows.iter().map(|(_, row)| row.id).collect();
    let shown = on_each!(conn, c => contact::table
        .filter(contact::appointment_id.eq_any(&ids))
        .select((contact::appointment_id, contact::email_audience, contact::region))
        .load::<(Id, FieldAudience, Option<Region>)>(c))?;
    let shown: HashMap<Id, _> = shown.into_iter().map(|(id, audience, region)| (id, (audience, region))).collect();
    let known = |(key, row): (String, Appointment)| {
        let audience = shown
            .get(&row.id)
            .zip(row.user_id)
            .map(|(&(audience, region), owner)| (audience, Owned { owner, organisation: row.organisation_id, region }));
        ((key, row.organisation_id, row.role), Appointed { row, audience })
    };
    Ok(rows.into_iter().map(known).collect())
}

pub(super) fn set_token(conn: &mut Conn, appointment: Id, hash: &[u8]) -> Result<(), Error> {
    diesel::update(invitation::table.find(appointment)).set(invitation::token_hash.eq(hash)).execute(conn)?;
    Ok(())
}

pub(super) fn set_expiry(conn: &mut Conn, appointment: Id, expires_at: Timestamp) -> Result<(), Error> {
    diesel::update(invitation::table.find(appointment)).set(invitation::expires_at.eq(expires_at)).execute(conn)?;
    Ok(())
}

/// Marks a link as used; returns whether it was valid. The row stays, so that a second click gets the answer that it is
/// done.
pub(super) fn spend_token(conn: &mut Conn, appointment: Id, hash: &[u8], now: Timestamp) -> Result<bool, Error> {
    let good = invitation::table
        .filter(invitation::appointment_id.eq(appointment).and(invitation::token_hash.eq(hash)))
        .filter(invitation::accepted_at.is_null());
    Ok(diesel::update(good).set(invitation::accepted_at.eq(now)).execute(conn)? == 1)
}

/// Whether an invitation was accepted by this link.
pub(super) fn is_accepted(conn: &mut Conn, hash: &[u8]) -> Result<bool, Error> {
    let used = invitation::table.filter(invitation::token_hash.eq(hash)).filter(invitation::accepted_at.is_not_null());
    Ok(diesel::select(exists(used)).get_result(conn)?)
}

/// Invitations of a person: those that the account answered, whatever their address, and those that have only an
/// address and were made while it was the person's.
pub(super) fn of_person(conn: &mut Conn, user: Id, known: &Addresses) -> Result<Vec<Id>, Error> {
    let invited = invitation::table.inner_join(appointment::table).filter(appointment::user_id.eq(user));
    let mut invitations: Vec<Id> = invited.select(invitation::appointment_id).load(conn)?;
    for Address { key, claim, .. } in &known.all {
        let (since, until) = claim.waiting();
        let unanswered = invitation::table
            .inner_join(appointment::table)
            .filter(appointment::user_id.is_null().and(invitation::email_key.eq(key)))
            .filter(invitation::invited_at.ge(since).and(invitation::invited_at.lt(until)));
        invitations.extend(unanswered.select(invitation::appointment_id).load::<Id>(conn)?);
    }
    Ok(invitations)
}

/// Some of the invitations that expired before `bound` and still have a recipient.
pub(super) fn expired(conn: &mut Conn, bound: Timestamp, limit: i64) -> Result<Vec<Id>, Error> {
    let old = invitation::expires_at.lt(bound).and(invitation::erased_at.is_null());
    let rows = invitation::table
        .inner_join(appointment::table)
        .filter(old.and(appointment::status.ne(AppointmentStatus::Invited)));
    Ok(rows.limit(limit).select(invitation::appointment_id).load(conn)?)
}

/// Removes the recipients of invitations.
pub(super) fn blank(conn: &mut Conn, ids: &[Id], now: Timestamp) -> Result<(), Error> {
    let (nobody, keys) = (format!("nobody@{NOWHERE}"), NameKeys::of(NOBODY));
    diesel::update(invitation::table.filter(invitation::appointment_id.eq_any(ids.to_vec())))
        .set((
            invitation::token_hash.eq(None::<Vec<u8>>),
            invitation::email.eq(&nobody),
            invitation::email_key.eq(&nobody),
            invitation::name.eq(NOBODY),
            (invitation::sort_name.eq(keys.sort), invitation::name_words.eq(keys.words)),
            invitation::job_title.eq(None::<String>),
            invitation::phone.eq(None::<String>),
            invitation::languages.eq(Document(Vec::<String>::new())),
            invitation::erased_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Adds a person's invitations to an export: those of the account, and those to its address while it was the person's.
pub(super) fn export(conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
    let to_address = appointment::user_id
        .is_null()
        .and(invitation::email_key.eq(&subject.email_key))
        .and(invitation::invited_at.ge(subject.since));
    let own =
        invitation::table.inner_join(appointment::table).filter(appointment::user_id.eq(subject.user).or(to_address));
    personal_list!(lists, "invitations", conn, own,
        appointment: Id = invitation::appointment_id, email: String = invitation::email,
        name: String = invitation::name, job_title: Option<String> = invitation::job_title,
        phone: Option<String> = invitation::phone, languages: Document<Vec<String>> = invitation::languages,
        invited_at: Timestamp = invitation::invited_at, expires_at: Timestamp = invitation::expires_at,
        accepted_at: Option<Timestamp> = invitation::accepted_at);
    Ok(())
}
