//! The SQL of whose an address is: the addresses that somebody has or had, and who else has rows that bear them.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::{Holder, Known, claim, held_since, left_at, settled_at};
use crate::audit::Event;
use crate::db::schema::{appointment, audit_entry, contact, invitation, one_time_token, registration, users};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::identity::Purpose;
use crate::mail::EmailAddress;
use crate::personal_data::{Address, Addresses, Claim, Name};
use crate::time::Timestamp;

/// Every address that somebody has or had. One that was asked for, and never confirmed, is none of them.
pub(in crate::privacy) fn addresses(conn: &mut Conn, user: Id) -> Result<Addresses, Error> {
    let own = registration::table.filter(registration::user_id.eq(user)).select(registration::email);
    let mut written: Vec<String> = own.load(conn)?;
    written.push(users::table.find(user).select(users::email).first(conn)?);
    written.extend(contact::table.filter(contact::user_id.eq(user)).select(contact::email).load::<String>(conn)?);
    let own = invitation::table.inner_join(appointment::table).filter(appointment::user_id.eq(user));
    written.extend(own.select(invitation::email).load::<String>(conn)?);
    let left = addresses_left(conn, user)?;
    let confirmed = addresses_confirmed(conn, user)?;
    written.extend(left.iter().chain(&confirmed).map(|(email, _)| email.clone()));
    let mut by_key: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for email in written {
        if let Ok(address) = EmailAddress::parse(&email) {
            by_key.entry(address.key()).or_insert_with(|| BTreeSet::from([address.key()])).insert(email);
        }
    }
    let mut addresses = Addresses { held: Vec::new(), all: Vec::new(), names: names_of(conn, user)? };
    for (key, written) in by_key {
        let at = |links: &[(String, Timestamp)]| -> Vec<Timestamp> {
            links.iter().filter(|(email, _)| written.contains(email)).map(|(_, at)| *at).collect()
        };
        let (claim, others) = claim_to(conn, user, &key, at(&left), &at(&confirmed))?;
        let names_of_others = names_under(conn, user, &key, &others)?;
        let written: Vec<String> = written.into_iter().collect();
        if claim.is_held {
            addresses.held.extend(written.iter().cloned());
        }
        addresses.all.push(Address { key, written, claim, names_of_others });
    }
    Ok(addresses)
}

/// What somebody is, and was, called, each with an instant at which the person was called so for certain at the latest.
fn names_of(conn: &mut Conn, user: Id) -> Result<Vec<Name>, Error> {
    type Account = (String, Option<String>, Option<String>, Option<String>);
    let columns = (users::name, users::previous_name, users::oldest_name, users::own_name);
    let (name, previous, oldest, own): Account = users::table.find(user).select(columns).first(conn)?;
    let renamed = audit_entry::table
        .filter(audit_entry::subject_id.eq(user).and(audit_entry::action.eq(Event::NameChanged)))
        .select(audit_entry::at);
    // One change has an entry for each organisation.
    let renamed: BTreeSet<Timestamp> = renamed.load::<Timestamp>(conn)?.into_iter().collect();
    let since =
        |changes_ago: usize| renamed.iter().rev().nth(changes_ago).copied().unwrap_or(Timestamp::from_micros(0));
    let mut names = vec![Name { text: name, since: since(0) }];
    names.extend(previous.into_iter().chain(oldest).chain(own).map(|text| Name { text, since: since(1) }));
    let applied = registration::table.filter(registration::user_id.eq(user));
    let applied = applied.select((registration::name, registration::verified_at, registration::created_at));
    let invited = invitation::table.inner_join(appointment::table).filter(appointment::user_id.eq(user));
    let invited = invited.select((invitation::name, invitation::accepted_at, invitation::invited_at));
    let mut typed: Vec<(String, Option<Timestamp>, Timestamp)> = applied.load(conn)?;
    typed.extend(invited.load::<(String, Option<Timestamp>, Timestamp)>(conn)?);
    names
        .extend(typed.into_iter().map(|(text, taken_at, asked_at)| Name { text, since: taken_at.unwrap_or(asked_at) }));
    names.retain(|name| !name.text.is_empty());
    Ok(names)
}

/// What others are, and were, called who are known under an address: accounts, and those who were asked or applied there.
fn names_under(conn: &mut Conn, user: Id, key: &str, others: &[Id]) -> Result<Vec<String>, Error> {
    type Account = (String, Option<String>, Option<String>, Option<String>);
    let accounts = users::table.filter(users::id.eq_any(others.to_vec()));
    let accounts = accounts.select((users::name, users::previous_name, users::oldest_name, users::own_name));
    let mut names: Vec<String> = Vec::new();
    for (name, previous, oldest, own) in accounts.load::<Account>(conn)? {
        names.extend(previous.into_iter().chain(oldest).chain(own).chain([name]));
    }
    let applied = registration::table
        .filter(registration::email_key.eq(key))
        .filter(registration::user_id.ne(user).or(registration::id.eq_any(others.to_vec())));
    names.extend(applied.select(registration::name).load::<String>(conn)?);
    let invited = invitation::table
        .inner_join(appointment::table)
        .filter(invitation::email_key.eq(key))
        .filter(appointment::user_id.ne(user).or(appointment::id.eq_any(others.to_vec())));
    names.extend(invited.select(invitation::name).load::<String>(conn)?);
    Ok(names)
}

/// The addresses that were left when a change was asked for, and when that was: of ways back, and of what is noted of them.
fn addresses_left(conn: &mut Conn, user: Id) -> Result<Vec<(String, Timestamp)>, Error> {
    let links = one_time_token::table
        .filter(one_time_token::user_id.eq(user).and(one_time_token::email.is_not_null()))
        .filter(one_time_token::purpose.eq_any([Purpose::UndoAddress, Purpose::LeftAddress]));
    Ok(links.select((one_time_token::email.assume_not_null(), one_time_token::created_at)).load(conn)?)
}

/// The addresses that were confirmed, and when: of links that were used, and of what is noted of them. One whose link ended otherwise
/// was only asked for.
fn addresses_confirmed(conn: &mut Conn, user: Id) -> Result<Vec<(String, Timestamp)>, Error> {
    let followed = one_time_token::used_at.lt(one_time_token::expires_at.nullable());
    let links = one_time_token::table
        .filter(one_time_token::user_id.eq(user).and(one_time_token::email.is_not_null()))
        .filter(one_time_token::purpose.eq_any([Purpose::ConfirmAddress, Purpose::HeldAddress]))
        .filter(followed);
    Ok(links.select((one_time_token::email.assume_not_null(), one_time_token::used_at.assume_not_null())).load(conn)?)
}

/// What is a person's at an address: by whose account has it, by who has a row that bears it, and by when the person, who was `seen`
/// there and `confirmed` it, left it. With it the others who are known there: accounts, and what was asked for there of whom no
/// account answers for it.
fn claim_to(
    conn: &mut Conn,
    user: Id,
    key: &str,
    mut seen: Vec<Timestamp>,
    confirmed: &[Timestamp],
) -> Result<(Claim, Vec<Id>), Error> {
    let holder = holder(conn, key)?;
    let mut known = known_under(conn, key)?;
    let mut left = None;
    if holder.is_none_or(|holder| holder.user != user) {
        seen.extend(known.iter().filter(|(who, _)| *who == user).map(|(_, at)| *at));
        let changes = changes_of_address(conn, user)?;
        seen.extend(confirmed.iter().map(|at| settled_at(*at, &changes)));
        left = left_at(&seen, &changes);
        let since = left.or_else(|| seen.iter().max().copied()).unwrap_or(Timestamp::from_micros(0));
        known.extend(asked_under(conn, key, since)?);
    }
    let others = known.iter().map(|(who, _)| *who).chain(holder.map(|holder| holder.user));
    let others: Vec<Id> = others.filter(|who| *who != user).collect();
    Ok((claim(user, holder, &known, left), others))
}

/// Whose account has an address, and since when.
pub(super) fn holder(conn: &mut Conn, key: &str) -> Result<Option<Holder>, Error> {
    let account = users::table.filter(users::email_key.eq(key)).select((users::id, users::created_at));
    let Some((user, created_at)) = account.first::<(Id, Timestamp)>(conn).optional()? else { return Ok(None) };
    Ok(Some(Holder { user, since: account_since(conn, user, key, created_at)? }))
}

/// Since when an account has its address.
pub(in crate::privacy) fn account_since(
    conn: &mut Conn,
    user: Id,
    key: &str,
    created_at: Timestamp,
) -> Result<Timestamp, Error> {
    let changed_at = changes_of_address(conn, user)?.into_iter().max();
    let there = known_under(conn, key)?.into_iter().filter(|(who, _)| *who == user).map(|(_, at)| at);
    Ok(held_since(created_at, changed_at, there.min()))
}

/// When the address of somebody's account was changed.
fn changes_of_address(conn: &mut Conn, user: Id) -> Result<Vec<Timestamp>, Error> {
    let changes = audit_entry::action.eq_any([Event::AddressChanged, Event::AddressChangeUndone]);
    let changes = audit_entry::table.filter(audit_entry::subject_id.eq(user).and(changes));
    Ok(changes.select(audit_entry::at).load(conn)?)
}

/// Who has a row with an account that bears an address, since when.
fn known_under(conn: &mut Conn, key: &str) -> Result<Vec<Known>, Error> {
    let applied = registration::table
        .filter(registration::email_key.eq(key).and(registration::user_id.is_not_null()))
        .select((registration::user_id.assume_not_null(), registration::created_at));
    let mut known: Vec<Known> = applied.load(conn)?;
    let invited = invitation::table
        .inner_join(appointment::table)
        .filter(invitation::email_key.eq(key).and(appointment::user_id.is_not_null()))
        .select((appointment::user_id.assume_not_null(), invitation::invited_at));
    known.extend(invited.load::<Known>(conn)?);
    Ok(known)
}

/// Applications and invitations to an address from after `since` that no account answers for, as if each were somebody.
fn asked_under(conn: &mut Conn, key: &str, since: Timestamp) -> Result<Vec<Known>, Error> {
    let applied = registration::table
        .filter(registration::email_key.eq(key).and(registration::user_id.is_null()))
        .filter(registration::created_at.gt(since))
        .select((registration::id, registration::created_at));
    let mut asked: Vec<Known> = applied.load(conn)?;
    let invited = invitation::table
        .inner_join(appointment::table)
        .filter(invitation::email_key.eq(key).and(appointment::user_id.is_null()))
        .filter(invitation::invited_at.gt(since))
        .select((appointment::id, invitation::invited_at));
    asked.extend(invited.load::<Known>(conn)?);
    Ok(asked)
}
