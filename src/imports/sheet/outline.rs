//! The structure of a workbook that the library does not report: the entry of each sheet, and what is hidden in it.
//!
//! The author sees what a spreadsheet program displays, and the import reads what the library finds. A workbook that the
//! two could understand differently is refused, or nothing of the sheet is used. So the way from the archive to a sheet is
//! followed as the library follows it (names of entries without case, targets below the folder of the workbook), and what
//! occurs twice, at another place than its own or in a foreign namespace counts as broken. The library looks for styles and
//! shared texts by their usual names, so a relation that leads elsewhere is broken as well. `styles` finds what styles do to
//! the cells of a sheet.
//!
//! The author sees what a spreadsheet program displays, and the portal reads what the library finds. If the two could
//! understand a workbook differently, it is refused, or nothing of the sheet is used. So the path from the archive to a
//! sheet is followed as the library follows it (names of entries without case, targets below the folder of the
//! workbook), and an element that occurs twice, in another place than its own or in a foreign namespace counts as
//! broken, since the library goes by its name only.
//!
//! Rows and columns that are too low or too narrow to be seen are hidden as well, by their own size or by the default
//! of the sheet. `zeroHeight` does not affect a row that is in the file: it hides those that are omitted (ECMA-376-1,
//! 18.3.1.81).
//!
//! Left out: letters in the colour of their background, and cells behind a picture.

use std::borrow::Cow;
use std::collections::HashMap;

use quick_xml::events::BytesStart;
use quick_xml::name::Prefix;

use super::styles::{Rules, StyleWalk, Styles};
use super::tag::{MAX_NAME, attributes, is_malformed, measure, plain, row_of, says, short};
use super::{MAX_COLUMNS, broken, too_large};
use crate::error::FieldError;

/// Maximum hidden rows, in all sheets.
const MAX_HIDDEN: usize = 100_000;
/// Minimum height of a row, in points, and minimum width of a column, in characters, at which its content is visible.
const LOWEST: f64 = 2.0;
const NARROWEST: f64 = 0.5;
/// Maximum sheets. Spreadsheet programs create no more at once.
const MAX_SHEETS: usize = 255;
/// Maximum relations of the workbook, and groups of columns of a sheet.
const MAX_NAMES: usize = 1_000;
/// The entry of an archive that names the workbook.
pub(super) const ROOT: &str = "_rels/.rels";
/// The end of the type of that relation.
const DOCUMENT: &str = "/relationships/officeDocument";
/// How the kinds of other relations end, and what the library reads in place of where they lead.
const USUAL: [(&str, &str); 2] = [("/styles", "styles.xml"), ("/sharedStrings", "sharedStrings.xml")];

/// The name of an entry, as the library compares it.
pub(super) fn key(name: &str) -> String {
    name.replace('\\', "/").to_ascii_lowercase()
}

/// What is hidden in the sheets of a workbook.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The folder of the workbook, and its entry, once they are known.
    folder: String,
    workbook: Option<String>,
    /// The entry with the relations of the workbook.
    links: String,
    /// The relation of each sheet, by its name.
    sheets: HashMap<String, String>,
    /// The targets of the workbook's relations.
    targets: HashMap<String, String>,
    /// The hidden parts of each entry; none if they cannot be determined.
    entries: HashMap<String, Option<Hidden>>,
    /// Hidden rows, in all entries.
    rows: usize,
    styles: Styles,
}

/// What is hidden in one sheet.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    /// The numbers of rows, the first being 1, in their order.
    rows: Vec<u32>,
    /// Columns from one to another, the first being 1, and whether they are hidden.
    columns: Vec<(usize, usize, bool)>,
    /// Whether columns without a definition are hidden.
    others: bool,
    /// Whether rows without a height are hidden.
    low: bool,
    /// The rules by which its cells have other formats.
    rules: Rules,
}

impl Outline {
    /// The entry of the sheet of this name and its hidden parts; none if they cannot be determined.
    pub(super) fn of(&self, name: &str) -> Option<(&str, &Hidden)> {
        let target = self.targets.get(self.sheets.get(name)?)?;
        let (entry, hidden) = self.entries.get_key_value(&self.entry_at(target))?;
        let hidden = hidden.as_ref().filter(|hidden| !self.styles.disguise(&hidden.rules))?;
        Some((entry.as_str(), hidden))
    }

    /// What the styles of the workbook hide.
    pub(super) const fn styles(&self) -> &Styles {
        &self.styles
    }

    /// The entry to which a relation of the workbook leads.
    fn entry_at(&self, target: &str) -> String {
        let path = target.strip_prefix('/').map_or_else(|| format!("{}{target}", self.folder), str::to_owned);
        key(&path)
    }

    /// The part of the workbook that the entry of this key is.
    fn part(&self, entry: &str) -> Part {
        match &self.workbook {
            _ if entry == ROOT => Part::Root,
            Some(workbook) if workbook == entry => Part::Workbook,
            Some(_) if self.links == entry => Part::Links,
            _ => Part::Other,
        }
    }

    /// Notes the position of the workbook.
    fn note_document(&mut self, target: &str) -> Result<(), FieldError> {
        let target = target.strip_prefix('/').unwrap_or(target);
        let (folder, name) = target.rfind('/').map_or(("", target), |at| target.split_at(at + 1));
        folder.clone_into(&mut self.folder);
        self.links = key(&format!("{folder}_rels/{name}.rels"));
        // Of two the library uses the last.
        if self.workbook.replace(key(target)).is_some() { Err(broken()) } else { Ok(()) }
    }

    /// Stores the result of an entry.
    pub(super) fn keep(&mut self, walk: Walk) {
        let rules = self.styles.keep(walk.styles);
        if walk.part == Part::Other && walk.place != XmlPlace::Before {
            let mut hidden = Hidden { rules, ..walk.hidden };
            hidden.rows.sort_unstable();
            self.entries.insert(walk.entry, (!walk.is_doubtful).then_some(hidden));
        }
    }
}

impl Hidden {
    /// Whether the row of this number is hidden.
    pub(super) fn has_row(&self, number: u32) -> bool {
        self.rows.binary_search(&number).is_ok()
    }

    /// Whether the column at this index is hidden, the first being 0.
    pub(super) fn has_column(&self, place: usize) -> bool {
        let mut said =
            self.columns.iter().filter(|(first, last, _)| (*first..=*last).contains(&(place + 1))).peekable();
        if said.peek().is_none() { self.others } else { said.any(|(_, _, hidden)| *hidden) }
    }
}

/// The kind of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The relations of the archive.
    Root,
    /// The workbook.
    Workbook,
    /// Its relations.
    Links,
    /// Any other; it may be a sheet.
    Other,
}

/// The position in an entry: before the relevant element (`sheets`, `sheetData`), in it, or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum XmlPlace {
    Before,
    Inside,
    Behind,
}

/// A walk through one entry.
#[derive(Debug)]
pub(super) struct Walk {
    entry: String,
    part: Part,
    place: XmlPlace,
    depth: usize,
    /// The prefix of the root, and its namespace.
    prefix: Option<String>,
    namespace: Option<String>,
    /// The index of the row, the first being 0, counted as the library counts.
    row: u32,
    /// Whether that row is hidden.
    in_hidden: bool,
    /// Whether merged cells were read.
    has_merged: bool,
    /// Whether a spreadsheet program may show it otherwise than the library reads it.
    is_doubtful: bool,
    hidden: Hidden,
    styles: StyleWalk,
}

impl Walk {
    /// Begins at the head of the entry of this key.
    pub(super) fn new(entry: String, outline: &Outline) -> Self {
        Self {
            part: outline.part(&entry),
            entry,
            place: XmlPlace::Before,
            depth: 0,
            prefix: None,
            namespace: None,
            row: 0,
            in_hidden: false,
            has_merged: false,
            is_doubtful: false,
            hidden: Hidden::default(),
            styles: StyleWalk::default(),
        }
    }

    /// Takes the beginning of an element.
    pub(super) fn open(&mut self, tag: &BytesStart<'_>, outline: &mut Outline) -> Result<(), FieldError> {
        self.depth += 1;
        let (local, prefix) = tag.name().decompose();
        let (local, prefix) = (local.into_inner(), prefix.map(Prefix::into_inner));
        if self.depth == 1 {
            // It is searched in every tag.
            if prefix.is_some_and(|prefix| prefix.len() > MAX_NAME) {
                return Err(broken());
            }
            self.prefix = prefix.map(str::to_owned);
            self.namespace = self.declared(tag).map(Cow::into_owned);
        }
        let is_own = prefix == self.prefix.as_deref() && self.keeps_namespace(tag);
        match self.part {
            Part::Root | Part::Links if local == "Relationship" => {
                if is_own && self.depth == 2 {
                    self.note_relation(tag, outline)
                } else {
                    Err(broken())
                }
            }
            Part::Workbook if local == "sheets" => {
                let is_first = std::mem::replace(&mut self.place, XmlPlace::Inside) == XmlPlace::Before;
                if is_own && is_first && self.depth == 2 { Ok(()) } else { Err(broken()) }
            }
            Part::Workbook if local == "sheet" => {
                let is_there = is_own && self.place == XmlPlace::Inside && self.depth == 3;
                if is_there { note_sheet(tag, outline) } else { Err(broken()) }
            }
            Part::Other => {
                self.styles.open(local, is_own, self.depth, tag);
                self.note(local, is_own, tag, outline)
            }
            Part::Root | Part::Links | Part::Workbook => Ok(()),
        }
    }

    /// Processes the end of an element.
    pub(super) fn close(&mut self, local: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.styles.close(self.depth);
        match local {
            "sheets" | "sheetData" if self.place == XmlPlace::Inside => self.place = XmlPlace::Behind,
            "row" if self.place == XmlPlace::Inside => {
                self.row = self.row.saturating_add(1);
                self.in_hidden = false;
            }
            _ => {}
        }
    }

    /// Notes what a sheet hides.
    fn note(
        &mut self,
        local: &str,
        is_own: bool,
        tag: &BytesStart<'_>,
        outline: &mut Outline,
    ) -> Result<(), FieldError> {
        match local {
            "sheetData" => {
                let is_first = std::mem::replace(&mut self.place, XmlPlace::Inside) == XmlPlace::Before;
                self.is_doubtful |= !is_own || !is_first || self.depth != 2;
            }
            "mergeCells" => {
                self.is_doubtful |= !is_own || self.depth != 2 || self.has_merged;
                self.has_merged = true;
            }
            _ if self.place == XmlPlace::Inside && !is_own => self.is_doubtful = true,
            "row" if self.place == XmlPlace::Inside => return self.note_row(tag, outline),
            "c" if self.in_hidden => {
                // A cell has its own position, whatever its row says.
                if let Some(number) = plain(tag, "r").and_then(|place| row_of(&place)) {
                    return self.hide_row(number, outline);
                }
            }
            "sheetFormatPr" if is_own => {
                self.is_doubtful |= is_malformed(tag);
                let is_meant = says(tag, "customHeight") || says(tag, "zeroHeight");
                self.hidden.low = is_meant && measure(tag, "defaultRowHeight").is_some_and(|height| height < LOWEST);
                self.hidden.others |= measure(tag, "defaultColWidth").is_some_and(|width| width < NARROWEST);
            }
            "col" if is_own => return self.note_column(tag),
            _ => {}
        }
        Ok(())
    }

    fn note_row(&mut self, tag: &BytesStart<'_>, outline: &mut Outline) -> Result<(), FieldError> {
        self.is_doubtful |= is_malformed(tag);
        if let Some(number) = plain(tag, "r").and_then(|number| row_of(&number)) {
            self.row = number.saturating_sub(1);
        }
        self.in_hidden = says(tag, "hidden") || measure(tag, "ht").map_or(self.hidden.low, |height| height < LOWEST);
        if self.in_hidden { self.hide_row(self.row.saturating_add(1), outline) } else { Ok(()) }
    }

    fn hide_row(&mut self, number: u32, outline: &mut Outline) -> Result<(), FieldError> {
        if self.hidden.rows.last() != Some(&number) {
            outline.rows += 1;
            if outline.rows > MAX_HIDDEN {
                return Err(too_large());
            }
            self.hidden.rows.push(number);
        }
        Ok(())
    }

    fn note_column(&mut self, tag: &BytesStart<'_>) -> Result<(), FieldError> {
        self.is_doubtful |= is_malformed(tag);
        let is_hidden = says(tag, "hidden") || measure(tag, "width").is_some_and(|width| width < NARROWEST);
        let place = |name| plain(tag, name).and_then(|number| number.trim().parse().ok());
        if let (Some(first), Some(last)) = (place("min"), place("max"))
            && first <= MAX_COLUMNS
        {
            if self.hidden.columns.len() >= MAX_NAMES {
                return Err(too_large());
            }
            self.hidden.columns.push((first, last, is_hidden));
        }
        Ok(())
    }

    /// Notes the target of a relation: that of the archive to its workbook, and those of the workbook.
    fn note_relation(&self, tag: &BytesStart<'_>, outline: &mut Outline) -> Result<(), FieldError> {
        if is_malformed(tag) {
            return Err(broken());
        }
        let target = plain(tag, "Target");
        if self.part == Part::Root {
            let is_document = plain(tag, "Type").is_some_and(|kind| kind.ends_with(DOCUMENT));
            return if is_document { outline.note_document(&short(target)?) } else { Ok(()) };
        }
        if outline.targets.len() >= MAX_NAMES {
            return Err(too_large());
        }
        let kind = plain(tag, "Type").unwrap_or_default();
        let usual = USUAL.iter().find(|(end, _)| kind.ends_with(end)).map(|(_, name)| *name);
        let leads_to = |name: &str| target.as_deref().is_some_and(|it| outline.entry_at(it) == outline.entry_at(name));
        if usual.is_some_and(|name| !leads_to(name)) {
            return Err(broken());
        }
        let id = short(plain(tag, "Id"))?;
        // The target of an external relation may be any address, and is not followed.
        let target = target.filter(|target| target.len() <= MAX_NAME).unwrap_or_default().into_owned();
        if outline.targets.insert(id, target).is_some() { Err(broken()) } else { Ok(()) }
    }

    /// Whether the prefix of the root has the same namespace at this element as at the root.
    fn keeps_namespace(&self, tag: &BytesStart<'_>) -> bool {
        self.depth == 1
            || !tag.contains("xmlns")
            || self.declared(tag).is_none_or(|said| Some(&*said) == self.namespace.as_deref())
    }

    /// The namespace that an element declares for the prefix of the root.
    fn declared<'t>(&self, tag: &'t BytesStart<'_>) -> Option<Cow<'t, str>> {
        match &self.prefix {
            None => plain(tag, "xmlns"),
            Some(prefix) => plain(tag, &format!("xmlns:{prefix}")),
        }
    }
}

/// Notes the relation of a sheet.
fn note_sheet(tag: &BytesStart<'_>, outline: &mut Outline) -> Result<(), FieldError> {
    if is_malformed(tag) {
        return Err(broken());
    }
    if outline.sheets.len() >= MAX_SHEETS {
        return Err(too_large());
    }
    // The library uses the last `id` of any namespace.
    let mut ids = attributes(tag).filter(|(name, _)| name.rsplit(':').next() == Some("id"));
    let (Some((_, id)), None) = (ids.next(), ids.next()) else { return Err(broken()) };
    let (name, id) = (short(plain(tag, "name"))?, short(Some(id))?);
    // Of two sheets with one name the library reads the first.
    if outline.sheets.insert(name, id).is_some() { Err(broken()) } else { Ok(()) }
}
