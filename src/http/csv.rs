//! Comma-separated values: RFC 4180, UTF-8 with the mark that Excel wants, and no cell that a spreadsheet would run.
//!
//! Every file of the portal is written here: every field is in quotation marks, and only a [`Cell`] is written, in
//! which no formula begins (`cell`).
//!
//! A file is made while it is sent: its rows are read page by page when the client has taken those before, as long as it may
//! ([`Download`]). An error ends it and breaks the connection off, so that half a file never looks like a whole one.

mod cell;

use std::future::{Future, ready};

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;
use csv::{QuoteStyle, Terminator, WriterBuilder};
use futures_util::stream::{StreamExt as _, TryStreamExt as _, once, try_unfold};

use super::Download;
use crate::error::{Error, Fault, OrInternal as _};
pub use cell::{Cell, restored};

/// How answers name it.
pub const MEDIA_TYPE: &str = "text/csv; charset=utf-8; header=present";
/// Rows that are read at once: enough that the statement costs little, few enough to be forgotten soon.
pub const PAGE: i64 = 500;

/// Without it Excel takes the file for Windows-1252.
pub const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The beginning of a file, with the heads of its columns.
///
/// # Errors
/// None that is expected.
pub fn begin<C: AsRef<str>>(heads: impl IntoIterator<Item = C>) -> Result<Vec<u8>, Error> {
    let mut file = BYTE_ORDER_MARK.as_bytes().to_vec();
    file.extend(write([heads.into_iter().map(|head| Cell::text(head.as_ref()))])?);
    Ok(file)
}

/// Rows.
///
/// # Errors
/// None that is expected.
pub fn write<R: IntoIterator<Item = Cell>>(rows: impl IntoIterator<Item = R>) -> Result<Vec<u8>, Error> {
    let mut writer =
        WriterBuilder::new().quote_style(QuoteStyle::Always).terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).or_internal()?;
    }
    writer.into_inner().or_internal()
}

/// Refuses to cut a file into pages.
///
/// # Errors
/// 400 where `limit` or `cursor` is asked for.
pub fn refuse_pages(limit: Option<u32>, cursor: Option<&str>) -> Result<(), Error> {
    let asked = [("limit", limit.is_some()), ("cursor", cursor.is_some())];
    match asked.into_iter().find(|(_, is_there)| *is_there) {
        Some((parameter, _)) => Err(Error::bad_query(vec![Fault::new(parameter, "no_pages")])),
        None => Ok(()),
    }
}

/// Answers with a file of this name. `next` reads a page of rows of the download after the place it is given, and says where to
/// go on; nothing after the last. `held` is dropped when the file is sent, or nobody takes it any more.
///
/// # Errors
/// None that is expected.
pub fn respond<H, P, F, N>(
    name: &str,
    heads: &[impl AsRef<str>],
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
            let bytes = write(rows.iter().map(|row| row.iter().map(|text| Cell::text(text))))?;
            download.count(bytes.len());
            Ok::<_, Error>(Some((bytes, place)))
        }
    });
    let body = once(ready(Ok(begin(heads)?))).chain(pages).map_ok(Bytes::from);
    let body = body.inspect_err(move |error: &Error| {
        let _ = &held;
        tracing::error!(%error, "an export was broken off");
    });
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, MEDIA_TYPE))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(body))
}
