//! Comma-separated values: RFC 4180, UTF-8 with the byte order mark that Excel needs, and without cells that a
//! spreadsheet would run.
//!
//! Every CSV file of the portal is written here: every field is quoted, and only a [`Cell`] is written, in which no
//! formula begins (`cell`). The separator is the one that spreadsheet programs in the reader's language expect, or the
//! requested one ([`Separator`]).
//!
//! Uploaded text files are read here as well: `decode` finds the encoding, `read` the separator.
//!
//! A file is produced while it is sent: each page of rows is read after the client has received the one before, within
//! a time limit ([`Download`]). An error ends it and breaks the connection off, so that half a file never looks
//! complete.

mod cell;
mod decode;
mod read;

use std::future::{Future, ready};

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use csv::{QuoteStyle, Terminator, WriterBuilder};
use futures_util::stream::{StreamExt as _, TryStreamExt as _, once, try_unfold};

use super::Download;
use crate::error::{Error, FieldCode, FieldError, OrInternal as _};
use crate::i18n::Language;
pub use cell::{Cell, restored};
pub use decode::Basis;
pub use read::Opened;

/// The media type of answers.
pub const MEDIA_TYPE: &str = "text/csv; charset=utf-8; header=present";
/// Rows that are read at once: enough to make the statement cheap, few enough to keep memory small.
pub const PAGE: i64 = 500;

/// The byte order mark. Without it Excel takes the file for Windows-1252.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

crate::text_enum! {
    /// The separator of cells.
    pub enum Separator {
        /// A comma, as in RFC 4180.
        Comma = "comma",
        /// A semicolon, for programs with a comma in decimal fractions.
        Semicolon = "semicolon",
        /// A tab.
        Tab = "tab",
    }
}

impl Separator {
    /// The requested separator, or the one that spreadsheet programs in this language expect.
    #[must_use]
    pub fn chosen(asked: Option<Self>, language: Language) -> Self {
        let usual = match language {
            Language::Fr | Language::Es | Language::Ru | Language::Pt => Self::Semicolon,
            Language::En | Language::Ar => Self::Comma,
        };
        asked.unwrap_or(usual)
    }

    /// As a byte.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

/// The beginning of a file, with the column heads.
pub fn begin<C: AsRef<str>>(heads: impl IntoIterator<Item = C>, separator: Separator) -> Result<Vec<u8>, Error> {
    let mut file = BYTE_ORDER_MARK.as_bytes().to_vec();
    file.extend(write([heads.into_iter().map(|head| Cell::text(head.as_ref()))], separator)?);
    Ok(file)
}

/// Rows.
pub fn write<R: IntoIterator<Item = Cell>>(
    rows: impl IntoIterator<Item = R>,
    separator: Separator,
) -> Result<Vec<u8>, Error> {
    let mut writer = WriterBuilder::new()
        .delimiter(separator.byte())
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).or_internal()?;
    }
    writer.into_inner().or_internal()
}

/// Refuses parameters of pagination, since a file has no pages.
///
/// # Errors
/// 400 if there is a `limit` or `cursor`.
pub fn refuse_pages(limit: Option<u32>, cursor: Option<&str>) -> Result<(), Error> {
    let asked = [("limit", limit.is_some()), ("cursor", cursor.is_some())];
    match asked.into_iter().find(|(_, is_there)| *is_there) {
        Some((parameter, _)) => Err(Error::bad_query(vec![FieldError::new(parameter, FieldCode::NoPages)])),
        None => Ok(()),
    }
}

/// Answers with a file of this name and separator. `next` reads a page of rows of the download after the given
/// position, and returns the next position; none after the last page. `held` is dropped when the file is sent or
/// aborted.
pub fn respond<H, P, F, N>(
    name: &str,
    (heads, separator): (&[impl AsRef<str>], Separator),
    held: H,
    download: Download,
    start: P,
    next: F,
) -> Result<HttpResponse, Error>
where
    H: 'static,
    P: 'static,
    F: Fn(Download, P) -> N + 'static,
    N: Future<Output = Result<Option<(Vec<Vec<String>>, P)>, Error>> + 'static,
{
    let pages = try_unfold(start, move |place| {
        let (page, download) = (next(download.clone(), place), download.clone());
        async move {
            let Some((rows, place)) = page.await? else { return Ok(None) };
            let bytes = write(rows.iter().map(|row| row.iter().map(|text| Cell::text(text))), separator)?;
            download.count(bytes.len());
            Ok::<_, Error>(Some((bytes, place)))
        }
    });
    let body = once(ready(Ok(begin(heads, separator)?))).chain(pages).map_ok(Bytes::from);
    let body = body.inspect_err(move |error: &Error| {
        let _ = &held;
        tracing::error!(%error, "an export was broken off");
    });
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, MEDIA_TYPE))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(body))
}
