//! A JSON document in one column: `jsonb` on PostgreSQL, TEXT on SQLite.
//!
//! For values that are read and written as a whole (an audience, a list of languages). Values that are searched have
//! columns of their own.

use std::fmt::Debug;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{HasSqlType, SqlType};
use diesel::sqlite::Sqlite;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::connection::{MultiBackend, MultiRawValue};

/// The first byte of a binary `jsonb` value: its version, 1 since PostgreSQL 9.4.
const JSONB_VERSION: u8 = 1;

/// SQL type of [`Document`].
#[derive(QueryId, SqlType, Default, Debug, Clone, Copy)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
pub struct SqlDocument;

/// A value stored as JSON.
#[derive(AsExpression, FromSqlRow, Clone, Debug, PartialEq, Eq, Default, Serialize)]
#[diesel(sql_type = SqlDocument)]
#[serde(transparent)]
pub struct Document<T: Debug>(pub T);

impl HasSqlType<SqlDocument> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<SqlDocument>(lookup)
    }
}

impl<T: DeserializeOwned + Debug> FromSql<SqlDocument, MultiBackend> for Document<T> {
    fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, SqlDocument>()
    }
}

impl<T: DeserializeOwned + Debug> FromSql<SqlDocument, Pg> for Document<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes().split_first() {
            Some((&JSONB_VERSION, json)) => Ok(Self(serde_json::from_slice(json)?)),
            _ => Err("not a jsonb value of version 1".into()),
        }
    }
}

impl<T: DeserializeOwned + Debug> FromSql<SqlDocument, Sqlite> for Document<T> {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(value.read_text())?))
    }
}

impl<T: Serialize + Debug + Send + Sync + 'static> ToSql<SqlDocument, MultiBackend> for Document<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((SqlDocument, self));
        Ok(IsNull::No)
    }
}

impl<T: Serialize + Debug> ToSql<SqlDocument, Pg> for Document<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, &[JSONB_VERSION])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

impl<T: Serialize + Debug> ToSql<SqlDocument, Sqlite> for Document<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}
