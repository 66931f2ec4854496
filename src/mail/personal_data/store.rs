//! The SQL that exports and erases personal data of mail.

use diesel::prelude::*;

use crate::db::schema::{mail, mail_content, mail_opt_out, mail_suppression, users};
use crate::db::{Conn, Document, Id, MultiBackend};
use crate::error::Error;
use crate::mail::bounce_records::unread;
use crate::mail::store::cancel;
use crate::mail::{DIGEST, Merge};
use crate::personal_data::{Address, Addresses, Lists, Subject};
use crate::personal_list;
use crate::time::Timestamp;

type When = Option<Timestamp>;

/// Adds to an export: the topics that the person unsubscribed from, mails to the address while it is the person's, and
/// its suppression.
pub(super) fn export(conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
    let left = mail_opt_out::table.filter(mail_opt_out::user_id.eq(subject.user));
    personal_list!(lists, "topics_left", conn, left,
        topic: String = mail_opt_out::topic, created_at: Timestamp = mail_opt_out::created_at);
    let addresses = [subject.email.clone(), subject.email_key.clone()];
    // Mails of earlier versions identify their account by the name only.
    let names = names_of(conn, subject.user)?;
    let unnamed = mail::user_id.is_null().and(mail::created_at.ge(subject.since));
    let unnamed = unnamed.and(mail::to_name.eq("").or(mail::to_name.eq_any(names)));
    let mails = mail::table
        .filter(mail::to_address.eq_any(addresses))
        .filter(mail::user_id.eq(subject.user).or(unnamed))
        .order(mail::id.desc())
        .into_boxed::<MultiBackend>();
    personal_list!(lists, "mails", conn, mails,
        id: Id = mail::id, kind: String = mail::kind, to: String = mail::to_address, state: String = mail::state,
        created_at: Timestamp = mail::created_at, sent_at: When = mail::sent_at, bounced_at: When = mail::bounced_at,
        bounce_diagnostic: Option<String> = mail::bounce_diagnostic);
    let listed = mail_suppression::table.filter(mail_suppression::address_key.eq(&subject.email_key));
    personal_list!(lists, "suppressions", conn, listed,
        address: String = mail_suppression::address_key, reason: String = mail_suppression::reason,
        source: String = mail_suppression::source, until: When = mail_suppression::until,
        created_at: Timestamp = mail_suppression::created_at);
    Ok(())
}

/// The names of a person: today's, and those of the last days.
fn names_of(conn: &mut Conn, user: Id) -> Result<Vec<String>, Error> {
    type Names = (String, Option<String>, Option<String>, Option<String>);
    let columns = (users::name, users::previous_name, users::oldest_name, users::own_name);
    let (name, previous, oldest, own): Names = users::table.find(user).select(columns).first(conn)?;
    Ok(previous.into_iter().chain(oldest).chain(own).chain([name]).collect())
}

/// Deletes the choice of topics of a person.
pub(super) fn delete_choices(conn: &mut Conn, user: Id) -> Result<(), Error> {
    diesel::delete(mail_opt_out::table.filter(mail_opt_out::user_id.eq(user))).execute(conn)?;
    Ok(())
}

/// Deletes the portal's own mails to a person, and digests, with their contents and with reports about them that were
/// not understood. For each address: the mails that were written to the account, and of those without an account (the
/// address was not verified, or an earlier version wrote them) those from the time in which the address was the
/// person's.
///
/// A mailbox may have been a colleague's in between: if others are known under an address, a mail that names somebody
/// else stays, and so does a mail that was written after the person had left it, whatever the person's name was by
/// then.
pub(super) fn delete_own(conn: &mut Conn, user: Id, known: &Addresses) -> Result<(), Error> {
    for address in &known.all {
        let Address { written, claim, names_of_others, .. } = address;
        let own = || mail::batch.is_null().or(mail::kind.eq(DIGEST));
        let there = || mail::table.filter(mail::to_address.eq_any(written.clone())).filter(own());
        let written_to_them = there().filter(mail::user_id.eq(user)).select((mail::id, mail::content_id));
        let rows: Vec<(Id, Option<Id>)> = written_to_them.load(conn)?;
        delete(conn, rows)?;
        let mut names = known.names_at(address);
        let theirs = mail::created_at.ge(claim.since).and(mail::created_at.lt(claim.until));
        let mut to_them = there()
            .filter(mail::user_id.is_null().and(theirs))
            .select((mail::id, mail::content_id))
            .into_boxed::<MultiBackend>();
        if claim.is_shared {
            to_them = to_them.filter(mail::to_name.eq("").or(mail::to_name.eq_any(names.clone())));
        }
        let rows: Vec<(Id, Option<Id>)> = to_them.load(conn)?;
        delete(conn, rows)?;
        // Outside of that time: mails that name the person, and none of the others at that address, and are done.
        names.retain(|name| !names_of_others.contains(name));
        let until = if claim.is_shared { claim.until } else { Timestamp::from_micros(i64::MAX) };
        let done = mail::state.eq_any(["sent", "failed", "skipped", "cancelled"]);
        let naming = there()
            .filter(mail::user_id.is_null().and(mail::created_at.lt(until)))
            .filter(mail::to_name.eq_any(names).and(done))
            .select((mail::id, mail::content_id));
        let rows: Vec<(Id, Option<Id>)> = naming.load(conn)?;
        delete(conn, rows)?;
    }
    Ok(())
}

/// Deletes mails with one `about`.
pub(super) fn delete_about(conn: &mut Conn, about: &str) -> Result<(), Error> {
    let asking = mail::table.filter(mail::dedup_key.eq(about)).select((mail::id, mail::content_id));
    let rows: Vec<(Id, Option<Id>)> = asking.load(conn)?;
    delete(conn, rows)
}

/// Deletes mails with their contents, and their bounces.
fn delete(conn: &mut Conn, rows: Vec<(Id, Option<Id>)>) -> Result<(), Error> {
    let (mails, contents): (Vec<Id>, Vec<Option<Id>>) = rows.into_iter().unzip();
    // So that the batch of a digest does not count mails that will never be sent.
    cancel(conn, &mails)?;
    unread::forget_about(conn, &mails)?;
    diesel::delete(mail::table.filter(mail::id.eq_any(mails))).execute(conn)?;
    let contents: Vec<Id> = contents.into_iter().flatten().collect();
    diesel::delete(mail_content::table.filter(mail_content::id.eq_any(contents))).execute(conn)?;
    Ok(())
}

/// Cancels unsent mails, deletes their bounces, and removes their recipients.
pub(super) fn blank_unsent(conn: &mut Conn, ids: Vec<Id>) -> Result<(), Error> {
    cancel(conn, &ids)?;
    unread::forget_about(conn, &ids)?;
    blank(conn, ids)
}

/// Removes the recipients of some mails of batches that were written before `bound` and are done; returns how many.
pub(super) fn forget_readers(conn: &mut Conn, bound: Timestamp, limit: i64) -> Result<usize, Error> {
    let old = mail::created_at.lt(bound).and(mail::to_address.ne("")).and(mail::batch.is_not_null());
    let done = mail::state.eq_any(["sent", "failed", "skipped", "cancelled"]);
    let ids: Vec<Id> = mail::table.filter(old.and(done)).limit(limit).select(mail::id).load(conn)?;
    blank(conn, ids.clone())?;
    Ok(ids.len())
}

fn blank(conn: &mut Conn, ids: Vec<Id>) -> Result<(), Error> {
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
