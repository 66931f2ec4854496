//! All SQL of releases and of their previews. Rows are added, and never changed.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::types::{
    Artefact, ContentColumns, ContentRow, CountedColumn, ListedRow, NewRelease, ReleaseAudience, ReleaseContents,
    ReleaseRow,
};
use crate::db::schema::{survey, survey_release, survey_release_preview, survey_round};
use crate::db::{Conn, Document, Id, MultiBackend};
use crate::error::{Error, OrInternal as _};
use crate::personal_data::{Lists, Subject};
use crate::personal_list;
use crate::time::Timestamp;

/// The releases of a round, the oldest first.
pub(super) fn of_round(conn: &mut Conn, round: Id) -> Result<Vec<ReleaseRow>, Error> {
    let rows = survey_release::table.filter(survey_release::round_id.eq(round)).order(survey_release::number);
    Ok(rows.select(ReleaseRow::as_select()).load(conn)?)
}

/// The releases of all rounds of a survey: by the opening of the round, then by number.
pub(super) fn of_survey(conn: &mut Conn, survey: Id, most: i64) -> Result<Vec<ReleaseRow>, Error> {
    let rows = survey_release::table
        .inner_join(survey_round::table)
        .filter(survey_round::survey_id.eq(survey))
        .order((survey_round::opens_at.desc(), survey_round::id, survey_release::number.desc()))
        .limit(most);
    Ok(rows.select(ReleaseRow::as_select()).load(conn)?)
}

/// The newest releases, those of one audience or all, from a position on.
pub(super) fn newest(
    conn: &mut Conn,
    only: Option<ReleaseAudience>,
    before: Option<(Timestamp, Id)>,
    most: i64,
) -> Result<Vec<ListedRow>, Error> {
    let mut rows = survey_release::table
        .inner_join(survey_round::table.inner_join(survey::table))
        .select((ReleaseRow::as_select(), survey::code, survey::titles, survey_round::opens_at, survey_round::zone))
        .order((survey_release::published_at.desc(), survey_release::id.desc()))
        .limit(most)
        .into_boxed::<MultiBackend>();
    if let Some(audience) = only {
        rows = rows.filter(survey_release::audience.eq(audience));
    }
    if let Some((at, id)) = before {
        let is_later = survey_release::published_at.eq(at).and(survey_release::id.lt(id));
        rows = rows.filter(survey_release::published_at.lt(at).or(is_later));
    }
    Ok(rows.load(conn)?)
}

/// A release.
pub(super) fn find(conn: &mut Conn, id: Id) -> Result<Option<ReleaseRow>, Error> {
    Ok(survey_release::table.find(id).select(ReleaseRow::as_select()).first(conn).optional()?)
}

/// Whether a release of a round has its tables. Only a closed round can get such a release, and none is taken back.
pub(super) fn has_tables(conn: &mut Conn, round: Id) -> Result<bool, Error> {
    let rows = survey_release::table
        .filter(survey_release::round_id.eq(round).and(survey_release::contents.eq(ReleaseContents::Tables)));
    Ok(diesel::select(exists(rows)).get_result(conn)?)
}

/// The instants of the releases of a round that have its tables, the newest first.
pub(super) fn instants_of_tables(conn: &mut Conn, round: Id) -> Result<Vec<Timestamp>, Error> {
    let rows = survey_release::table
        .filter(survey_release::round_id.eq(round).and(survey_release::contents.eq(ReleaseContents::Tables)))
        .order(survey_release::number.desc());
    Ok(rows.select(survey_release::as_of).load(conn)?)
}

/// What the releases of a round are of, the oldest first. What they tell is read one by one ([`told`]).
pub(super) fn contents(conn: &mut Conn, round: Id) -> Result<Vec<ContentRow>, Error> {
    let rows = survey_release::table.filter(survey_release::round_id.eq(round)).order(survey_release::number);
    let told = (survey_release::contents, survey_release::as_of, survey_release::bands);
    let columns = (survey_release::id, told, survey_release::counted);
    let rows: Vec<(Id, ContentColumns, CountedColumn)> = rows.select(columns).load(conn)?;
    let row = |(id, (contents, as_of, bands), counted)| ContentRow {
        artefact: Artefact::Release(id),
        contents,
        as_of,
        bands,
        counted,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// The submissions that the newest release with tables has counted of the last round of a survey before this instant;
/// none where there is no such release, or it did not write them down.
pub(super) fn counted_in_round_before(
    conn: &mut Conn,
    survey: Id,
    opens_at: Timestamp,
) -> Result<Option<Vec<Id>>, Error> {
    let rows = survey_release::table
        .inner_join(survey_round::table)
        .filter(survey_round::survey_id.eq(survey).and(survey_round::opens_at.lt(opens_at)))
        .filter(survey_release::contents.eq(ReleaseContents::Tables))
        .order((survey_round::opens_at.desc(), survey_round::id, survey_release::number.desc()));
    let newest: Option<CountedColumn> = rows.select(survey_release::counted).first(conn).optional()?;
    Ok(newest.flatten().map(|counted| counted.0))
}

/// What previews of releases of a round are of, the oldest first.
pub(super) fn previews(conn: &mut Conn, round: Id) -> Result<Vec<ContentRow>, Error> {
    let rows = survey_release_preview::table.filter(survey_release_preview::round_id.eq(round));
    let told = (survey_release_preview::contents, survey_release_preview::as_of, survey_release_preview::bands);
    let columns = (survey_release_preview::number, told, survey_release_preview::counted);
    let rows: Vec<(i32, ContentColumns, Document<Vec<Id>>)> =
        rows.order(survey_release_preview::number).select(columns).load(conn)?;
    let row = |(number, (contents, as_of, bands), counted)| ContentRow {
        artefact: Artefact::Preview(round, number),
        contents,
        as_of,
        bands,
        counted: Some(counted),
    };
    Ok(rows.into_iter().map(row).collect())
}

/// What a release or a preview tells: its JSON.
pub(super) fn told(conn: &mut Conn, of: &Artefact) -> Result<String, Error> {
    match of {
        Artefact::Release(id) => artefact(conn, *id),
        Artefact::Preview(round, number) => {
            let row = survey_release_preview::table.find((*round, *number));
            Ok(row.select(survey_release_preview::artefact).first(conn)?)
        }
    }
}

/// How many releases a round has.
pub(super) fn releases_told(conn: &mut Conn, round: Id) -> Result<i64, Error> {
    let rows = survey_release::table.filter(survey_release::round_id.eq(round));
    Ok(rows.count().get_result(conn)?)
}

/// How many previews a round has whose figures were told.
pub(super) fn previews_told(conn: &mut Conn, round: Id) -> Result<i64, Error> {
    let rows = survey_release_preview::table.filter(survey_release_preview::round_id.eq(round));
    Ok(rows.count().get_result(conn)?)
}

/// Adds what a preview tells.
pub(super) fn insert_preview(conn: &mut Conn, round: Id, number: i64, made: &NewRelease) -> Result<(), Error> {
    diesel::insert_into(survey_release_preview::table)
        .values((
            survey_release_preview::round_id.eq(round),
            survey_release_preview::number.eq(i32::try_from(number).or_internal()?),
            survey_release_preview::contents.eq(made.contents),
            survey_release_preview::as_of.eq(made.as_of),
            survey_release_preview::bands.eq(Document(made.bands.clone())),
            survey_release_preview::counted.eq(Document(made.counted.clone())),
            survey_release_preview::artefact.eq(made.artefact.clone()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The JSON of a release.
pub(super) fn artefact(conn: &mut Conn, id: Id) -> Result<String, Error> {
    Ok(survey_release::table.find(id).select(survey_release::artefact).first(conn)?)
}

pub(super) fn insert(
    conn: &mut Conn,
    id: Id,
    round: Id,
    made: NewRelease,
    by: Id,
    now: Timestamp,
) -> Result<(), Error> {
    let whole = |number: u32| i32::try_from(number).or_internal();
    let release = &made.release;
    diesel::insert_into(survey_release::table)
        .values((
            survey_release::id.eq(id),
            survey_release::round_id.eq(round),
            survey_release::number.eq(whole(release.number)?),
            survey_release::audience.eq(made.audience),
            survey_release::contents.eq(made.contents),
            survey_release::as_of.eq(made.as_of),
            survey_release::corrects.eq(release.corrects.map(whole).transpose()?),
            survey_release::bands.eq(Document(made.bands)),
            survey_release::counted.eq(Some(Document(made.counted))),
            survey_release::respondents.eq(whole(release.n.all)?),
            survey_release::asked.eq(whole(release.frame.all)?),
            survey_release::artefact.eq(made.artefact),
            survey_release::sha256.eq(made.sha256),
            survey_release::published_at.eq(now),
            survey_release::published_by.eq(by),
        ))
        .execute(conn)?;
    Ok(())
}

/// Adds the releases that a person published to an export.
pub(super) fn export(conn: &mut Conn, subject: &Subject, lists: &mut Lists) -> Result<(), Error> {
    let rows = survey_release::table
        .filter(survey_release::published_by.eq(subject.user))
        .order((survey_release::published_at, survey_release::id));
    personal_list!(lists, "survey_releases", conn, rows,
        round: Id = survey_release::round_id, number: i32 = survey_release::number,
        published_at: Timestamp = survey_release::published_at);
    Ok(())
}
