//! Workbooks: written row by row on a thread for heavy work, and sent when complete.
//!
//! Every cell is a text, never a formula or a link.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::card::{COLUMNS, Card, Words};
use super::source::Source;
use super::table;
use crate::directory::Contact;
use crate::error::{Error, OrInternal as _};
use crate::heavy_work::WorkPermit;
use crate::http::xlsx;

/// Most rows. A ZIP archive must be complete before its first byte is sent, so it is kept in memory, some 100 bytes a
/// row, and must be written within the time limit of a request. For more rows there is CSV, which is a stream.
pub(super) const MAX_ROWS: u32 = 50_000;

/// Widths of the columns in characters, as [`COLUMNS`] has them.
const WIDTHS: [f64; COLUMNS.len()] =
    [28.0, 30.0, 12.0, 22.0, 9.0, 28.0, 9.0, 30.0, 34.0, 22.0, 12.0, 24.0, 40.0, 14.0, 16.0, 28.0, 28.0, 38.0];

/// Writes the whole workbook.
pub(super) async fn write(mut source: Source, words: Words, turn: WorkPermit) -> Result<Vec<u8>, Error> {
    let (send, pages) = async_channel::bounded::<Page>(1);
    let writing = turn.run(move |_| {
        let mut sheet = SheetWriter::begin(&words).or_internal()?;
        loop {
            match pages.recv_blocking() {
                Ok(Page::Contacts(contacts)) => {
                    for contact in &contacts {
                        sheet.add(&Card::new(contact, &words)?).or_internal()?;
                    }
                }
                Ok(Page::End) => return sheet.finish().or_internal(),
                // The request was given up.
                Err(_gone) => return Err(Error::busy()),
            }
        }
    });
    let reading = async move {
        while let Some(contacts) = source.next().await? {
            // The other side has given up; its result has the reason.
            if send.send(Page::Contacts(contacts)).await.is_err() {
                return Ok(());
            }
        }
        let _ = send.send(Page::End).await;
        Ok::<_, Error>(())
    };
    let (written, read) = tokio::join!(writing, reading);
    read?;
    written
}

/// A message to the thread.
enum Page {
    Contacts(Vec<Contact>),
    End,
}

struct SheetWriter {
    workbook: Workbook,
    row: u32,
}

impl SheetWriter {
    fn begin(words: &Words) -> Result<Self, XlsxError> {
        let mut workbook = xlsx::workbook()?;
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        xlsx::write_heads(sheet, table::heads(words).into_iter().zip(WIDTHS))?;
        Ok(Self { workbook, row: 0 })
    }

    fn add(&mut self, card: &Card<'_>) -> Result<(), XlsxError> {
        self.row += 1;
        let row = self.row;
        let sheet = self.sheet()?;
        for (column, cell) in (0_u16..).zip(table::cells(card)) {
            sheet.write_string(row, column, cell)?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<u8>, XlsxError> {
        let (last_row, last_column) = (self.row, u16::try_from(COLUMNS.len()).unwrap_or(1) - 1);
        self.sheet()?.autofilter(0, 0, last_row, last_column)?;
        self.workbook.save_to_buffer()
    }

    fn sheet(&mut self) -> Result<&mut Worksheet, XlsxError> {
        self.workbook.worksheet_from_index(0)
    }
}
