//! All SQL of topics.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::upsert::excluded;

use super::types::Topic;
use crate::db::schema::topic;
use crate::db::{Conn, Document};
use crate::error::Error;
use crate::i18n::Language;
use crate::on_each;
use crate::time::Timestamp;

type Row = (String, Document<BTreeMap<Language, String>>, bool);

fn read((code, Document(names), retired): Row) -> Topic {
    Topic { code, names, retired }
}

pub(super) fn topics(conn: &mut Conn) -> Result<Vec<Topic>, Error> {
    let rows = topic::table.order(topic::code).select((topic::code, topic::names, topic::retired));
    Ok(rows.load::<Row>(conn)?.into_iter().map(read).collect())
}

pub(super) fn topic(conn: &mut Conn, code: &str) -> Result<Option<Topic>, Error> {
    let row = topic::table.find(code.to_owned()).select((topic::code, topic::names, topic::retired));
    Ok(row.first::<Row>(conn).optional()?.map(read))
}

pub(super) fn put(
    conn: &mut Conn,
    code: &str,
    names: BTreeMap<Language, String>,
    retired: bool,
    now: Timestamp,
) -> Result<(), Error> {
    let row =
        (topic::code.eq(code), topic::names.eq(Document(names)), topic::retired.eq(retired), topic::created_at.eq(now));
    on_each!(conn, c => diesel::insert_into(topic::table)
        .values(row)
        .on_conflict(topic::code)
        .do_update()
        .set((topic::names.eq(excluded(topic::names)), topic::retired.eq(excluded(topic::retired))))
        .execute(c))?;
    Ok(())
}
