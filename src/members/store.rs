//! All SQL of organisations and technologies.

use diesel::prelude::*;

use super::types::{
    Alias, AliasSource, GivenAlias, MemberFilter, MemberStatus, NewPartner, Organisation, OrganisationKind,
    Particulars, Region, Technology,
};
use crate::db::schema::{organisation, organisation_alias, organisation_revision, technology};
use crate::db::{Conn, Document, Id, Locked, Wakeup, note_lock};
use crate::error::Error;
use crate::i18n::Language;
use crate::on_each;
use crate::text;
use crate::time::Timestamp;

/// The kinds of organisation in the list of members.
const LISTED: [OrganisationKind; 2] = [OrganisationKind::Member, OrganisationKind::EconomicUnion];

/// The organisation with this code, of any kind.
pub(super) fn find(conn: &mut Conn, code: &str) -> Result<Option<Organisation>, Error> {
    let row = organisation::table.filter(organisation::code.eq(code)).select(Organisation::as_select()).first(conn);
    Ok(row.optional()?)
}

pub(super) fn kind(conn: &mut Conn, id: Id) -> Result<OrganisationKind, Error> {
    Ok(organisation::table.find(id).select(organisation::kind).first(conn)?)
}

pub(super) fn default_language(conn: &mut Conn, id: Id) -> Result<Language, Error> {
    Ok(organisation::table.find(id).select(organisation::default_language).first(conn)?)
}

/// The organisation, locked against other editors until the unit of work ends; appointments (foreign keys) are not
/// blocked. SQLite has one writer anyway.
pub(super) fn find_for_update(conn: &mut Conn, code: &str) -> Result<Option<Organisation>, Error> {
    let found = match conn {
        Conn::Postgres(c) => {
            let query = organisation::table.filter(organisation::code.eq(code)).select(Organisation::as_select());
            query.for_no_key_update().first(c).optional()?
        }
        Conn::Sqlite(_) => find(conn, code)?,
    };
    if let Some(organisation) = &found {
        note_lock(Locked::Organisation(organisation.id))?;
    }
    Ok(found)
}

/// The ids of the organisations with these codes; unknown codes are left out.
pub(super) fn ids(conn: &mut Conn, codes: &[String]) -> Result<Vec<Id>, Error> {
    Ok(organisation::table.filter(organisation::code.eq_any(codes)).select(organisation::id).load(conn)?)
}

/// All organisations, of any kind, in no particular order.
pub(super) fn organisations(conn: &mut Conn) -> Result<Vec<Organisation>, Error> {
    Ok(organisation::table.select(Organisation::as_select()).load(conn)?)
}

/// The organisations with these ids.
pub(super) fn some(conn: &mut Conn, ids: &[Id]) -> Result<Vec<Organisation>, Error> {
    let meant = organisation::table.filter(organisation::id.eq_any(ids.to_vec()));
    Ok(meant.select(Organisation::as_select()).load(conn)?)
}

/// Members and unions in the order of their English names, after (`sort_name`, `code`).
pub(super) fn list(
    conn: &mut Conn,
    filter: &MemberFilter,
    after: Option<(&str, &str)>,
    limit: i64,
) -> Result<Vec<(Organisation, String)>, Error> {
    let mut query = organisation::table
        .filter(organisation::kind.eq_any(LISTED))
        .select((Organisation::as_select(), organisation::sort_name))
        .order((organisation::sort_name, organisation::code))
        .limit(limit)
        .into_boxed();
    if !filter.regions.is_empty() {
        query = query.filter(organisation::region.eq_any(filter.regions.iter().map(|&r| Some(r)).collect::<Vec<_>>()));
    }
    if !filter.hidden {
        query = query.filter(organisation::status.ne(MemberStatus::Hidden));
    }
    if let Some(ids) = &filter.among {
        query = query.filter(organisation::id.eq_any(ids.clone()));
    }
    if let Some((name, code)) = after {
        let here = organisation::sort_name.eq(name.to_owned()).and(organisation::code.gt(code.to_owned()));
        query = query.filter(organisation::sort_name.gt(name.to_owned()).or(here));
    }
    Ok(query.load(conn)?)
}

/// The partner agencies, each with the member that it belongs to, in the order of their codes.
pub(super) fn partners(conn: &mut Conn) -> Result<Vec<(Organisation, Option<Id>)>, Error> {
    let of_kind = organisation::table.filter(organisation::kind.eq(OrganisationKind::Partner));
    let columns = (Organisation::as_select(), organisation::belongs_to);
    Ok(of_kind.order(organisation::code).select(columns).load(conn)?)
}

/// The member to which a partner agency belongs; none for an organisation that belongs to none.
pub(super) fn member_of(conn: &mut Conn, agency: Id) -> Result<Option<Organisation>, Error> {
    let member: Option<Id> = organisation::table.find(agency).select(organisation::belongs_to).first(conn)?;
    match member {
        Some(id) => Ok(some(conn, &[id])?.pop()),
        None => Ok(None),
    }
}

/// Adds a partner agency.
pub(super) fn insert_partner(conn: &mut Conn, new: &NewPartner, now: Timestamp) -> Result<(), Error> {
    let searched = format!("{} {} {}", new.name_en, new.name_fr, new.code);
    diesel::insert_into(organisation::table)
        .values((
            organisation::id.eq(new.id),
            organisation::kind.eq(OrganisationKind::Partner),
            organisation::code.eq(new.code.clone()),
            organisation::belongs_to.eq(new.member),
            organisation::name_en.eq(new.name_en.clone()),
            organisation::name_fr.eq(new.name_fr.clone()),
            organisation::default_language.eq(new.default_language),
            organisation::sort_name.eq(text::fold(&new.name_en)),
            organisation::search_text.eq(text::fold(&searched)),
            organisation::created_at.eq(now),
            organisation::updated_at.eq(now),
        ))
        .execute(conn)?;
    // What pages call organisations is cached.
    conn.wake(Wakeup::Principals);
    Ok(())
}

/// The further names of a member, in their order.
pub(super) fn aliases(conn: &mut Conn, id: Id) -> Result<Vec<Alias>, Error> {
    let rows: Vec<(String, Option<String>, AliasSource)> = organisation_alias::table
        .filter(organisation_alias::organisation_id.eq(id))
        .order(organisation_alias::position)
        .select((organisation_alias::name, organisation_alias::language, organisation_alias::source))
        .load(conn)?;
    Ok(rows.into_iter().map(|(name, language, source)| Alias { name, language, source }).collect())
}

/// The domains of a member's official mail.
pub(super) fn mail_domains(conn: &mut Conn, id: Id) -> Result<Vec<String>, Error> {
    let domains: Document<Vec<String>> = organisation::table.find(id).select(organisation::mail_domains).first(conn)?;
    Ok(domains.0)
}

/// Writes an edit by the Secretariat. The changed fields join `edited`, the list of fields that reference data do not
/// touch.
pub(super) fn update(
    conn: &mut Conn,
    organisation: &Organisation,
    after: &Particulars,
    fields: &[&'static str],
    now: Timestamp,
) -> Result<(), Error> {
    #[derive(AsChangeset)]
    #[diesel(table_name = organisation, treat_none_as_null = true)]
    struct Changes {
        name_en: String,
        name_fr: String,
        region: Option<Region>,
        default_language: Language,
        languages: Document<Vec<String>>,
        mail_domains: Document<Vec<String>>,
        member_since: Option<String>,
        left_on: Option<String>,
        status: MemberStatus,
        sort_name: String,
        search_text: String,
        edited: Document<Vec<String>>,
        updated_at: Timestamp,
    }
    let edited: Document<Vec<String>> =
        organisation::table.find(organisation.id).select(organisation::edited).first(conn)?;
    let edited = text::unique(edited.0.into_iter().chain(fields.iter().map(|&field| field.to_owned())));
    // Kept for older versions that run in parallel: they search this column.
    let searched = format!("{} {} {}", after.name_en, after.name_fr, organisation.code);
    let changes = Changes {
        name_en: after.name_en.clone(),
        name_fr: after.name_fr.clone(),
        region: after.region,
        default_language: after.default_language,
        languages: Document(after.languages.clone()),
        mail_domains: Document(after.mail_domains.clone()),
        member_since: after.member_since.clone(),
        left_on: after.left_on.clone(),
        status: after.status,
        sort_name: text::fold(&after.name_en),
        search_text: text::fold(&searched),
        edited: Document(edited),
        updated_at: now,
    };
    diesel::update(organisation::table.find(organisation.id)).set(changes).execute(conn)?;
    // Cached principals have the regions of their appointments.
    conn.wake(Wakeup::Principals);
    Ok(())
}

/// Replaces the further names of a member. Names that it had before keep their source.
pub(super) fn replace_aliases(conn: &mut Conn, id: Id, given: &[GivenAlias]) -> Result<(), Error> {
    let before = aliases(conn, id)?;
    let source = |alias: &GivenAlias| {
        let same = |known: &&Alias| known.name == alias.name && known.language == alias.language;
        before.iter().find(same).map_or(AliasSource::Secretariat, |known| known.source)
    };
    let rows: Vec<_> = (0_i32..)
        .zip(given)
        .map(|(position, alias)| {
            (
                organisation_alias::organisation_id.eq(id),
                organisation_alias::position.eq(position),
                organisation_alias::name.eq(alias.name.clone()),
                organisation_alias::language.eq(alias.language.clone()),
                organisation_alias::source.eq(source(alias)),
            )
        })
        .collect();
    diesel::delete(organisation_alias::table.filter(organisation_alias::organisation_id.eq(id))).execute(conn)?;
    if !rows.is_empty() {
        on_each!(conn, c => diesel::insert_into(organisation_alias::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Increments the revision of names, which invalidates the index of every process. The row stays locked until the unit
/// of work ends, so no reader sees a revision before its change.
pub(super) fn bump_revision(conn: &mut Conn) -> Result<(), Error> {
    diesel::update(organisation_revision::table)
        .set(organisation_revision::revision.eq(organisation_revision::revision + 1))
        .execute(conn)?;
    Ok(())
}

/// The active technologies, in the order of the list.
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
