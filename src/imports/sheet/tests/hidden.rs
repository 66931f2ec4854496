//! Hidden parts of a sheet are found whatever their names, and a workbook that could be understood in two ways is
//! refused.

use super::*;

pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
pub(super) const KINDS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const LINKS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
/// Where the sheet usually is.
const ENTRY: &str = "xl/worksheets/sheet1.xml";

/// The parts of a workbook that differ.
pub(super) struct Book {
    pub(super) sheets: String,
    pub(super) links: String,
    pub(super) entry: String,
    pub(super) sheet: String,
    /// Entries before the others, and behind them.
    pub(super) before: Vec<(&'static str, String)>,
    pub(super) behind: Vec<(&'static str, String)>,
}

/// A relation of the workbook to a sheet.
pub(super) fn link(id: &str, target: &str) -> String {
    format!("<Relationship Id=\"{id}\" Type=\"{KINDS}/worksheet\" Target=\"{target}\"/>")
}

/// A row of texts; `said` are further attributes.
pub(super) fn row(number: u32, said: &str, texts: &[&str]) -> String {
    let cell =
        |(column, text): (char, &&str)| format!("<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let cells: String = ('A'..).zip(texts).map(cell).collect();
    format!("<row r=\"{number}\" {said}>{cells}</row>")
}

/// A sheet of these rows, with parts before and after them.
pub(super) fn sheet(before: &str, rows: &str, behind: &str) -> String {
    let names = format!("xmlns=\"{MAIN}\" xmlns:r=\"{KINDS}\" xmlns:x=\"urn:x\"");
    format!("<worksheet {names}>{before}<sheetData>{rows}</sheetData>{behind}</worksheet>")
}

/// A visible person and a hidden one, by the attributes of that row.
fn hiding(said: &str) -> String {
    let rows =
        [row(1, "", &["email", "name"]), row(2, "", &["a@x.example", "Awa"]), row(3, said, &["h@x.example", "Hid"])];
    sheet("", &rows.concat(), "")
}

impl Default for Book {
    fn default() -> Self {
        Self {
            sheets: "<sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/>".to_owned(),
            links: link("rId1", "worksheets/sheet1.xml"),
            entry: ENTRY.to_owned(),
            sheet: hiding("hidden=\"1\""),
            before: Vec::new(),
            behind: Vec::new(),
        }
    }
}

impl Book {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let mut put = |name: &str, text: &str| {
            archive.start_file(name, SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        };
        self.before.iter().for_each(|(name, text)| put(name, text));
        put("xl/workbook.xml", &workbook_of(&self.sheets));
        put("xl/_rels/workbook.xml.rels", &links_of(&self.links));
        put(&self.entry, &self.sheet);
        let root = format!("<Relationship Id=\"r\" Type=\"{KINDS}/officeDocument\" Target=\"xl/workbook.xml\"/>");
        put("_rels/.rels", &links_of(&root));
        self.behind.iter().for_each(|(name, text)| put(name, text));
        archive.finish().unwrap().into_inner()
    }

    /// The numbers of the rows that can be seen and those that can't; the code of what is wrong.
    pub(super) fn rows(&self) -> Result<(Vec<u32>, Vec<u32>), FieldCode> {
        let sheet = read(&self.bytes()).map_err(|faults| faults[0].code)?;
        let numbers = |hidden| sheet.rows.iter().filter(|row| row.hidden == hidden).map(|row| row.number).collect();
        Ok((numbers(false), numbers(true)))
    }
}

fn workbook_of(sheets: &str) -> String {
    format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{KINDS}\" xmlns:x=\"urn:x\"><sheets>{sheets}</sheets></workbook>")
}

fn links_of(links: &str) -> String {
    format!("<Relationships xmlns=\"{LINKS}\">{links}</Relationships>")
}

#[test]
fn a_hidden_row_is_found_whatever_the_parts_are_called() {
    let found = Ok((vec![2], vec![3]));
    let others = |count: u32| (0..count).map(|number| link(&format!("x{number}"), "y")).collect::<String>();
    let long = format!("xl/worksheets/{}.xml", "a".repeat(270));
    for (what, book) in [
        ("as it is", Book::default()),
        ("the case of the target", Book { links: link("rId1", "worksheets/Sheet1.xml"), ..Book::default() }),
        ("the case of the entry", Book { entry: "XL/Worksheets/SHEET1.xml".to_owned(), ..Book::default() }),
        ("an absolute target", Book { links: link("rId1", "/xl/worksheets/sheet1.xml"), ..Book::default() }),
        (
            "many relations before",
            Book { links: others(500) + &link("rId1", "worksheets/sheet1.xml"), ..Book::default() },
        ),
        ("a long entry", Book { links: link("rId1", &format!("/{long}")), entry: long, ..Book::default() }),
        ("a foreign attribute", Book { sheet: hiding("x:hidden=\"0\" hidden=\"1\""), ..Book::default() }),
        ("a foreign number", Book { sheet: hiding("x:r=\"9\" hidden=\"true\""), ..Book::default() }),
        ("a sheet that is none", {
            let other = format!("<p xmlns:r=\"{KINDS}\"><sheet name=\"S\" r:id=\"nowhere\"/></p>");
            Book { before: vec![("docProps/app.xml", other)], ..Book::default() }
        }),
        ("another workbook's relations", {
            let other = links_of(&link("rId1", "nowhere.xml"));
            Book { behind: vec![("zz/workbook.xml.rels", other)], ..Book::default() }
        }),
        ("another entry that ends alike", {
            Book { behind: vec![("zz/xl/worksheets/sheet1.xml", hiding(""))], ..Book::default() }
        }),
        ("a cell elsewhere than its row", {
            let moved = hiding("").replace("<row r=\"3\" ", "<row r=\"9\" hidden=\"1\" ");
            Book { sheet: moved, ..Book::default() }
        }),
    ] {
        assert_eq!(book.rows(), found, "{what}");
    }
    // Prefixes make no difference.
    let prefixed = hiding("hidden=\"1\"").replace("<worksheet xmlns=", "<worksheet xmlns:m=");
    let prefixed = ["worksheet", "sheetData", "row", "c ", "is", "t>"].iter().fold(prefixed, |text, name| {
        text.replace(&format!("<{name}"), &format!("<m:{name}")).replace(&format!("</{name}"), &format!("</m:{name}"))
    });
    let prefixed = prefixed.replace("</c>", "</m:c>");
    assert_eq!(Book { sheet: prefixed, ..Book::default() }.rows(), found);
}

#[test]
fn a_workbook_that_could_be_understood_in_two_ways_is_refused() {
    let two = |first: &str, second: &str| format!("{}{}", link("rId1", first), link("rId1", second));
    let first = "worksheets/sheet1.xml";
    let inside = |rows: &str| hiding("").replace("</sheetData>", &format!("{rows}</sheetData>"));
    for (what, book) in [
        (
            "two ids",
            Book {
                sheets: "<sheet name=\"S\" sheetId=\"1\" x:id=\"zz\" r:id=\"rId1\"/>".to_owned(),
                ..Book::default()
            },
        ),
        (
            "two sheets of a name",
            Book {
                sheets: "<sheet name=\"S\" state=\"hidden\" r:id=\"rId1\"/><sheet name=\"S\" r:id=\"rId1\"/>"
                    .to_owned(),
                ..Book::default()
            },
        ),
        (
            "a sheet in a foreign namespace",
            Book { sheets: "<x:sheet name=\"S\" r:id=\"rId1\"/>".to_owned(), ..Book::default() },
        ),
        ("two relations of an id", Book { links: two(first, first), ..Book::default() }),
        ("a relation that leads nowhere", Book { links: link("rId1", "nowhere.xml"), ..Book::default() }),
        ("two entries that differ in case", {
            Book { behind: vec![("xl/worksheets/Sheet1.xml", hiding(""))], ..Book::default() }
        }),
        ("a row in a foreign namespace", {
            Book { sheet: inside("<x:row r=\"4\"><x:c r=\"A4\"><x:v>1</x:v></x:c></x:row>"), ..Book::default() }
        }),
        ("a row that declares another namespace", {
            let foreign = row(4, "xmlns=\"urn:x\"", &["f@x.example"]);
            Book { sheet: inside(&foreign), ..Book::default() }
        }),
        ("a table inside of another element", {
            let deeper =
                hiding("").replace("<sheetData>", "<x:a><sheetData>").replace("</sheetData>", "</sheetData></x:a>");
            Book { sheet: deeper, ..Book::default() }
        }),
        ("a second table", {
            Book { sheet: hiding("").replace("</worksheet>", "<sheetData/></worksheet>"), ..Book::default() }
        }),
        ("an attribute twice", Book { sheet: hiding("hidden=\"0\" hidden=\"1\""), ..Book::default() }),
        ("merged cells in a foreign namespace", {
            let foreign = "<x:mergeCells/><mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells></worksheet>";
            Book { sheet: hiding("").replace("</worksheet>", foreign), ..Book::default() }
        }),
        ("merged cells that say nothing", {
            let bad = "<mergeCells><mergeCell ref=\"!\"/></mergeCells></worksheet>";
            Book { sheet: hiding("").replace("</worksheet>", bad), ..Book::default() }
        }),
    ] {
        assert_eq!(book.rows(), Err(FieldCode::SheetBroken), "{what}");
    }
}

/// Sheets with these numbers, each with the relation of its content.
fn named(numbers: std::ops::Range<u32>, relation: impl Fn(u32) -> u32) -> String {
    let sheets = numbers.map(|number| format!("<sheet name=\"s{number}\" r:id=\"rId{}\"/>", relation(number)));
    sheets.collect::<Vec<_>>().concat()
}

#[test]
fn more_than_is_kept_is_refused_and_not_passed_over() {
    let sheets = |count| named(0..count, |_| 1);
    let links = |count: u32| (0..count).map(|number| link(&format!("x{number}"), "y")).collect::<String>();
    let first = link("rId1", "worksheets/sheet1.xml");
    assert_eq!(Book { sheets: sheets(255), ..Book::default() }.rows(), Ok((vec![2], vec![3])));
    for book in [
        Book { sheets: sheets(256), ..Book::default() },
        Book { links: links(1_000) + &first, ..Book::default() },
        Book { links: link(&"x".repeat(301), "worksheets/sheet1.xml"), ..Book::default() },
    ] {
        assert_eq!(book.rows(), Err(FieldCode::SheetTooLarge));
    }
}

#[test]
fn an_entry_is_looked_at_once_however_many_sheets_it_is() {
    let sheets = named(0..200, |_| 1);
    let last = "<sheet name=\"last\" r:id=\"rId2\"/>";
    let book = Book {
        sheets: sheets.clone() + last,
        links: link("rId1", "worksheets/sheet1.xml") + &link("rId2", "worksheets/sheet2.xml"),
        sheet: sheet("", &row(1, "", &["x"]), ""),
        behind: vec![("xl/worksheets/sheet2.xml", hiding(""))],
        ..Book::default()
    };
    assert_eq!(book.rows(), Ok((vec![2, 3], vec![])), "the second entry is reached");
    let reading = read(&book.bytes()).unwrap().reading;
    assert_eq!((reading.sheet.as_deref(), reading.other_sheets.len()), (Some("last"), 200));
    // The permitted number of entries.
    let own = |n: u32| link(&format!("rId{n}"), &format!("worksheets/sheet{n}.xml"));
    let entries: Vec<&'static str> =
        (2..=60).map(|n| &*Box::leak(format!("xl/worksheets/sheet{n}.xml").into_boxed_str())).collect();
    let mut behind: Vec<_> = entries.iter().map(|name| (*name, sheet("", &row(1, "", &["x"]), ""))).collect();
    behind.last_mut().unwrap().1 = hiding("");
    let book = Book {
        sheets: named(1..61, |number| number),
        links: (1..=60).map(own).collect(),
        sheet: sheet("", &row(1, "", &["x"]), ""),
        behind,
        ..Book::default()
    };
    assert_eq!(book.rows(), Err(FieldCode::ColumnMissing), "and no more");
}

#[test]
fn nothing_is_read_on_between_two_cells_where_nobody_waits() {
    let asked = std::cell::Cell::new(0_u32);
    let is_wanted = |most: u32| {
        asked.set(0);
        let asked = &asked;
        move || {
            asked.set(asked.get() + 1);
            asked.get() <= most
        }
    };
    // Too small for the checks between many cells: the reading of bytes checks, too.
    let bytes = Book::default().bytes();
    assert!(read_while(&bytes, &ReadOptions::default(), &is_wanted(u32::MAX)).is_ok());
    assert!(read_while(&bytes, &ReadOptions::default(), &is_wanted(3)).is_err());
}

#[test]
fn what_lies_under_a_merged_cell_or_shows_nothing_is_not_read() {
    let bytes = workbook(|sheet| {
        let (plain, unseen) = (Format::new(), Format::new().set_num_format(";;;"));
        for (column, header) in (0..).zip(["email", "name", "phone", "reference"]) {
            sheet.write(0, column, header).unwrap();
        }
        for row in 1..5 {
            sheet.write(row, 0, format!("p{row}@x.example")).unwrap();
            sheet.write(row, 1, "Awa").unwrap();
        }
        sheet.write_with_format(1, 2, 221_338_000_505_u64, &unseen).unwrap();
        sheet.write_with_format(1, 3, "DG/7", &unseen).unwrap();
        sheet.write_with_format(2, 2, 7, &Format::new().set_num_format(";;")).unwrap();
        sheet.write_with_format(2, 3, "DG/8", &Format::new().set_num_format(";;")).unwrap();
        sheet.write_with_format(4, 0, "p4@x.example", &unseen).unwrap();
        sheet.write_with_format(4, 1, "Mor", &unseen).unwrap();
        // Written again, it is under the merged cell.
        sheet.merge_range(3, 0, 3, 1, "p3@x.example", &plain).unwrap();
        sheet.write(3, 1, "Hid").unwrap();
    });
    let sheet = read(&bytes).unwrap();
    assert_eq!(
        rows(&bytes),
        [
            (2, "email=p1@x.example name=Awa".to_owned()),
            (3, "email=p2@x.example name=Awa reference=DG/8".to_owned()),
            (4, "email=p3@x.example".to_owned())
        ]
    );
    assert_eq!((sheet.reading.hidden_cells, sheet.reading.hidden_rows), (6, 0));
}

#[test]
fn merged_cells_cover_no_more_than_there_is() {
    let rows: String = (1..=4_000).map(|number| row(number, "", &["x", "y"])).collect();
    let merged = |count: usize| {
        let merged = "<mergeCell ref=\"A1:AD4000\"/>".repeat(count);
        Book { sheet: sheet("", &rows, &format!("<mergeCells>{merged}</mergeCells>")), ..Book::default() }.rows()
    };
    assert_eq!(merged(1), Err(FieldCode::ColumnMissing));
    assert_eq!(merged(2), Err(FieldCode::SheetBroken));
}

#[test]
fn a_format_has_a_longest_and_spaces_are_not_looked_at_without_end() {
    let format = |length: usize| {
        let format = format!("<numFmts><numFmt numFmtId=\"170\" formatCode=\"{}\"/></numFmts>", "0".repeat(length));
        let styles =
            format!("<styleSheet xmlns=\"{MAIN}\">{format}<cellXfs><xf numFmtId=\"170\"/></cellXfs></styleSheet>");
        Book { behind: vec![("xl/styles.xml", styles)], ..Book::default() }.rows()
    };
    assert_eq!((format(255), format(256)), (Ok((vec![2], vec![3])), Err(FieldCode::SheetTooLarge)));
    let spaces = format!("<sst xmlns=\"{MAIN}\"><si><t xml:space=\"preserve\">{}</t></si></sst>", " ".repeat(4_000));
    let shared = |cells: usize| {
        let cells = "<c r=\"A4\" t=\"s\"><v>0</v></c>".repeat(cells);
        let rows = hiding("").replace("</sheetData>", &format!("<row r=\"4\">{cells}</row></sheetData>"));
        Book { sheet: rows, behind: vec![("xl/sharedStrings.xml", spaces.clone())], ..Book::default() }.rows()
    };
    assert_eq!((shared(100), shared(9_000)), (Ok((vec![2, 3], vec![])), Err(FieldCode::SheetTooLarge)));
}
