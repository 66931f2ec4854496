//! All SQL of loading reference data.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::{AliasRow, MemberRow, TechnologyRow};
use crate::changes::{self, EntryKind};
use crate::db::schema::{organisation, organisation_alias, technology};
use crate::db::{BATCH, Conn, Document, Id};
use crate::error::Error;
use crate::members::types::{AliasSource, OrganisationKind};
use crate::on_each;
use crate::random::Random;
use crate::text;
use crate::time::Timestamp;

/// An existing organisation: id, code, languages, edited fields.
type Existing = (Id, String, Document<Vec<String>>, Document<Vec<String>>);

fn existing(conn: &mut Conn) -> Result<Vec<Existing>, Error> {
    let columns = (organisation::id, organisation::code, organisation::languages, organisation::edited);
    Ok(organisation::table.select(columns).load(conn)?)
}

/// Adds missing members, and the languages of members that have none and whose languages were never edited.
pub(super) fn load_members(
    conn: &mut Conn,
    members: &[MemberRow],
    now: Timestamp,
    random: &Random,
) -> Result<usize, Error> {
    let existing = existing(conn)?;
    let is_wanted = |row: &&MemberRow| {
        existing.iter().find(|(_, code, ..)| *code == row.code).is_none_or(|(_, _, languages, edited)| {
            languages.0.is_empty() && !row.languages.is_empty() && !edited.0.iter().any(|field| field == "languages")
        })
    };
    let mut new = Vec::new();
    let rows: Vec<_> = members
        .iter()
        .filter(is_wanted)
        .map(|row| {
            let searched = format!("{} {} {}", row.name_en, row.name_fr, row.code);
            let id = Id::new(now, random);
            if row.kind != OrganisationKind::Secretariat && !existing.iter().any(|(_, code, ..)| *code == row.code) {
                new.push(id);
            }
            (
                organisation::id.eq(id),
                organisation::kind.eq(row.kind),
                organisation::code.eq(row.code.clone()),
                organisation::name_en.eq(row.name_en.clone()),
                organisation::name_fr.eq(row.name_fr.clone()),
                organisation::region.eq(row.region),
                organisation::default_language.eq(row.language),
                organisation::languages.eq(Document(row.languages.clone())),
                organisation::member_since.eq(row.member_since.clone()),
                organisation::sort_name.eq(text::fold(&row.name_en)),
                organisation::search_text.eq(text::fold(&searched)),
                organisation::created_at.eq(now),
                organisation::updated_at.eq(now),
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(0);
    }
    let added = on_each!(conn, c => diesel::insert_into(organisation::table)
        .values(&rows)
        .on_conflict(organisation::code)
        .do_update()
        .set(organisation::languages.eq(excluded(organisation::languages)))
        .execute(c))?;
    changes::record(conn, EntryKind::Member, &new, false, now)?;
    Ok(added)
}

/// Adds missing further names, except of members whose further names were edited.
pub(super) fn load_aliases(conn: &mut Conn, aliases: &[AliasRow]) -> Result<usize, Error> {
    let unedited: HashMap<String, Id> = existing(conn)?
        .into_iter()
        .filter(|(.., edited)| !edited.0.iter().any(|field| field == "aliases"))
        .map(|(id, code, ..)| (code, id))
        .collect();
    let mut present: HashMap<Id, Vec<String>> = HashMap::new();
    let mut ends: HashMap<Id, i32> = HashMap::new();
    let columns = (organisation_alias::organisation_id, organisation_alias::position, organisation_alias::name);
    let in_order = organisation_alias::table.order((organisation_alias::organisation_id, organisation_alias::position));
    for (id, position, name) in in_order.select(columns).load::<(Id, i32, String)>(conn)? {
        present.entry(id).or_default().push(name);
        ends.insert(id, position + 1);
    }
    let mut rows = Vec::new();
    for alias in aliases {
        let Some(&id) = unedited.get(&alias.code) else { continue };
        let names = present.entry(id).or_default();
        let end = ends.entry(id).or_default();
        if names.contains(&alias.name) {
            continue;
        }
        rows.push((
            organisation_alias::organisation_id.eq(id),
            organisation_alias::position.eq(*end),
            organisation_alias::name.eq(alias.name.clone()),
            organisation_alias::language.eq(Some(alias.language.clone())),
            organisation_alias::source.eq(AliasSource::Reference),
        ));
        names.push(alias.name.clone());
        *end += 1;
    }
    for chunk in rows.chunks(BATCH) {
        on_each!(conn, c => diesel::insert_into(organisation_alias::table).values(chunk).execute(c))?;
    }
    Ok(rows.len())
}

/// Adds missing technologies.
pub(super) fn load_technologies(conn: &mut Conn, technologies: &[TechnologyRow]) -> Result<usize, Error> {
    let known: Vec<String> = technology::table.select(technology::code).load(conn)?;
    let rows: Vec<_> = (0_i32..)
        .zip(technologies)
        .filter(|(_, row)| !known.contains(&row.code))
        .map(|(position, row)| {
            (
                technology::code.eq(row.code.clone()),
                technology::name_en.eq(row.name_en.clone()),
                technology::name_fr.eq(row.name_fr.clone()),
                technology::focus.eq(row.focus),
                technology::active.eq(row.active),
                technology::position.eq(position),
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(0);
    }
    Ok(on_each!(conn, c => diesel::insert_into(technology::table).values(&rows).execute(c))?)
}
