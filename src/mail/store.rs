//! All SQL of the outbox.
//!
//! A row is `pending` until a sender leases it, `leased` while that sender has it, then `sent`, `failed`, or `pending`
//! again for a later try. Every result is written with "and still leased by me", so a sender that was given up for dead
//! can't overwrite what its successor did. Claims skip locked rows on PostgreSQL; on SQLite the one writer needs none.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, SmallInt, Text};

use super::types::{Claim, Lane, MailState, MailStatus, NewMail, Outcome};
use super::{Content, SendResult};
use crate::db::id::SqlId;
use crate::db::schema::{mail, mail_content};
use crate::db::timestamp::SqlTimestamp;
use crate::db::{BATCH, Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::on_each;
use crate::time::Timestamp;

/// Stores what a mail says; any number of mails may say it.
pub(super) fn insert_content(conn: &mut Conn, id: Id, content: &Content, now: Timestamp) -> Result<(), Error> {
    diesel::insert_into(mail_content::table)
        .values((
            mail_content::id.eq(id),
            mail_content::subject.eq(&content.subject),
            mail_content::body_text.eq(&content.text),
            mail_content::body_html.eq(&content.html),
            mail_content::created_at.eq(now),
        ))
        .execute(conn)?;
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
    to_address: &'a str,
    to_name: &'a str,
    language: Language,
    content_id: Option<Id>,
    attempts: i32,
    next_at: Timestamp,
    expires_at: Timestamp,
    created_at: Timestamp,
}

/// Puts mails into the outbox.
pub(super) fn insert(conn: &mut Conn, mails: &[NewMail], now: Timestamp) -> Result<(), Error> {
    for chunk in mails.chunks(BATCH) {
        let rows: Vec<Row<'_>> = chunk
            .iter()
            .map(|new| Row {
                id: new.id,
                kind: new.kind,
                batch: new.batch,
                lane: new.lane.number(),
                state: MailState::Pending,
                to_address: &new.to_address,
                to_name: &new.to_name,
                language: new.language,
                content_id: Some(new.content_id),
                attempts: 0,
                next_at: now,
                expires_at: new.expires_at,
                created_at: now,
            })
            .collect();
        on_each!(conn, c => diesel::insert_into(mail::table).values(&rows).execute(c))?;
    }
    Ok(())
}

// SQLite numbers `$n` by their first appearance, whatever n says: so they appear in ascending order in both.
const CLAIM_POSTGRES: &str = "\
WITH lease AS (SELECT $1::uuid AS lease_by, $2::timestamptz AS lease_until), due AS MATERIALIZED (
    SELECT id FROM mail WHERE state = 'pending' AND lane = $3 AND next_at <= $4
    ORDER BY next_at, id LIMIT $5 FOR UPDATE SKIP LOCKED
)
UPDATE mail SET state = 'leased', lease_by = lease.lease_by, lease_until = lease.lease_until FROM due, lease
WHERE mail.id = due.id
RETURNING mail.id, kind, batch, to_address, to_name, language, content_id, attempts, expires_at";

const CLAIM_SQLITE: &str = "\
UPDATE mail SET state = 'leased', lease_by = $1, lease_until = $2 WHERE id IN (
    SELECT id FROM mail WHERE state = 'pending' AND lane = $3 AND next_at <= $4 ORDER BY next_at, id LIMIT $5
)
RETURNING id, kind, batch, to_address, to_name, language, content_id, attempts, expires_at";

/// Leases up to `limit` due mails of a lane, the longest due first.
pub(super) fn claim(
    conn: &mut Conn,
    lane: Lane,
    limit: i64,
    lease_by: Id,
    lease_until: Timestamp,
    now: Timestamp,
) -> Result<Vec<Claim>, Error> {
    let statement = match conn {
        Conn::Postgres(_) => CLAIM_POSTGRES,
        Conn::Sqlite(_) => CLAIM_SQLITE,
    };
    let mut claims: Vec<Claim> = diesel::sql_query(statement)
        .bind::<SqlId, _>(lease_by)
        .bind::<SqlTimestamp, _>(lease_until)
        .bind::<SmallInt, _>(lane.number())
        .bind::<SqlTimestamp, _>(now)
        .bind::<BigInt, _>(limit)
        .load(conn)?;
    // RETURNING promises no order; ids are made in the order of writing.
    claims.sort_by_key(|claim| claim.id);
    Ok(claims)
}

/// The contents that these claims need, each once.
pub(super) fn contents(conn: &mut Conn, claims: &[Claim]) -> Result<Vec<(Id, Content)>, Error> {
    let mut ids: Vec<Id> = claims.iter().filter_map(|claim| claim.content_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<(Id, String, String, String)> = mail_content::table
        .filter(mail_content::id.eq_any(ids))
        .select((mail_content::id, mail_content::subject, mail_content::body_text, mail_content::body_html))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, subject, text, html)| (id, Content { subject, text, html })).collect())
}

/// Writes down what became of leased mails. Mails that this sender no longer holds stay as they are.
pub(super) fn settle(conn: &mut Conn, lease_by: Id, results: &[SendResult], now: Timestamp) -> Result<(), Error> {
    for result in results {
        let (state, charged, next_at, sent_at) = match &result.outcome {
            Outcome::Sent => (MailState::Sent, 1, now, Some(now)),
            Outcome::Failed => (MailState::Failed, 1, now, None),
            Outcome::Retry { at } => (MailState::Pending, 1, *at, None),
            Outcome::PutBack { at } => (MailState::Pending, 0, *at, None),
        };
        let mine = mail::id.eq(result.mail).and(mail::state.eq(MailState::Leased)).and(mail::lease_by.eq(lease_by));
        diesel::update(mail::table.filter(mine))
            .set((
                mail::state.eq(state),
                mail::attempts.eq(mail::attempts + charged),
                mail::next_at.eq(next_at),
                mail::sent_at.eq(sent_at),
                mail::last_code.eq(result.code),
                mail::last_reply.eq(result.reply.as_deref()),
                mail::lease_by.eq(None::<Id>),
                mail::lease_until.eq(None::<Timestamp>),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Deletes what mails said that only their reader should know (links with secrets), once they need it no more.
pub(super) fn forget_contents(conn: &mut Conn, ids: &[Id]) -> Result<(), Error> {
    let done = mail::state.eq_any([MailState::Sent, MailState::Failed]);
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

/// Gives back mails whose lease ran out, and, where `all` says that no other sender lives, every leased one.
pub(super) fn reclaim(conn: &mut Conn, now: Timestamp, all: bool) -> Result<usize, Error> {
    let bound = if all { Timestamp::from_micros(i64::MAX / 2) } else { now };
    let statement = "UPDATE mail SET state = 'pending', lease_by = NULL, lease_until = NULL \
                     WHERE state = 'leased' AND lease_until < $1";
    Ok(diesel::sql_query(statement).bind::<SqlTimestamp, _>(bound).execute(conn)?)
}

/// How many mails of a batch stand in each state: (state, tried before, count).
/// Deletes some of the portal's own mails that were done with before `bound`; returns how many.
pub(super) fn sweep(conn: &mut Conn, bound: Timestamp, most: i64) -> Result<usize, Error> {
    let done = mail::batch
        .is_null()
        .and(mail::state.eq_any([MailState::Sent, MailState::Failed]))
        .and(mail::created_at.lt(bound));
    let done: Vec<Id> = mail::table.filter(done).limit(most).select(mail::id).load(conn)?;
    Ok(diesel::delete(mail::table.filter(mail::id.eq_any(done))).execute(conn)?)
}

pub(super) fn count_by_state(conn: &mut Conn, batch: Id) -> Result<Vec<(MailState, bool, i64)>, Error> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = Text)]
        state: MailState,
        #[diesel(sql_type = Integer)]
        tried: i32,
        #[diesel(sql_type = BigInt)]
        mails: i64,
    }
    let rows: Vec<Count> = diesel::sql_query(
        "SELECT state, CASE WHEN attempts > 0 THEN 1 ELSE 0 END AS tried, count(*) AS mails \
         FROM mail WHERE batch = $1 GROUP BY 1, 2",
    )
    .bind::<SqlId, _>(batch)
    .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.state, row.tried != 0, row.mails)).collect())
}

/// A page of a batch's mails in the order of their ids, `limit` at most.
pub(super) fn page(
    conn: &mut Conn,
    batch: Id,
    states: &[MailState],
    tried: Option<bool>,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<MailStatus>, Error> {
    let mut query = mail::table
        .filter(mail::batch.eq(batch))
        .select(MailStatus::as_select())
        .order(mail::id)
        .limit(limit)
        .into_boxed();
    if !states.is_empty() {
        query = query.filter(mail::state.eq_any(states.to_vec()));
    }
    match tried {
        Some(true) => query = query.filter(mail::attempts.gt(0)),
        Some(false) => query = query.filter(mail::attempts.eq(0)),
        None => {}
    }
    if let Some(after) = after {
        query = query.filter(mail::id.gt(after));
    }
    Ok(query.load(conn)?)
}
