//! A row of SQLite in the binary format of PostgreSQL's COPY, and what is wrong with values that PostgreSQL would not
//! take, or would change.
//!
//! The rows are judged and copied by this same code, so a row that was judged good is one that can be copied.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::types::{Column, Kind};
use crate::db::Stored;

/// The signature, the flags and the length of the extension of the header: no flag, no extension.
const HEADER: [u8; 19] = *b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What stands in the place of the number of fields after the last row.
const END: i16 = -1;
/// The length of a null.
const NULL: i32 = -1;
/// The first byte of a document.
const JSONB_VERSION: u8 = 1;
/// PostgreSQL counts from 2000-01-01, in microseconds since 1970.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;
/// The first instant of PostgreSQL (4714-11-24 BC), and the first after its last (294277-01-01), in its own count.
const INSTANTS: std::ops::Range<i64> = -211_813_488_000_000_000..9_223_371_331_200_000_000;

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    Missing,
    OtherType,
    NotAnId,
    NotAFlag,
    InstantOutOfRange,
    NumberOutOfRange,
    NotUtf8,
    NulInText,
    NotJson,
    NulInJson,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is null, which it must not be",
            Self::OtherType => "has a value of another type",
            Self::NotAnId => "is not an id of 16 bytes",
            Self::NotAFlag => "is neither 0 nor 1",
            Self::InstantOutOfRange => "is an instant that PostgreSQL cannot keep",
            Self::NumberOutOfRange => "is a number that PostgreSQL cannot keep in this column",
            Self::NotUtf8 => "is not UTF-8",
            Self::NulInText => "has a character NUL, which PostgreSQL cannot keep",
            Self::NotJson => "is not JSON",
            Self::NulInJson => "has a character NUL (\\u0000) in its JSON, which PostgreSQL cannot keep",
        })
    }
}

/// Begins the data of a COPY.
pub(super) fn begin() -> Vec<u8> {
    HEADER.to_vec()
}

/// Ends it.
pub(super) fn end(out: &mut Vec<u8>) {
    out.extend(END.to_be_bytes());
}

/// Adds a row. At a fault it tells the place of the column, and `out` has a part of the row.
pub(super) fn row(columns: &[Column], values: &[Stored], out: &mut Vec<u8>) -> Result<(), (usize, Fault)> {
    let fields = i16::try_from(columns.len()).map_err(|_many| (0, Fault::OtherType))?;
    out.extend(fields.to_be_bytes());
    for (at, column) in columns.iter().enumerate() {
        value(column, values.get(at).unwrap_or(&Stored::Null), out).map_err(|fault| (at, fault))?;
    }
    Ok(())
}

/// Adds a value with its length.
pub(super) fn value(column: &Column, value: &Stored, out: &mut Vec<u8>) -> Result<(), Fault> {
    match (column.kind, value) {
        (_, Stored::Null) if column.nullable => out.extend(NULL.to_be_bytes()),
        (_, Stored::Null) => return Err(Fault::Missing),
        (Kind::Uuid, Stored::Blob(bytes)) if bytes.len() == 16 => field(out, &[], bytes)?,
        (Kind::Uuid, Stored::Blob(_)) => return Err(Fault::NotAnId),
        (Kind::Bytes, Stored::Blob(bytes)) => field(out, &[], bytes)?,
        (Kind::Instant, Stored::Integer(micros)) => {
            let since = micros.checked_sub(POSTGRES_EPOCH).filter(|since| INSTANTS.contains(since));
            field(out, &[], &since.ok_or(Fault::InstantOutOfRange)?.to_be_bytes())?;
        }
        (Kind::Flag, Stored::Integer(flag)) => {
            let flag = u8::try_from(*flag).ok().filter(|flag| *flag <= 1).ok_or(Fault::NotAFlag)?;
            field(out, &[], &[flag])?;
        }
        (Kind::Small, Stored::Integer(number)) => field(out, &[], &narrow::<i16>(*number)?.to_be_bytes())?,
        (Kind::Whole, Stored::Integer(number)) => field(out, &[], &narrow::<i32>(*number)?.to_be_bytes())?,
        (Kind::Large, Stored::Integer(number)) => field(out, &[], &number.to_be_bytes())?,
        (Kind::Text, Stored::Text(bytes)) => {
            std::str::from_utf8(bytes).map_err(|_invalid| Fault::NotUtf8)?;
            if bytes.contains(&0) {
                return Err(Fault::NulInText);
            }
            field(out, &[], bytes)?;
        }
        (Kind::Json, Stored::Text(bytes)) => {
            sound(bytes)?;
            field(out, &[JSONB_VERSION], bytes)?;
        }
        _ => return Err(Fault::OtherType),
    }
    Ok(())
}

fn narrow<T: TryFrom<i64>>(number: i64) -> Result<T, Fault> {
    T::try_from(number).map_err(|_large| Fault::NumberOutOfRange)
}

/// Adds a field: its length, then its bytes in two parts.
fn field(out: &mut Vec<u8>, first: &[u8], rest: &[u8]) -> Result<(), Fault> {
    let length = i32::try_from(first.len() + rest.len()).map_err(|_long| Fault::NumberOutOfRange)?;
    out.extend(length.to_be_bytes());
    out.extend(first);
    out.extend(rest);
    Ok(())
}

/// Whether these bytes are JSON as PostgreSQL takes it.
fn sound(bytes: &[u8]) -> Result<(), Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_invalid| Fault::NotUtf8)?;
    let mut has_nul = false;
    let mut reader = serde_json::Deserializer::from_str(text);
    Sound { has_nul: &mut has_nul }
        .deserialize(&mut reader)
        .and_then(|()| reader.end())
        .map_err(|_bad| Fault::NotJson)?;
    if has_nul { Err(Fault::NulInJson) } else { Ok(()) }
}

/// Reads a whole document, looks at its texts, and keeps nothing.
struct Sound<'s> {
    has_nul: &'s mut bool,
}

impl<'de> DeserializeSeed<'de> for Sound<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Sound<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _value: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _value: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _value: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _value: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        *self.has_nul |= value.contains('\0');
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Sound { has_nul: &mut *self.has_nul })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key_seed(Sound { has_nul: &mut *self.has_nul })?.is_some() {
            map.next_value_seed(Sound { has_nul: &mut *self.has_nul })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(kind: Kind, nullable: bool) -> Column {
        Column { name: "it".to_owned(), kind, nullable }
    }

    /// The bytes of a value after its length, or its fault.
    fn encoded(kind: Kind, stored: &Stored) -> Result<Vec<u8>, Fault> {
        let mut out = Vec::new();
        value(&column(kind, false), stored, &mut out)?;
        let (length, rest) = out.split_at(4);
        assert_eq!(i32::from_be_bytes(length.try_into().unwrap()), i32::try_from(rest.len()).unwrap());
        Ok(rest.to_vec())
    }

    fn text(text: &str) -> Stored {
        Stored::Text(text.as_bytes().to_vec())
    }

    #[test]
    fn values_are_as_postgresql_keeps_them() {
        assert_eq!(encoded(Kind::Uuid, &Stored::Blob(vec![7; 16])), Ok(vec![7; 16]));
        assert_eq!(encoded(Kind::Bytes, &Stored::Blob(Vec::new())), Ok(Vec::new()));
        assert_eq!(encoded(Kind::Instant, &Stored::Integer(POSTGRES_EPOCH + 1)), Ok(1_i64.to_be_bytes().to_vec()));
        assert_eq!(encoded(Kind::Instant, &Stored::Integer(0)), Ok((-POSTGRES_EPOCH).to_be_bytes().to_vec()));
        assert_eq!(encoded(Kind::Flag, &Stored::Integer(1)), Ok(vec![1]));
        assert_eq!(encoded(Kind::Small, &Stored::Integer(-2)), Ok(vec![0xff, 0xfe]));
        assert_eq!(encoded(Kind::Whole, &Stored::Integer(258)), Ok(vec![0, 0, 1, 2]));
        assert_eq!(encoded(Kind::Large, &Stored::Integer(1)), Ok(vec![0, 0, 0, 0, 0, 0, 0, 1]));
        assert_eq!(encoded(Kind::Text, &text("été")), Ok("été".as_bytes().to_vec()));
        assert_eq!(encoded(Kind::Json, &text("[1, null]")), Ok(b"\x01[1, null]".to_vec()));
    }

    #[test]
    fn each_fault_is_told() {
        let faults = [
            (Kind::Uuid, Stored::Blob(vec![7; 15]), Fault::NotAnId),
            (Kind::Uuid, text("0123456789abcdef"), Fault::OtherType),
            (Kind::Instant, Stored::Integer(i64::MIN), Fault::InstantOutOfRange),
            (Kind::Instant, Stored::Integer(-300_000_000_000_000_000), Fault::InstantOutOfRange),
            (Kind::Flag, Stored::Integer(2), Fault::NotAFlag),
            (Kind::Flag, Stored::Integer(-1), Fault::NotAFlag),
            (Kind::Small, Stored::Integer(32_768), Fault::NumberOutOfRange),
            (Kind::Whole, Stored::Integer(1 << 31), Fault::NumberOutOfRange),
            (Kind::Large, Stored::Fraction, Fault::OtherType),
            (Kind::Text, Stored::Text(vec![b'a', 0xff]), Fault::NotUtf8),
            (Kind::Text, text("a\0b"), Fault::NulInText),
            (Kind::Text, Stored::Null, Fault::Missing),
            (Kind::Json, Stored::Text(vec![b'"', 0xff, b'"']), Fault::NotUtf8),
            (Kind::Json, text("{\"a\": }"), Fault::NotJson),
            (Kind::Json, text("{} {}"), Fault::NotJson),
            (Kind::Json, text("\"\\ud800\""), Fault::NotJson),
            (Kind::Json, text("{\"a\": [\"b\\u0000\"]}"), Fault::NulInJson),
            (Kind::Json, text("{\"a\\u0000\": 1}"), Fault::NulInJson),
        ];
        for (kind, stored, fault) in faults {
            assert_eq!(encoded(kind, &stored), Err(fault), "{kind:?} {stored:?}");
        }
    }

    #[test]
    fn a_row_has_the_number_of_its_fields_and_nulls_have_no_length() {
        let columns = [column(Kind::Flag, true), column(Kind::Flag, false)];
        let mut out = Vec::new();
        row(&columns, &[Stored::Null, Stored::Integer(0)], &mut out).unwrap();
        assert_eq!(out, [0, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 1, 0]);
        assert_eq!(row(&columns, &[Stored::Null, Stored::Null], &mut out), Err((1, Fault::Missing)));
        let mut whole = begin();
        end(&mut whole);
        assert_eq!(whole, b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0\xff\xff");
    }
}
