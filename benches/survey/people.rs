//! People of the bench with API tokens, which cost no hash of a password: an officer, and those who write.

use std::collections::HashSet;
use std::time::Duration;

use diesel::prelude::*;
use portal::appointments::{AppointmentStatus, Role};
use portal::bench::Outcome;
use portal::db::schema::{api_token, appointment, round_frame};
use portal::db::{Conn, Document, Id};
use portal::policy::{ApiScope, Level};
use portal::random::Random;
use portal::secrets::fingerprint;
use portal::time::Clock;

/// The start of each API token.
const PREFIX: &str = "portal_pat_";

/// The first person of the Secretariat, with a token.
pub fn officer(conn: &mut Conn) -> Outcome<(Id, String)> {
    let (person, _) = active(conn, Role::Secretariat, 1)?.pop().ok_or("nobody of the Secretariat")?;
    let scopes = [ApiScope::ReadSurveys, ApiScope::ManageSurveys];
    Ok((person, token(conn, person, &scopes, Level::TwoFactor)?))
}

/// Contact points of organisations that a round asks, with these and tokens.
pub fn editors(conn: &mut Conn, round: Id, count: usize) -> Outcome<Vec<(Id, Id, String)>> {
    let asked = round_frame::table.filter(round_frame::round_id.eq(round)).select(round_frame::organisation_id);
    let asked: HashSet<Id> = asked.load(conn)?.into_iter().collect();
    let mut people = active(conn, Role::Ncp, i64::MAX)?;
    people.retain(|(_, organisation)| asked.contains(organisation));
    people.truncate(count);
    if people.len() < count {
        return Err(format!("{} contact points of {count}", people.len()).into());
    }
    let with_token = |(person, organisation)| -> Outcome<(Id, Id, String)> {
        Ok((person, organisation, token(conn, person, &[ApiScope::AnswerSurveys], Level::Password)?))
    };
    people.into_iter().map(with_token).collect()
}

/// People with this role, and their organisations.
fn active(conn: &mut Conn, role: Role, most: i64) -> Outcome<Vec<(Id, Id)>> {
    let rows: Vec<(Option<Id>, Id)> = appointment::table
        .filter(appointment::role.eq(role).and(appointment::status.eq(AppointmentStatus::Active)))
        .order(appointment::id)
        .limit(most)
        .select((appointment::user_id, appointment::organisation_id))
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|(person, organisation)| Some((person?, organisation))).collect())
}

fn token(conn: &mut Conn, person: Id, scopes: &[ApiScope], level: Level) -> Outcome<String> {
    let (random, now) = (Random::system(), Clock::system().now());
    let token = format!("{PREFIX}{}", random.secret());
    diesel::insert_into(api_token::table)
        .values((
            api_token::id.eq(Id::new(now, &random)),
            api_token::user_id.eq(person),
            api_token::name.eq("bench"),
            api_token::hash.eq(fingerprint(&token)),
            api_token::scopes.eq(Document(scopes.to_vec())),
            api_token::level.eq(level),
            api_token::created_at.eq(now),
            api_token::expires_at.eq(now.plus(Duration::from_hours(24))),
        ))
        .execute(conn)?;
    Ok(token)
}
