//! What a workbook unfolds to, looked through before the library that reads workbooks gets it.
//!
//! A workbook is an archive of XML, and may be made to burst: a few kilobytes that unfold to gigabytes, a count that asks for
//! room which is never used, a name that is copied into each of ten thousand styles. So the sizes that it declares are
//! looked at first, each entry within a bound and a ratio to what it is packed to. Then each is unfolded once, since what is
//! declared may be a lie, and its XML is read without being kept: texts and tags have a longest, and what the library
//! keeps of them (strings, styles, sheets) a most. The memory of all that is that of the largest text or tag.
//!
//! Entries are looked at whatever they are called: which of them are read stands in the workbook itself. What is no XML
//! is no longer looked at where that shows, as the library would not go on there.

use std::io::{BufRead, BufReader, Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::stopped;
use crate::error::Fault;

/// Most bytes that all entries may unfold to.
pub(super) const MAX_UNFOLDED: u64 = 16_777_216;
/// Most bytes that one may.
const MAX_ENTRY: u64 = 8_388_608;
/// Most entries: a workbook has about a dozen.
const MAX_ENTRIES: usize = 500;
/// How many times the packed size an entry may unfold to, beyond [`SMALL`]. Sheets unfold to ten or twenty times of it.
const MAX_RATIO: u64 = 100;
/// What an entry may unfold to whatever it is packed to.
const SMALL: u64 = 262_144;
/// Longest text of an element, and longest tag, in bytes. A spreadsheet program keeps no more than 32,767 characters in a cell.
const MAX_PIECE: usize = 131_072;
/// Most strings that cells share.
const MAX_STRINGS: usize = 65_536;
/// Most sheets, styles, names and references.
const MAX_NAMED: usize = 20_000;
/// Most bytes of styles: each has copies of what it is made from.
const MAX_STYLE_BYTES: usize = 8_388_608;
/// Events between two looks whether anybody still waits.
const EVENTS_AT_ONCE: usize = 4_096;

pub(super) fn broken() -> Fault {
    Fault::new("", "sheet_broken")
}

fn too_large() -> Fault {
    Fault::new("", "sheet_too_large").with("max", MAX_UNFOLDED)
}

/// Refuses an archive that unfolds to more than we read.
pub(super) fn check(bytes: &[u8], is_wanted: &dyn Fn() -> bool) -> Result<(), Fault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_malformed| broken())?;
    if archive.len() > MAX_ENTRIES || archive.decompressed_size().is_some_and(|size| size > MAX_UNFOLDED.into()) {
        return Err(too_large());
    }
    let whole = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let (mut left, mut seen) = (MAX_UNFOLDED, Seen::default());
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|_unreadable| broken())?;
        let packed = entry.compressed_size().min(whole);
        let most = left.min(MAX_ENTRY).min(packed.saturating_mul(MAX_RATIO).saturating_add(SMALL));
        if entry.size() > most {
            return Err(too_large());
        }
        // One byte more than there is room for, so that too much shows.
        let mut unfolded = BufReader::new(entry.take(most + 1));
        seen.look_through(&mut unfolded, is_wanted)?;
        std::io::copy(&mut unfolded, &mut std::io::sink()).map_err(|_malformed| broken())?;
        let room = unfolded.get_ref().limit();
        if room == 0 {
            return Err(too_large());
        }
        left = left.saturating_sub(most + 1 - room);
    }
    Ok(())
}

/// What the library would keep.
#[derive(Debug, Default)]
struct Seen {
    strings: usize,
    named: usize,
}

impl Seen {
    fn look_through(&mut self, entry: impl BufRead, is_wanted: &dyn Fn() -> bool) -> Result<(), Fault> {
        let mut reader = Reader::from_reader(entry);
        // As the library has it, so that both see the same.
        let config = reader.config_mut();
        config.check_end_names = false;
        config.expand_empty_elements = true;
        let (mut buffer, mut text, mut styles, mut longest) = (Vec::new(), 0_usize, 0_usize, 0_usize);
        for number in 1_usize.. {
            if number.is_multiple_of(EVENTS_AT_ONCE) && !is_wanted() {
                return Err(stopped());
            }
            buffer.clear();
            let Ok(event) = reader.read_event_into(&mut buffer) else { return Ok(()) };
            match event {
                Event::Start(tag) | Event::Empty(tag) => {
                    text = 0;
                    longest = longest.max(tag.len());
                    if tag.local_name().into_inner() == "xf" {
                        styles += 1;
                    }
                    self.count(&tag)?;
                }
                Event::End(_) => text = 0,
                Event::Text(piece) => text += piece.len(),
                Event::CData(piece) => text += piece.len(),
                Event::GeneralRef(piece) => text += piece.len(),
                Event::Eof => return Ok(()),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
            if text.max(longest) > MAX_PIECE || styles.saturating_mul(longest) > MAX_STYLE_BYTES {
                return Err(too_large());
            }
        }
        Ok(())
    }

    /// Counts an element of which something is kept.
    fn count(&mut self, tag: &BytesStart<'_>) -> Result<(), Fault> {
        match tag.local_name().into_inner() {
            "si" => self.strings += 1,
            "sst" if !is_modest(tag) => return Err(too_large()),
            "sheet" | "Relationship" | "definedName" | "numFmt" | "font" | "fill" | "border" | "xf" => self.named += 1,
            _ => {}
        }
        if self.strings > MAX_STRINGS || self.named > MAX_NAMED { Err(too_large()) } else { Ok(()) }
    }
}

/// Whether a table of strings says that it has no more than we read: the library makes room for so many at once.
fn is_modest(tag: &str) -> bool {
    tag.split("uniqueCount").skip(1).all(|rest| {
        let digits = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let count = digits.get(..end).unwrap_or_default();
        count.is_empty() || count.parse::<usize>().is_ok_and(|count| count <= MAX_STRINGS)
    })
}
