//! The SQL of files that are answers.

use std::collections::HashMap;

use diesel::prelude::*;

use super::types::FileRow;
use crate::db::schema::response_file;
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::on_each;

/// Names and sizes of files, by question, row and SHA-256.
pub(in crate::responses) type KnownFiles = HashMap<(String, String, String), (String, i32)>;

/// The files of a response, the oldest first.
pub(super) fn of_response(conn: &mut Conn, response: Id, most: i64) -> Result<Vec<FileRow>, Error> {
    let rows = response_file::table.filter(response_file::response_id.eq(response)).order(response_file::uploaded_at);
    Ok(rows.limit(most).select(FileRow::as_select()).load(conn)?)
}

/// Question, row and SHA-256 of a file; its name and size.
type KnownFile = ((String, String, String), (String, i32));

/// A file of a response.
pub(super) fn find(conn: &mut Conn, response: Id, id: Id) -> Result<Option<FileRow>, Error> {
    let found = response_file::table.find(id).filter(response_file::response_id.eq(response));
    Ok(found.select(FileRow::as_select()).first(conn).optional()?)
}

/// Names and sizes of all files of a response, by question, row and SHA-256.
pub(in crate::responses) fn known(conn: &mut Conn, response: Id) -> Result<KnownFiles, Error> {
    let columns = (
        (response_file::question, response_file::row, response_file::sha256),
        (response_file::name, response_file::size),
    );
    let rows = response_file::table.filter(response_file::response_id.eq(response)).select(columns);
    Ok(rows.load::<KnownFile>(conn)?.into_iter().collect())
}

/// How many files a response has, and how many of them a person has handed in.
pub(super) fn counts(conn: &mut Conn, response: Id, person: Id) -> Result<(i64, i64), Error> {
    let of_response = || response_file::table.filter(response_file::response_id.eq(response));
    let all = of_response().count().get_result(conn)?;
    Ok((all, of_response().filter(response_file::uploaded_by.eq(person)).count().get_result(conn)?))
}

pub(super) fn insert(conn: &mut Conn, row: &FileRow) -> Result<(), Error> {
    on_each!(conn, c => diesel::insert_into(response_file::table).values(row).execute(c))?;
    Ok(())
}
