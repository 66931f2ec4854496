//! Sheets as workbooks, which are archives of XML: honest ones, sparse ones, and decompression bombs.

#![expect(clippy::needless_pass_by_value, reason = "each shape is made by a function of one type")]

use std::hint::black_box;
use std::io::{Cursor, Write as _};

use portal::http::file_limits::PEOPLE;
use portal::imports::sheet;
use rust_xlsxwriter::Workbook;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{Shape, Target, run_of, shape};

/// Bytes of an almost empty archive.
const BESIDE: usize = 2_500;
/// The size of a compressed archive, the compression ratio, and the maximum decompressed bytes of one.
const PACKED: usize = 12_288;
const WORTH: usize = 480;
const UNFOLDED: usize = 32_000_000;

pub fn targets() -> Vec<Target> {
    let run = |bytes: &[u8]| drop(black_box(sheet::read(bytes)));
    let as_text = |bytes: &[u8]| drop(black_box(sheet::text_sheets(bytes, &|_| true, &|| true)));
    vec![
        Target { name: "workbooks", most: PEOPLE, run, shapes: whole(), pieces: PIECES },
        Target {
            name: "workbooks_packed",
            most: PACKED,
            run,
            shapes: REPEATED.into_iter().map(packed).collect(),
            pieces: PIECES,
        },
        Target { name: "workbooks_as_text", most: PEOPLE, run: as_text, shapes: whole(), pieces: PIECES },
        Target {
            name: "workbooks_as_text_packed",
            most: PACKED,
            run: as_text,
            shapes: REPEATED.into_iter().map(packed).collect(),
            pieces: PIECES,
        },
    ]
}

const PIECES: &[&str] =
    &["PK\u{3}\u{4}", "PK\u{1}\u{2}", "PK\u{5}\u{6}", "PK\u{6}\u{6}", "PK\u{7}\u{8}", "\0", "\u{1}", "\u{7f}", "a"];

const TYPES: &str = "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const LINKS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const KINDS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const HEAD: &str = "<row r='1'><c r='A1' t='inlineStr'><is><t>email</t></is></c></row>";

/// The parts of a workbook that differ from shape to shape.
#[derive(Default)]
struct Parts {
    /// The rows of the first sheet below its header.
    rows: String,
    /// The shared texts, if there are any.
    texts: Option<String>,
    /// The styles, if there are any.
    styles: Option<String>,
    /// Elements of the workbook after its sheets.
    beside: String,
    /// Elements of the first sheet after its table.
    below: String,
    /// Whether the first sheet has no header, so that the others are searched.
    is_bare: bool,
    /// Sheets after the first.
    sheets: usize,
    /// Entries that mean nothing.
    entries: usize,
}

impl Parts {
    fn archive(&self, method: CompressionMethod) -> Vec<u8> {
        let options = SimpleFileOptions::default().compression_method(method);
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let mut put = |name: &str, text: &str| {
            archive.start_file(name, options).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        };
        put("[Content_Types].xml", TYPES);
        put(
            "_rels/.rels",
            &format!(
                "<Relationships xmlns='{LINKS}'><Relationship Id='r1' Type='{KINDS}/officeDocument' Target='xl/workbook.xml'/></Relationships>"
            ),
        );
        let numbers = || 1..=self.sheets + 1;
        let sheet = |n| format!("<sheet name='s{n}' sheetId='{n}' r:id='r{n}'/>");
        let sheets = numbers().map(sheet).collect::<Vec<_>>().concat();
        put(
            "xl/workbook.xml",
            &format!("<workbook xmlns='{MAIN}' xmlns:r='{KINDS}'><sheets>{sheets}</sheets>{}</workbook>", self.beside),
        );
        let link = |n| format!("<Relationship Id='r{n}' Type='{KINDS}/worksheet' Target='worksheets/sheet1.xml'/>");
        let beside = ["sharedStrings", "styles"];
        let beside =
            beside.map(|part| format!("<Relationship Id='{part}' Type='{KINDS}/{part}' Target='{part}.xml'/>"));
        let links = numbers().map(link).chain(beside).collect::<Vec<_>>().concat();
        put("xl/_rels/workbook.xml.rels", &format!("<Relationships xmlns='{LINKS}'>{links}</Relationships>"));
        put(
            "xl/worksheets/sheet1.xml",
            &format!(
                "<worksheet xmlns='{MAIN}'><sheetData>{}{}</sheetData>{}</worksheet>",
                if self.is_bare { "" } else { HEAD },
                self.rows,
                self.below
            ),
        );
        if let Some(texts) = &self.texts {
            put("xl/sharedStrings.xml", &format!("<sst xmlns='{MAIN}'>{texts}</sst>"));
        }
        if let Some(styles) = &self.styles {
            put("xl/styles.xml", &format!("<styleSheet xmlns='{MAIN}'>{styles}</styleSheet>"));
        }
        for number in 0..self.entries {
            put(&number.to_string(), "");
        }
        archive.finish().unwrap().into_inner()
    }
}

/// A name, a piece of XML, and the part of a workbook in which it is repeated.
type Repeated = (&'static str, &'static str, fn(String) -> Parts);

/// Uncompressed.
fn stored((name, piece, parts): Repeated) -> Shape {
    let room = move |size: usize| size.saturating_sub(BESIDE) / piece.len();
    shape(name, move |size| parts(piece.repeat(room(size))).archive(CompressionMethod::Stored))
}

/// Much larger than it looks.
fn packed((name, piece, parts): Repeated) -> Shape {
    let room = move |size: usize| (size * WORTH).min(UNFOLDED) / piece.len();
    shape(name, move |size| parts(piece.repeat(room(size))).archive(CompressionMethod::Deflated))
}

fn rows(rows: String) -> Parts {
    Parts { rows, ..Parts::default() }
}

fn texts(texts: String) -> Parts {
    let rows = "<row r='2'><c r='A2' t='s'><v>0</v></c></row>".to_owned();
    Parts { rows, texts: Some(texts), ..Parts::default() }
}

fn one_text(text: String) -> Parts {
    texts(format!("<si><t>{text}</t></si>"))
}

fn one_cell(text: String) -> Parts {
    rows(format!("<row r='2'><c r='A2' t='inlineStr'><is><t>{text}</t></is></c></row>"))
}

fn styles(formats: String) -> Parts {
    Parts { styles: Some(format!("<cellXfs>{formats}</cellXfs>")), ..Parts::default() }
}

/// One format of numbers.
fn one_format(format: String) -> Parts {
    let format = format!("<numFmts><numFmt numFmtId='170' formatCode='{format}'/></numFmts>");
    Parts { styles: Some(format!("{format}<cellXfs><xf numFmtId='170'/></cellXfs>")), ..Parts::default() }
}

/// Cells in the longest format that there may be.
fn formatted(cells: String) -> Parts {
    Parts { rows: format!("<row r='2'>{cells}</row>"), ..one_format("-".repeat(254) + "0") }
}

/// Cells that share a text of which nothing is kept.
fn blank(cells: String) -> Parts {
    Parts { rows: format!("<row r='2'>{cells}</row>"), ..one_text(" ".repeat(4_000)) }
}

/// Merged cells over a table that is full.
fn merged(regions: String) -> Parts {
    let rows = (2..=200).map(|n| format!("<row r='{n}'><c r='A{n}'><v>1</v></c></row>")).collect::<Vec<_>>().concat();
    Parts { rows, below: format!("<mergeCells>{regions}</mergeCells>"), ..Parts::default() }
}

/// Many sheets that are all the same one, which has these rows and no header.
fn shared_entry(rows: String) -> Parts {
    Parts { rows, is_bare: true, sheets: 250, ..Parts::default() }
}

fn beside(beside: String) -> Parts {
    Parts { beside: format!("<definedNames>{beside}</definedNames>"), ..Parts::default() }
}

/// One cell in the last row of the last column, written by a program that writes such things every day.
fn sparse(_: usize) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "email").unwrap();
    sheet.write(1_048_575, 16_383, "a@b.example").unwrap();
    workbook.save_to_buffer().unwrap()
}

/// People, as many as fit.
fn people(size: usize) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "email").unwrap();
    for row in 1..u32::try_from(size / 32).unwrap_or(u32::MAX).min(5_000) {
        sheet.write(row, 0, format!("a{row}@b.example")).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

fn cells(cells: String) -> Parts {
    rows(format!("<row r='2'>{cells}</row>"))
}

const REPEATED: [Repeated; 25] = [
    ("rows", "<row><c t='inlineStr'><is><t>a</t></is></c></row>", rows),
    ("cells", "<c/>", cells),
    ("rows_empty", "<row/>", rows),
    ("cells_same", "<row r='2'><c r='A2'><v>1</v></c></row>", rows),
    ("cells_far", "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>", rows),
    ("elements_nested", "<a>", rows),
    ("text_runs", "</t></is><is><t>a", one_cell),
    ("text_long", "a", one_cell),
    ("text_entities", "&amp;", one_cell),
    ("shared", "<si><t>a</t></si>", texts),
    ("shared_empty", "<si/>", texts),
    ("shared_long", "a", one_text),
    ("shared_runs", "<si><r><t>a</t></r></si>", texts),
    ("styles", "<xf numFmtId='14'/>", styles),
    ("names", "<definedName name='a'>b</definedName>", beside),
    ("spaces", " ", rows),
    ("rows_hidden", "<row hidden='1'/>", rows),
    ("format_long", "0", one_format),
    ("cells_formatted", "<c r='A2'><v>1</v></c>", formatted),
    ("cells_blank", "<c r='A2' t='s'><v>0</v></c>", blank),
    ("merged_over_all", "<mergeCell ref='A2:AD5001'/>", merged),
    ("merged_elsewhere", "<mergeCell ref='ZA9000:ZB9001'/>", merged),
    ("sheets_of_empty_rows", "<row/>", shared_entry),
    ("sheets_of_cells", "<row><c><v>1</v></c></row>", shared_entry),
    ("comments", "<!---->", rows),
];

fn whole() -> Vec<Shape> {
    let mut shapes: Vec<Shape> = REPEATED.into_iter().map(stored).collect();
    shapes.extend([
        shape("sparse", sparse),
        shape("people", people),
        shape("sheets", |size| Parts { sheets: size / 200, ..Parts::default() }.archive(CompressionMethod::Stored)),
        shape("entries", |size| Parts { entries: size / 130, ..Parts::default() }.archive(CompressionMethod::Stored)),
        shape("cut_off", |size| {
            let mut bytes = rows("<row/>".repeat(size / 6)).archive(CompressionMethod::Stored);
            bytes.truncate(size / 2);
            bytes
        }),
        run_of("beginnings", "PK\u{3}\u{4}"),
        run_of("ends", "PK\u{5}\u{6}"),
        run_of("entries_of_nothing", "PK\u{3}\u{4}PK\u{1}\u{2}"),
    ]);
    shapes
}
