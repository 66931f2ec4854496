//! All SQL of organisations and technologies.

use diesel::prelude::*;

use super::reference::{MemberRow, TechnologyRow};
use super::types::{Organisation, OrganisationKind, Region, SECRETARIAT_CODE, Technology};
use crate::db::schema::{organisation, technology};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::i18n::Language;
use crate::on_each;
use crate::random::Random;
use crate::text;
use crate::time::Timestamp;

/// The organisation with this code, of any kind.
pub(super) fn find(conn: &mut Conn, code: &str) -> Result<Option<Organisation>, Error> {
    let row = organisation::table.filter(organisation::code.eq(code)).select(Organisation::as_select()).first(conn);
    Ok(row.optional()?)
}

pub(super) fn default_language(conn: &mut Conn, id: Id) -> Result<Language, Error> {
    Ok(organisation::table.find(id).select(organisation::default_language).first(conn)?)
}

/// The ids of the organisations with these codes; codes that nobody has are left out.
pub(super) fn ids(conn: &mut Conn, codes: &[String]) -> Result<Vec<Id>, Error> {
    Ok(organisation::table.filter(organisation::code.eq_any(codes)).select(organisation::id).load(conn)?)
}

/// Members and unions in the order of their English names, after (`sort_name`, `code`).
pub(super) fn list(
    conn: &mut Conn,
    words: &[String],
    regions: &[Region],
    after: Option<(&str, &str)>,
    limit: i64,
) -> Result<Vec<(Organisation, String)>, Error> {
    let mut query = organisation::table
        .filter(organisation::kind.eq_any([OrganisationKind::Member, OrganisationKind::EconomicUnion]))
        .select((Organisation::as_select(), organisation::sort_name))
        .order((organisation::sort_name, organisation::code))
        .limit(limit)
        .into_boxed();
    if !regions.is_empty() {
        query = query.filter(organisation::region.eq_any(regions.iter().map(|&r| Some(r)).collect::<Vec<_>>()));
    }
    // 188 rows: looking through all of them takes less than any index would save.
    for word in words {
        query = query.filter(organisation::search_text.like(format!("%{word}%")));
    }
    if let Some((name, code)) = after {
        let here = organisation::sort_name.eq(name.to_owned()).and(organisation::code.gt(code.to_owned()));
        query = query.filter(organisation::sort_name.gt(name.to_owned()).or(here));
    }
    Ok(query.load(conn)?)
}

/// The active technologies in their order.
pub(super) fn technologies(conn: &mut Conn) -> Result<Vec<Technology>, Error> {
    Ok(technology::table
        .filter(technology::active.eq(true))
        .order(technology::position)
        .select(Technology::as_select())
        .load(conn)?)
}

/// Which of these codes are active technologies.
pub(super) fn known_technologies(conn: &mut Conn, codes: &[String]) -> Result<Vec<String>, Error> {
    Ok(technology::table
        .filter(technology::active.eq(true).and(technology::code.eq_any(codes)))
        .select(technology::code)
        .load(conn)?)
}

/// Adds the rows of the reference data that are missing. What is there stays as it is: the Secretariat may have edited it.
pub(super) fn load_reference(
    conn: &mut Conn,
    members: &[MemberRow],
    technologies: &[TechnologyRow],
    now: Timestamp,
    random: &Random,
) -> Result<usize, Error> {
    conn.exclude_others()?;
    let known: Vec<String> = organisation::table.select(organisation::code).load(conn)?;
    let secretariat = MemberRow {
        code: SECRETARIAT_CODE.to_owned(),
        kind: OrganisationKind::Secretariat,
        region: None,
        member_since: None,
        language: Language::En,
        name_en: "Secretariat".to_owned(),
        name_fr: "Secrétariat".to_owned(),
    };
    let rows: Vec<_> = members
        .iter()
        .chain([&secretariat])
        .filter(|row| !known.contains(&row.code))
        .map(|row| {
            let searched = format!("{} {} {}", row.name_en, row.name_fr, row.code);
            (
                organisation::id.eq(Id::new(now, random)),
                organisation::kind.eq(row.kind),
                organisation::code.eq(row.code.clone()),
                organisation::name_en.eq(row.name_en.clone()),
                organisation::name_fr.eq(row.name_fr.clone()),
                organisation::region.eq(row.region),
                organisation::default_language.eq(row.language),
                organisation::member_since.eq(row.member_since.clone()),
                organisation::sort_name.eq(text::fold(&row.name_en)),
                organisation::search_text.eq(text::fold(&searched)),
                organisation::created_at.eq(now),
                organisation::updated_at.eq(now),
            )
        })
        .collect();
    let known: Vec<String> = technology::table.select(technology::code).load(conn)?;
    let new: Vec<_> = (0_i32..)
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
    let mut added = 0;
    if !rows.is_empty() {
        added += on_each!(conn, c => diesel::insert_into(organisation::table).values(&rows).execute(c))?;
    }
    if !new.is_empty() {
        added += on_each!(conn, c => diesel::insert_into(technology::table).values(&new).execute(c))?;
    }
    Ok(added)
}
