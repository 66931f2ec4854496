//! All SQL of the index of names.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{NameKind, NamedOrganisation};
use crate::db::schema::{organisation, organisation_alias, organisation_revision};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::members::types::MemberStatus;

/// The revision of names, which every change of a name increments.
pub(super) fn revision(conn: &mut Conn) -> Result<i64, Error> {
    Ok(organisation_revision::table.select(organisation_revision::revision).first(conn)?)
}

/// Every organisation with its names.
pub(super) fn organisations(conn: &mut Conn) -> Result<Vec<NamedOrganisation>, Error> {
    let mut aliases: HashMap<Id, Vec<(NameKind, String)>> = HashMap::new();
    let rows: Vec<(Id, String)> = organisation_alias::table
        .order((organisation_alias::organisation_id, organisation_alias::position))
        .select((organisation_alias::organisation_id, organisation_alias::name))
        .load(conn)?;
    for (id, name) in rows {
        aliases.entry(id).or_default().push((NameKind::Alias, name));
    }
    let rows: Vec<(Id, String, String, MemberStatus, String, String)> = organisation::table
        .select((
            organisation::id,
            organisation::code,
            organisation::sort_name,
            organisation::status,
            organisation::name_en,
            organisation::name_fr,
        ))
        .load(conn)?;
    let named = |(organisation, code, sort_name, status, name_en, name_fr): (Id, _, _, MemberStatus, _, _)| {
        let mut names = vec![(NameKind::NameEn, name_en), (NameKind::NameFr, name_fr)];
        names.append(&mut aliases.remove(&organisation).unwrap_or_default());
        NamedOrganisation { organisation, code, sort_name, hidden: status == MemberStatus::Hidden, names }
    };
    Ok(rows.into_iter().map(named).collect())
}
