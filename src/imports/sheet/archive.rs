//! Checks the archive of a workbook before the library that reads workbooks gets it.
//!
//! A workbook is an archive of XML, and may be a decompression bomb: a few kilobytes that unfold to gigabytes, a count
//! that reserves memory which is never used, a name that is copied into each of ten thousand styles. So the declared
//! sizes are checked first: each entry has a maximum size and a maximum compression ratio. Then each entry is
//! decompressed once, since the declared size may be wrong, and its XML is read without being stored: texts and tags
//! have a maximum length, and what the library stores of them (strings, styles, sheets) has a maximum number. This
//! takes the memory of the largest text or tag.
//!
//! All entries are checked, whatever their names: the workbook itself says which of them are read. An entry that is not
//! XML is checked up to the point where that shows, as the library would stop there.
//!
//! On the way, `outline` and `styles` find out what the library does not report: which parts of a sheet are hidden or
//! displayed in another format. So the relations of the archive, which say where the workbook is, are read first.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Cursor, Read as _};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::outline::{self, Outline, Walk};
use super::tag::attributes;
use super::{MAX_UNFOLDED, broken, stopped, too_large};
use crate::error::FieldError;

/// Maximum decompressed bytes of one entry.
const MAX_ENTRY: u64 = 8_388_608;
/// Maximum entries: a workbook has about a dozen.
const MAX_ENTRIES: usize = 500;
/// Maximum compression ratio of an entry larger than [`SMALL`]. Sheets have ten or twenty.
const MAX_RATIO: u64 = 100;
/// A decompressed size that is permitted at any ratio.
const SMALL: u64 = 262_144;
/// Maximum length of a text of an element, and of a tag, in bytes. A spreadsheet program stores no more than 32,767
/// characters in a cell.
const MAX_PIECE: usize = 131_072;
/// Maximum shared strings.
const MAX_STRINGS: usize = 65_536;
/// Maximum sheets, styles, rules, names and references.
const MAX_NAMED: usize = 20_000;
/// Maximum bytes of styles: each has copies of its parts.
const MAX_STYLE_BYTES: usize = 8_388_608;
/// Maximum length of a number format, in characters, as in spreadsheet programs.
const MAX_FORMAT: usize = 255;
/// Events between two checks whether the request is still there.
const EVENTS_AT_ONCE: usize = 4_096;

/// Refuses an archive that decompresses to more than is permitted; returns what is hidden in it.
pub(super) fn check(bytes: &[u8], is_wanted: &dyn Fn() -> bool) -> Result<Outline, FieldError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_malformed| broken())?;
    if archive.len() > MAX_ENTRIES || archive.decompressed_size().is_some_and(|size| size > MAX_UNFOLDED.into()) {
        return Err(too_large());
    }
    let whole = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let (mut left, mut seen) = (MAX_UNFOLDED, Seen::default());
    let keys = keys(&archive)?;
    let first = keys.iter().position(|key| key == outline::ROOT);
    let others = (0..keys.len()).filter(|index| Some(*index) != first);
    for index in first.into_iter().chain(others) {
        let entry = archive.by_index(index).map_err(|_unreadable| broken())?;
        let packed = entry.compressed_size().min(whole);
        let most = left.min(MAX_ENTRY).min(packed.saturating_mul(MAX_RATIO).saturating_add(SMALL));
        if entry.size() > most {
            return Err(too_large());
        }
        // One byte more than permitted, so that the excess shows.
        let mut unfolded = BufReader::new(entry.take(most + 1));
        let key = keys.get(index).cloned().unwrap_or_default();
        seen.look_through(key, &mut unfolded, is_wanted)?;
        std::io::copy(&mut unfolded, &mut std::io::sink()).map_err(|_malformed| broken())?;
        let room = unfolded.get_ref().limit();
        if room == 0 {
            return Err(too_large());
        }
        left = left.saturating_sub(most + 1 - room);
    }
    Ok(seen.outline)
}

/// The names of the entries, as the library compares them; of two equal names it would read either one.
fn keys(archive: &ZipArchive<Cursor<&[u8]>>) -> Result<Vec<String>, FieldError> {
    let names = archive.file_names().map(|name| name.map(|name| outline::key(&name)));
    let keys: Vec<String> = names.collect::<Result<_, _>>().map_err(|_unreadable| broken())?;
    let different: BTreeSet<&String> = keys.iter().collect();
    if different.len() == keys.len() { Ok(keys) } else { Err(broken()) }
}

/// Counts what the library would store.
#[derive(Debug, Default)]
struct Seen {
    strings: usize,
    named: usize,
    outline: Outline,
}

impl Seen {
    fn look_through(
        &mut self,
        key: String,
        entry: impl BufRead,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<(), FieldError> {
        let mut walk = Walk::new(key, &self.outline);
        let looked = self.look_on(&mut walk, entry, is_wanted);
        self.outline.keep(walk);
        looked
    }

    fn look_on(
        &mut self,
        walk: &mut Walk,
        entry: impl BufRead,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<(), FieldError> {
        let mut reader = Reader::from_reader(entry);
        // As in the library, so that both read the same.
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
                    walk.open(&tag, &mut self.outline)?;
                }
                Event::End(tag) => {
                    text = 0;
                    walk.close(tag.local_name().into_inner());
                }
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

    /// Counts an element of which the library stores something.
    fn count(&mut self, tag: &BytesStart<'_>) -> Result<(), FieldError> {
        match tag.local_name().into_inner() {
            "si" => self.strings += 1,
            "sst" if !is_modest(tag) => return Err(too_large()),
            "numFmt" if !is_short(tag) => return Err(too_large()),
            "sheet" | "Relationship" | "definedName" | "numFmt" | "font" | "fill" | "border" | "xf" | "dxf"
            | "cfRule" => self.named += 1,
            _ => {}
        }
        if self.strings > MAX_STRINGS || self.named > MAX_NAMED { Err(too_large()) } else { Ok(()) }
    }
}

/// Whether all attributes of a number format are short: it is parsed for many cells.
fn is_short(format: &BytesStart<'_>) -> bool {
    attributes(format).all(|(_, value)| value.chars().count() <= MAX_FORMAT)
}

/// Whether a table of strings declares a permitted number: the library reserves memory for it at once.
fn is_modest(tag: &str) -> bool {
    tag.split("uniqueCount").skip(1).all(|rest| {
        let digits = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let count = digits.get(..end).unwrap_or_default();
        count.is_empty() || count.parse::<usize>().is_ok_and(|count| count <= MAX_STRINGS)
    })
}
