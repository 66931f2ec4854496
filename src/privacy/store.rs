//! The SQL of erasing and forgetting. It names every table that holds something personal: a new one is to be added here, and a
//! test that looks through every column says where that was forgotten.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::announcements;
use crate::appointments::AppointmentStatus;
use crate::db::schema::{
    api_token, appointment, contact, delivery, device, erasure, invitation, mail, mail_content, mail_opt_out,
    nomination, one_time_token, organisation, passkey, recovery_code, registration, session, setback, totp, users,
};
use crate::db::{Conn, Document, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::mail::{EmailAddress, Merge};
use crate::on_each;
use crate::time::Timestamp;

/// The states in which an appointment is over that was never in force, and those after it was.
const CAME_TO_NOTHING: [AppointmentStatus; 3] =
    [AppointmentStatus::Rejected, AppointmentStatus::Lapsed, AppointmentStatus::Withdrawn];
const OVER: [AppointmentStatus; 3] =
    [AppointmentStatus::Ended, AppointmentStatus::Expired, AppointmentStatus::Replaced];
/// Where nobody reads mail (RFC 2606).
const NOWHERE: &str = "erased.invalid";

/// Under which addresses somebody is known: as they were written, and as they are compared.
pub(super) struct Addresses {
    pub(super) written: Vec<String>,
    pub(super) keys: Vec<String>,
}

/// Every address that somebody has or had.
pub(super) fn addresses(conn: &mut Conn, user: Id) -> Result<Addresses, Error> {
    let mut written: Vec<String> = users::table.filter(users::id.eq(user)).select(users::email).load(conn)?;
    written.extend(contact::table.filter(contact::user_id.eq(user)).select(contact::email).load::<String>(conn)?);
    let own = registration::table.filter(registration::user_id.eq(user));
    written.extend(own.select(registration::email).load::<String>(conn)?);
    let own = invitation::table.inner_join(appointment::table).filter(appointment::user_id.eq(user));
    written.extend(own.select(invitation::email).load::<String>(conn)?);
    let own = one_time_token::table.filter(one_time_token::user_id.eq(user).and(one_time_token::email.is_not_null()));
    written.extend(own.select(one_time_token::email.assume_not_null()).load::<String>(conn)?);
    let mut keys: Vec<String> =
        written.iter().filter_map(|email| EmailAddress::parse(email).ok()).map(|address| address.key()).collect();
    written.extend(keys.iter().cloned());
    for list in [&mut written, &mut keys] {
        list.sort_unstable();
        list.dedup();
    }
    Ok(Addresses { written, keys })
}

/// Invitations to these addresses that nobody answered yet.
pub(super) fn open_invitations(conn: &mut Conn, known: &Addresses) -> Result<Vec<Id>, Error> {
    let open = appointment::status.eq(AppointmentStatus::Invited);
    let theirs = invitation::email_key.eq_any(known.keys.clone());
    let rows = invitation::table.inner_join(appointment::table).filter(theirs.and(open));
    Ok(rows.order(appointment::organisation_id).select(appointment::id).load(conn)?)
}

/// The organisation of the newest appointment.
pub(super) fn last_organisation(conn: &mut Conn, user: Id, language: Language) -> Result<Option<String>, Error> {
    let newest = appointment::table
        .inner_join(organisation::table)
        .filter(appointment::user_id.eq(user))
        .order(appointment::id.desc())
        .select((organisation::name_en, organisation::name_fr));
    let names: Option<(String, String)> = newest.first(conn).optional()?;
    Ok(names.map(|(en, fr)| if language.catalogue() == Language::Fr { fr } else { en }))
}

/// Blanks or deletes everything about somebody but id, appointments and log. The contacts and letters are gone already.
pub(super) fn erase(
    conn: &mut Conn,
    user: Id,
    known: &Addresses,
    pseudonym: &str,
    now: Timestamp,
) -> Result<(), Error> {
    diesel::delete(session::table.filter(session::user_id.eq(user))).execute(conn)?;
    diesel::delete(device::table.filter(device::user_id.eq(user))).execute(conn)?;
    diesel::delete(totp::table.filter(totp::user_id.eq(user))).execute(conn)?;
    diesel::delete(recovery_code::table.filter(recovery_code::user_id.eq(user))).execute(conn)?;
    diesel::delete(passkey::table.filter(passkey::user_id.eq(user))).execute(conn)?;
    diesel::delete(api_token::table.filter(api_token::user_id.eq(user))).execute(conn)?;
    diesel::delete(mail_opt_out::table.filter(mail_opt_out::user_id.eq(user))).execute(conn)?;
    // What was acknowledged stays: by a pseudonym from now on.
    diesel::update(delivery::table.filter(delivery::user_id.eq(user)))
        .set((
            delivery::read_at.eq(None::<Timestamp>),
            delivery::digest_since.eq(None::<Timestamp>),
            delivery::digest_at.eq(None::<Timestamp>),
        ))
        .execute(conn)?;
    let secrets = one_time_token::user_id.eq(user).or(one_time_token::email.eq_any(known.written.clone()));
    diesel::delete(one_time_token::table.filter(secrets)).execute(conn)?;
    let invited: Vec<Id> = invitation::table
        .inner_join(appointment::table)
        .filter(appointment::user_id.eq(user).or(invitation::email_key.eq_any(known.keys.clone())))
        .select(invitation::appointment_id)
        .load(conn)?;
    blank_invitations(conn, &invited, now)?;
    let applications = registration::user_id.eq(user).or(registration::email_key.eq_any(known.keys.clone()));
    let applications: Vec<Id> = registration::table.filter(applications).select(registration::id).load(conn)?;
    delete_applications(conn, &applications)?;
    diesel::update(appointment::table.filter(appointment::user_id.eq(user)))
        .set((appointment::reason.eq(None::<String>), appointment::forgotten_at.eq(now)))
        .execute(conn)?;
    erase_mails(conn, user, known)?;
    let nowhere = format!("{user}@{NOWHERE}");
    diesel::update(users::table.find(user))
        .set((
            users::email.eq(&nowhere),
            users::email_key.eq(&nowhere),
            users::name.eq(pseudonym),
            users::password_hash.eq(""),
            users::suspension_reason.eq(None::<String>),
            users::previous_name.eq(None::<String>),
            users::password_is_short.eq(None::<bool>),
            users::name_changed_at.eq(None::<Timestamp>),
            users::erase_at.eq(now),
            users::erased_at.eq(now),
            users::updated_at.eq(now),
        ))
        .execute(conn)?;
    let row = (erasure::user_id.eq(user), erasure::erased_at.eq(now));
    on_each!(conn, c => diesel::insert_into(erasure::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// The portal's own mails to somebody go, and digests, with what they said; those of announcements stay to be counted.
fn erase_mails(conn: &mut Conn, user: Id, known: &Addresses) -> Result<(), Error> {
    let own = mail::batch.is_null().or(mail::kind.eq(announcements::digest::KIND));
    let own = mail::to_address.eq_any(known.written.clone()).and(own);
    let rows: Vec<(Id, Option<Id>)> = mail::table.filter(own).select((mail::id, mail::content_id)).load(conn)?;
    let (mails, contents): (Vec<Id>, Vec<Option<Id>>) = rows.into_iter().unzip();
    // So that the batch of a digest counts none that will never leave.
    crate::mail::cancel(conn, &mails)?;
    diesel::delete(mail::table.filter(mail::id.eq_any(mails))).execute(conn)?;
    let contents: Vec<Id> = contents.into_iter().flatten().collect();
    diesel::delete(mail_content::table.filter(mail_content::id.eq_any(contents))).execute(conn)?;
    let delivered = delivery::table.filter(delivery::user_id.eq(user)).select(delivery::mail_id);
    let delivered: Vec<Id> = delivered.load(conn)?;
    crate::mail::cancel(conn, &delivered)?;
    blank_mails(conn, delivered)
}

fn blank_mails(conn: &mut Conn, ids: Vec<Id>) -> Result<(), Error> {
    diesel::update(mail::table.filter(mail::id.eq_any(ids)))
        .set((
            mail::user_id.eq(None::<Id>),
            mail::to_address.eq(""),
            mail::to_name.eq(""),
            mail::vars.eq(None::<Document<Merge>>),
            mail::last_reply.eq(None::<String>),
            mail::bounce_diagnostic.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}

fn delete_applications(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    diesel::update(appointment::table.filter(appointment::registration_id.eq_any(ids.to_vec())))
        .set(appointment::registration_id.eq(None::<Id>))
        .execute(conn)?;
    diesel::delete(registration::table.filter(registration::id.eq_any(ids.to_vec()))).execute(conn)?;
    Ok(())
}

fn blank_invitations(conn: &mut Conn, ids: &[Id], now: Timestamp) -> Result<(), Error> {
    let nobody = format!("nobody@{NOWHERE}");
    diesel::update(invitation::table.filter(invitation::appointment_id.eq_any(ids.to_vec())))
        .set((
            invitation::token_hash.eq(None::<Vec<u8>>),
            invitation::email.eq(&nobody),
            invitation::email_key.eq(&nobody),
            invitation::name.eq("—"),
            invitation::job_title.eq(None::<String>),
            invitation::phone.eq(None::<String>),
            invitation::languages.eq(Document(Vec::<String>::new())),
            invitation::erased_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Who is to be erased now, by own wish; and who was erased before, and is back from a backup.
pub(super) fn due(conn: &mut Conn, now: Timestamp, limit: i64) -> Result<Vec<Id>, Error> {
    let wish = users::erase_at.le(now).and(users::erased_at.is_null());
    let waits = || exists(setback::table.filter(setback::id.eq(users::id).and(setback::until.gt(now))));
    let mut due: Vec<Id> = users::table.filter(wish).filter(not(waits())).limit(limit).select(users::id).load(conn)?;
    let back = erasure::table.inner_join(users::table.on(users::id.eq(erasure::user_id)));
    let back = back.filter(users::erased_at.is_null()).filter(not(waits())).limit(limit).select(users::id);
    due.extend(back.load::<Id>(conn)?);
    due.sort_unstable();
    due.dedup();
    Ok(due)
}

/// Appointments that are over since before these instants, and not forgotten yet.
pub(super) fn forgettable(
    conn: &mut Conn,
    (nothing_since, over_since): (Timestamp, Timestamp),
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Id>, Error> {
    let old = |states: [AppointmentStatus; 3], since: Timestamp| {
        let past = appointment::status.eq_any(states).and(appointment::status_since.lt(since));
        let waits = exists(setback::table.filter(setback::id.eq(appointment::id).and(setback::until.gt(now))));
        let rows = appointment::table.filter(past.and(appointment::forgotten_at.is_null())).filter(not(waits));
        rows.limit(limit).select(appointment::id)
    };
    let mut ids: Vec<Id> = old(CAME_TO_NOTHING, nothing_since).load(conn)?;
    ids.extend(old(OVER, over_since).load::<Id>(conn)?);
    Ok(ids)
}

/// Forgets what is personal about an appointment; returns whose it was where nothing of that person is left to keep.
pub(super) fn forget(conn: &mut Conn, id: Id, now: Timestamp) -> Result<Option<Id>, Error> {
    blank_invitations(conn, &[id], now)?;
    let (user, application): (Option<Id>, Option<Id>) =
        appointment::table.find(id).select((appointment::user_id, appointment::registration_id)).first(conn)?;
    delete_applications(conn, &application.into_iter().collect::<Vec<_>>())?;
    diesel::update(appointment::table.find(id))
        .set((appointment::reason.eq(None::<String>), appointment::forgotten_at.eq(now)))
        .execute(conn)?;
    let Some(user) = user else { return Ok(None) };
    let kept = appointment::user_id.eq(user).and(appointment::forgotten_at.is_null());
    let kept: i64 = appointment::table.filter(kept).count().get_result(conn)?;
    let erased: i64 =
        users::table.filter(users::id.eq(user).and(users::erased_at.is_not_null())).count().get_result(conn)?;
    Ok((kept == 0 && erased == 0).then_some(user))
}

/// Nominations of appointments that are over since before `bound`.
pub(super) fn old_nominations(conn: &mut Conn, bound: Timestamp, now: Timestamp, limit: i64) -> Result<Vec<Id>, Error> {
    let old = appointment::status.eq_any(OVER).and(appointment::status_since.lt(bound));
    let waits = exists(setback::table.filter(setback::id.eq(appointment::id).and(setback::until.gt(now))));
    let rows = nomination::table.inner_join(appointment::table).filter(old).filter(not(waits)).limit(limit);
    Ok(rows.select(nomination::appointment_id).load(conn)?)
}

/// Blanks some invitations that ran out before `bound`; returns how many.
pub(super) fn forget_invitations(
    conn: &mut Conn,
    bound: Timestamp,
    limit: i64,
    now: Timestamp,
) -> Result<usize, Error> {
    let old = invitation::expires_at.lt(bound).and(invitation::erased_at.is_null());
    let rows = invitation::table
        .inner_join(appointment::table)
        .filter(old.and(appointment::status.ne(AppointmentStatus::Invited)));
    let ids: Vec<Id> = rows.limit(limit).select(invitation::appointment_id).load(conn)?;
    blank_invitations(conn, &ids, now)?;
    Ok(ids.len())
}

/// Forgets where some sessions came from that were opened before `bound`; returns how many.
pub(super) fn forget_networks(conn: &mut Conn, bound: Timestamp, limit: i64) -> Result<usize, Error> {
    let old = session::created_at.lt(bound).and(session::network.is_not_null());
    let ids: Vec<Id> = session::table.filter(old).limit(limit).select(session::id).load(conn)?;
    diesel::update(session::table.filter(session::id.eq_any(ids.clone())))
        .set((session::network.eq(None::<String>), session::user_agent.eq(None::<String>)))
        .execute(conn)?;
    Ok(ids.len())
}

/// Forgets to whom some mails of announcements went that were written before `bound`; returns how many.
pub(super) fn forget_readers(conn: &mut Conn, bound: Timestamp, limit: i64) -> Result<usize, Error> {
    let old = mail::created_at.lt(bound).and(mail::to_address.ne("")).and(mail::batch.is_not_null());
    let done = mail::state.eq_any(["sent", "failed", "skipped", "cancelled"]);
    let ids: Vec<Id> = mail::table.filter(old.and(done)).limit(limit).select(mail::id).load(conn)?;
    blank_mails(conn, ids.clone())?;
    Ok(ids.len())
}
