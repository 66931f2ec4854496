//! All SQL of the outbox.
//!
//! A row is `pending` until a sender leases it, `leased` while that sender has it, then `sent`, `failed`, or `pending`
//! again for a retry. Every result is written on the condition that the sender still has the lease, so a sender that
//! was given up can't overwrite the result of its successor. `claims` leases mails and returns them.

use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::Serialize;

use super::SendResult;
use super::batches::{self, Tally};
use super::content::Content;
use super::types::{BounceKind, DeliveryState, LeasedMail, MailState, MailStatus, Merge, NewMail, Outcome, SkipReason};
use crate::db::id::SqlId;
use crate::db::schema::{mail, mail_content};
use crate::db::{BATCH, Conn, Document, Id};
use crate::error::{Error, OrInternal as _};
use crate::i18n::Language;
use crate::on_each;
use crate::time::Timestamp;

/// Stores contents; any number of mails may share one.
pub(super) fn insert_contents(conn: &mut Conn, contents: &[(Id, Content)], now: Timestamp) -> Result<(), Error> {
    for chunk in contents.chunks(BATCH) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(id, content)| {
                (
                    mail_content::id.eq(id),
                    mail_content::subject.eq(&content.subject),
                    mail_content::body_text.eq(&content.text),
                    mail_content::body_html.eq(&content.html),
                    mail_content::created_at.eq(now),
                )
            })
            .collect();
        on_each!(conn, c => diesel::insert_into(mail_content::table).values(&rows).execute(c))?;
    }
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = mail)]
struct Row<'a> {
    id: Id,
    kind: &'a str,
    batch: Option<Id>,
    lane: i16,
    state: MailState,
    user_id: Option<Id>,
    to_address: &'a str,
    to_name: &'a str,
    domain: String,
    language: Language,
    preferred: Option<Language>,
    content_id: Option<Id>,
    vars: Option<Document<&'a Merge>>,
    dedup_key: Option<&'a str>,
    attempts: i32,
    next_at: Timestamp,
    expires_at: Timestamp,
    last_reply: Option<&'static str>,
    created_at: Timestamp,
}

/// Writes mails into the outbox, and wakes the sender for those that are to be sent.
pub(super) fn insert(conn: &mut Conn, mails: &[NewMail], now: Timestamp) -> Result<(), Error> {
    for chunk in mails.chunks(BATCH) {
        let rows: Vec<Row<'_>> = chunk
            .iter()
            .map(|new| Row {
                id: new.id,
                kind: new.kind,
                batch: new.batch,
                lane: new.lane.number(),
                state: if new.skip.is_some() { MailState::Skipped } else { MailState::Pending },
                user_id: new.user_id,
                to_address: &new.to_address,
                to_name: &new.to_name,
                domain: new.to_address.rsplit('@').next().unwrap_or_default().to_lowercase(),
                language: new.language,
                preferred: new.preferred,
                content_id: Some(new.content_id),
                vars: new.merge.as_ref().map(Document),
                dedup_key: new.about.as_deref(),
                attempts: 0,
                next_at: now,
                expires_at: new.expires_at,
                last_reply: new.skip.map(SkipReason::as_str),
                created_at: now,
            })
            .collect();
        on_each!(conn, c => diesel::insert_into(mail::table).values(&rows).execute(c))?;
    }
    for mail in mails.iter().filter(|mail| mail.skip.is_none()) {
        conn.wake(mail.lane.wakeup());
    }
    Ok(())
}

/// The contents of these mails, each once.
pub(super) fn contents(conn: &mut Conn, taken: &[LeasedMail]) -> Result<Vec<(Id, Content)>, Error> {
    let mut ids: Vec<Id> = taken.iter().filter_map(|taken| taken.claim.content_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<(Id, String, String, String)> = mail_content::table
        .filter(mail_content::id.eq_any(ids))
        .select((mail_content::id, mail_content::subject, mail_content::body_text, mail_content::body_html))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, subject, text, html)| (id, Content { subject, text, html })).collect())
}

/// Writes the results of leased mails; returns those that failed permanently. Mails that this sender no longer leases
/// stay unchanged.
pub(super) fn settle<'a>(
    conn: &mut Conn,
    lease_by: Id,
    results: &'a [SendResult],
    now: Timestamp,
) -> Result<Vec<&'a SendResult>, Error> {
    let rows: Vec<Settlement<'_>> = results.iter().map(|result| Settlement::of(result, now)).collect();
    let settled: HashSet<Id> = match conn {
        Conn::Postgres(_) => settle_at_once(conn, lease_by, &rows)?,
        Conn::Sqlite(_) => settle_each(conn, lease_by, &rows)?,
    };
    let mut failed = Vec::new();
    let mut tallies: BTreeMap<Id, Tally> = BTreeMap::new();
    for result in results.iter().filter(|result| settled.contains(&result.mail)) {
        if result.outcome == Outcome::Failed {
            failed.push(result);
        }
        if let Some(batch) = result.batch {
            tallies.entry(batch).or_default().add(Tally::of(&result.outcome, result.tried));
        }
    }
    batches::tally(conn, &tallies)?;
    Ok(failed)
}

/// The result of a mail; also the form in which PostgreSQL reads many of them.
#[derive(Serialize)]
struct Settlement<'a> {
    id: Id,
    state: MailState,
    charged: i32,
    next_at: Timestamp,
    sent_at: Option<Timestamp>,
    code: Option<i32>,
    status: Option<&'a str>,
    reply: Option<&'a str>,
}

impl<'a> Settlement<'a> {
    fn of(result: &'a SendResult, now: Timestamp) -> Self {
        let (state, charged, next_at) = match &result.outcome {
            Outcome::Sent => (MailState::Sent, 1, now),
            Outcome::Failed => (MailState::Failed, 1, now),
            Outcome::Skipped => (MailState::Skipped, 0, now),
            Outcome::Retry { at } => (MailState::Pending, 1, *at),
            Outcome::PutBack { at } => (MailState::Pending, 0, *at),
        };
        Self {
            id: result.mail,
            state,
            charged,
            next_at,
            sent_at: (state == MailState::Sent).then_some(now),
            code: result.code,
            status: result.status.as_deref(),
            reply: result.reply.as_deref(),
        }
    }
}

/// A statement for each: on SQLite that is a call into a library, and the statement is prepared already.
fn settle_each(conn: &mut Conn, lease_by: Id, rows: &[Settlement<'_>]) -> Result<HashSet<Id>, Error> {
    let mut settled = HashSet::with_capacity(rows.len());
    for row in rows {
        let mine = mail::id.eq(row.id).and(mail::state.eq(MailState::Leased)).and(mail::lease_by.eq(lease_by));
        let changed = diesel::update(mail::table.filter(mine))
            .set((
                mail::state.eq(row.state),
                mail::attempts.eq(mail::attempts + row.charged),
                mail::claims.eq(0),
                mail::next_at.eq(row.next_at),
                mail::sent_at.eq(row.sent_at),
                mail::last_code.eq(row.code),
                mail::last_status.eq(row.status),
                mail::last_reply.eq(row.reply),
                mail::lease_by.eq(None::<Id>),
                mail::lease_until.eq(None::<Timestamp>),
            ))
            .execute(conn)?;
        if changed == 1 {
            settled.insert(row.id);
        }
    }
    Ok(settled)
}

// Only leased mails have a `lease_by`. With the state as a condition the planner would choose the index of leases,
// which it believes to be empty, and read all recent entries.
const SETTLE_AT_ONCE: &str = "\
UPDATE mail SET state = result.state, attempts = mail.attempts + result.charged, claims = 0, next_at = result.next_at,
    sent_at = result.sent_at, last_code = result.code, last_status = result.status, last_reply = result.reply,
    lease_by = NULL, lease_until = NULL
FROM jsonb_to_recordset($1::jsonb) AS result (id uuid, state text, charged integer, next_at timestamptz,
    sent_at timestamptz, code integer, status text, reply text)
WHERE mail.id = result.id AND mail.lease_by = $2
RETURNING mail.id";

#[derive(QueryableByName)]
struct SettledMail {
    #[diesel(sql_type = SqlId)]
    id: Id,
}

/// All in one statement: each further one would be another round trip to the server.
fn settle_at_once(conn: &mut Conn, lease_by: Id, rows: &[Settlement<'_>]) -> Result<HashSet<Id>, Error> {
    let settled: Vec<SettledMail> = diesel::sql_query(SETTLE_AT_ONCE)
        .bind::<Text, _>(serde_json::to_string(rows).or_internal()?)
        .bind::<SqlId, _>(lease_by)
        .load(conn)?;
    Ok(settled.into_iter().map(|row| row.id).collect())
}

/// Cancels waiting mails about the same, which are outdated.
pub(super) fn supersede(conn: &mut Conn, about: &str) -> Result<(), Error> {
    let waiting = mail::dedup_key.eq(about).and(mail::state.eq(MailState::Pending));
    let contents: Vec<Option<Id>> = mail::table.filter(waiting).select(mail::content_id).load(conn)?;
    if contents.is_empty() {
        return Ok(());
    }
    diesel::update(mail::table.filter(waiting)).set(mail::state.eq(MailState::Cancelled)).execute(conn)?;
    let contents: Vec<Id> = contents.into_iter().flatten().collect();
    forget_contents(conn, &contents)
}

/// Cancels up to `most` of the portal's own mails that were written before `bound` and have not left; returns how many.
pub(super) fn cancel_written_before(conn: &mut Conn, bound: Timestamp, most: i64) -> Result<usize, Error> {
    let waiting = mail::batch.is_null().and(mail::state.eq_any([MailState::Pending, MailState::Leased]));
    let rows: Vec<(Id, Option<Id>)> = mail::table
        .filter(waiting.and(mail::created_at.lt(bound)))
        .order(mail::id)
        .limit(most)
        .select((mail::id, mail::content_id))
        .load(conn)?;
    let (ids, contents): (Vec<Id>, Vec<Option<Id>>) = rows.into_iter().unzip();
    let none = (mail::lease_by.eq(None::<Id>), mail::lease_until.eq(None::<Timestamp>));
    let cancelled = diesel::update(mail::table.filter(mail::id.eq_any(ids)))
        .set((mail::state.eq(MailState::Cancelled), none))
        .execute(conn)?;
    let contents: Vec<Id> = contents.into_iter().flatten().collect();
    forget_contents(conn, &contents)?;
    Ok(cancelled)
}

/// Cancels mails of batches whose reader was erased.
pub(super) fn cancel(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    let waiting = mail::id.eq_any(ids).and(mail::state.eq_any([MailState::Pending, MailState::Leased]));
    let rows: Vec<(Id, Option<Id>, i32)> =
        mail::table.filter(waiting).select((mail::id, mail::batch, mail::attempts)).load(conn)?;
    let mut tallies: BTreeMap<Id, Tally> = BTreeMap::new();
    for (id, batch, attempts) in rows {
        let changed = diesel::update(
            mail::table.filter(mail::id.eq(id).and(mail::state.eq_any([MailState::Pending, MailState::Leased]))),
        )
        .set((
            mail::state.eq(MailState::Cancelled),
            mail::lease_by.eq(None::<Id>),
            mail::lease_until.eq(None::<Timestamp>),
        ))
        .execute(conn)?;
        if let Some(batch) = batch
            && changed == 1
        {
            tallies.entry(batch).or_default().add(Tally {
                cancelled: 1,
                deferred: -i64::from(attempts > 0),
                ..Tally::default()
            });
        }
    }
    batches::tally(conn, &tallies)
}

/// Deletes secret contents (links with tokens), once their mails need them no more.
pub(super) fn forget_contents(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    let done = mail::state.eq_any([MailState::Sent, MailState::Failed, MailState::Cancelled, MailState::Skipped]);
    diesel::update(mail::table.filter(mail::content_id.eq_any(ids).and(done)))
        .set(mail::content_id.eq(None::<Id>))
        .execute(conn)?;
    let used = mail::table.filter(mail::content_id.eq(mail_content::id.nullable()));
    diesel::delete(
        mail_content::table.filter(mail_content::id.eq_any(ids)).filter(diesel::dsl::not(diesel::dsl::exists(used))),
    )
    .execute(conn)?;
    Ok(())
}

/// Deletes some of the portal's own mails that were done before `bound`; returns how many.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp, most: i64) -> Result<usize, Error> {
    let done = mail::batch
        .is_null()
        .and(mail::state.eq_any([MailState::Sent, MailState::Failed, MailState::Cancelled, MailState::Skipped]))
        .and(mail::created_at.lt(bound));
    let done: Vec<Id> = mail::table.filter(done).limit(most).select(mail::id).load(conn)?;
    Ok(diesel::delete(mail::table.filter(mail::id.eq_any(done))).execute(conn)?)
}

/// A page of a batch's mails in the order of their ids, `limit` at most.
pub(super) fn page(
    conn: &mut Conn,
    batch: Id,
    state: Option<DeliveryState>,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<MailStatus>, Error> {
    let query = mail::table
        .filter(mail::batch.eq(batch))
        .select(MailStatus::as_select())
        .order(mail::id)
        .limit(limit)
        .into_boxed();
    let waiting = || mail::state.eq_any([MailState::Pending, MailState::Leased]);
    let reported = |kinds: &'static [BounceKind]| mail::bounced_at.is_not_null().and(mail::bounce_kind.eq_any(kinds));
    let mut query = match state {
        None => query,
        Some(DeliveryState::Pending) => query.filter(waiting().and(mail::attempts.eq(0))),
        Some(DeliveryState::Deferred) => query.filter(waiting().and(mail::attempts.gt(0))),
        Some(DeliveryState::Sent) => query.filter(mail::state.eq(MailState::Sent)),
        Some(DeliveryState::Failed) => query.filter(mail::state.eq(MailState::Failed)),
        Some(DeliveryState::Skipped) => query.filter(mail::state.eq(MailState::Skipped)),
        Some(DeliveryState::Cancelled) => query.filter(mail::state.eq(MailState::Cancelled)),
        Some(DeliveryState::Bounced) => query.filter(reported(&[BounceKind::Soft, BounceKind::Hard])),
        Some(DeliveryState::Complaints) => query.filter(reported(&[BounceKind::Complaint])),
    };
    if let Some(after) = after {
        query = query.filter(mail::id.gt(after));
    }
    let rows: Vec<MailStatus> = query.load(conn)?;
    Ok(rows.into_iter().map(MailStatus::shown).collect())
}
