//! How styles make a spreadsheet program show cells, as far as the library that reads workbooks does not tell.
//!
//! - A rule of a sheet (`cfRule`) gives cells another format under a condition: it names a differential format (`dxf`) by
//!   its place in the list of the styles, or has one inside. With a number format, cells show nothing (`;;;`) or another
//!   text (`"ncp"`) in place of what is read; with an icon or a bar, nothing of a number.
//! - A style of cells (`cellXfs/xf`) may get its number format from the named style behind it (`cellStyleXfs`, by
//!   `xfId`): if it has none, does not apply its own, or has the general one.
//!
//! Such a sheet cannot be read as its author sees it: it is refused, with such a rule whatever its condition and its
//! cells are, and with such a style where a cell that has it holds something.
//!
//! Places are counted and numbers are compared as the library does. Where another program could do that otherwise (an
//! element in a foreign namespace, a list twice, a number with zeros before it), all styles are unclear.
//!
//! Left out: the colours, sizes and effects of letters.

use std::collections::BTreeSet;

use quick_xml::events::BytesStart;

use super::tag::{denies, is_malformed, plain};

/// How deep the lists of styles are, and how deep their elements.
const LIST: usize = 2;
const ELEMENT: usize = 3;

/// The styles of a workbook.
#[derive(Debug, Default)]
pub(super) struct Styles {
    /// The places of differential formats with a number format.
    disguising: BTreeSet<usize>,
    /// The places of styles of cells that may show the number format of their named style.
    inheriting: BTreeSet<usize>,
    is_unclear: bool,
}

/// The rules of a sheet.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// The places of the differential formats that they name.
    formats: BTreeSet<usize>,
    /// Whether one by itself shows cells otherwise than they are read.
    is_disguising: bool,
}

impl Styles {
    /// Keeps what was found in an entry; its rules, if it is a sheet.
    pub(super) fn keep(&mut self, walk: StyleWalk) -> Rules {
        let may_inherit = |style: &CellStyle| {
            let own = style.format.unwrap_or_default();
            let named = walk.named.get(style.named).copied().flatten().filter(|named| *named != own);
            named.is_some_and(|named| !style.is_own || (own == 0 && walk.numbers.contains(&named)))
        };
        let inheriting = walk.cells.iter().enumerate().filter(|(_, style)| may_inherit(style));
        self.inheriting.extend(inheriting.map(|(place, _)| place));
        self.disguising.extend(walk.disguising);
        self.is_unclear |= walk.is_unclear;
        walk.rules
    }

    /// Whether these rules may show cells otherwise than they are read.
    pub(super) fn disguise(&self, rules: &Rules) -> bool {
        let is_named = !rules.formats.is_empty() && (self.is_unclear || !self.disguising.is_disjoint(&rules.formats));
        rules.is_disguising || is_named
    }

    /// Whether nobody could say how the style at this place shows a cell.
    pub(super) fn is_doubtful(&self, place: usize) -> bool {
        self.is_unclear || self.inheriting.contains(&place)
    }
}

/// A list of styles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    /// Number formats by their numbers.
    Numbers,
    /// What named styles have.
    Named,
    /// What cells have.
    Cells,
    /// What rules name.
    Differential,
}

impl List {
    /// What its elements are called.
    const fn element(self) -> &'static str {
        match self {
            Self::Numbers => "numFmt",
            Self::Named | Self::Cells => "xf",
            Self::Differential => "dxf",
        }
    }
}

/// The style of a cell.
#[derive(Debug)]
struct CellStyle {
    /// The number of its number format.
    format: Option<u32>,
    /// Whether it has one and applies it.
    is_own: bool,
    /// The place of the named style.
    named: usize,
}

/// A walk through one entry, which may be the styles or a sheet.
#[derive(Debug, Default)]
pub(super) struct StyleWalk {
    /// The list one is in, and those that began before.
    list: Option<List>,
    met: Vec<List>,
    numbers: BTreeSet<u32>,
    /// The number formats of named styles; none for one that does not apply it.
    named: Vec<Option<u32>>,
    cells: Vec<CellStyle>,
    /// How many differential formats there were.
    formats: usize,
    disguising: BTreeSet<usize>,
    /// How deep the rule is that one is in.
    rule: Option<usize>,
    rules: Rules,
    is_unclear: bool,
}

impl StyleWalk {
    /// Takes the beginning of an element, and whether it is in the namespace of its root.
    pub(super) fn open(&mut self, local: &str, is_own: bool, depth: usize, tag: &BytesStart<'_>) {
        match local {
            "numFmts" => self.begin(List::Numbers, is_own, depth),
            "cellStyleXfs" => self.begin(List::Named, is_own, depth),
            "cellXfs" => self.begin(List::Cells, is_own, depth),
            "dxfs" => self.begin(List::Differential, is_own, depth),
            "cfRule" => self.note_rule(depth, tag),
            "iconSet" | "dataBar" if self.rule.is_some() => self.rules.is_disguising |= denies(tag, "showValue"),
            "numFmt" if self.rule.is_some() => self.rules.is_disguising |= !is_general(tag),
            "numFmt" if self.list == Some(List::Differential) => self.note_format(tag),
            "numFmt" | "xf" | "dxf" => {
                if let Some(list) = self.list {
                    self.is_unclear |= !is_own || depth != ELEMENT || local != list.element() || is_malformed(tag);
                    self.note_element(list, tag);
                }
            }
            _ => {}
        }
    }

    /// Takes the end of an element; so many are open still.
    pub(super) fn close(&mut self, depth: usize) {
        if depth < LIST {
            self.list = None;
        }
        self.rule = self.rule.filter(|rule| depth >= *rule);
    }

    fn begin(&mut self, list: List, is_own: bool, depth: usize) {
        if is_own && depth == LIST {
            self.list = Some(list);
            if self.met.contains(&list) {
                self.is_unclear = true;
            } else {
                self.met.push(list);
            }
        } else {
            // The library takes its lists for them wherever they are; extensions of styles have one of other formats.
            self.is_unclear |= is_own || matches!(list, List::Numbers | List::Cells);
        }
    }

    /// Notes a differential format that displays numbers in another way.
    fn note_format(&mut self, tag: &BytesStart<'_>) {
        if !is_general(tag) {
            self.disguising.insert(self.formats.saturating_sub(1));
        }
    }

    fn note_element(&mut self, list: List, tag: &BytesStart<'_>) {
        match list {
            List::Numbers => {
                if let Some(number) = self.number(tag, "numFmtId") {
                    self.is_unclear |= !self.numbers.insert(number);
                }
            }
            List::Named => {
                let format = self.number(tag, "numFmtId").unwrap_or_default();
                self.named.push((!denies(tag, "applyNumberFormat")).then_some(format));
            }
            List::Cells => {
                let format = self.number(tag, "numFmtId");
                let named = self.number(tag, "xfId").and_then(|place| usize::try_from(place).ok()).unwrap_or_default();
                let is_own = format.is_some() && !denies(tag, "applyNumberFormat");
                self.cells.push(CellStyle { format, is_own, named });
            }
            List::Differential => self.formats += 1,
        }
    }

    fn note_rule(&mut self, depth: usize, tag: &BytesStart<'_>) {
        self.rule.get_or_insert(depth);
        match plain(tag, "dxfId").map(|place| place.trim().parse::<usize>()) {
            _ if is_malformed(tag) => self.rules.is_disguising = true,
            Some(Ok(place)) => {
                self.rules.formats.insert(place);
            }
            Some(Err(_none)) => self.rules.is_disguising = true,
            None => {}
        }
    }

    /// A number as the library reads it: other programs read one with zeros or blanks around it, too.
    fn number(&mut self, tag: &BytesStart<'_>, name: &str) -> Option<u32> {
        let said = plain(tag, name)?;
        let number = said.parse::<u32>().ok().filter(|number| number.to_string() == *said);
        self.is_unclear |= number.is_none();
        number
    }
}

/// Whether a number format shows what the cell holds and nothing else.
fn is_general(tag: &BytesStart<'_>) -> bool {
    let code = plain(tag, "formatCode").unwrap_or_default();
    !is_malformed(tag) && (code.trim().eq_ignore_ascii_case("general") || code.trim() == "@")
}
