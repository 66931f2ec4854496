//! Sheets as people have them, and broken or malicious ones.

use std::io::{Cursor, Read as _, Write as _};

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::*;

mod disguised;
mod hidden;
mod seen;

/// Number and cells of each row, as `column=text`.
fn rows(bytes: &[u8]) -> Vec<(u32, String)> {
    let sheet = read(bytes).unwrap();
    let cells = |row: &Row| row.cells.iter().map(|(column, text)| format!("{column}={text}")).collect::<Vec<_>>();
    sheet.rows.iter().map(|row| (row.number, cells(row).join(" "))).collect()
}

fn codes(bytes: &[u8]) -> Vec<(String, FieldCode)> {
    read(bytes).unwrap_err().into_iter().map(|fault| (fault.pointer, fault.code)).collect()
}

fn workbook(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet());
    workbook.add_worksheet().write(0, 0, "another sheet").unwrap();
    workbook.save_to_buffer().unwrap()
}

/// A workbook of two people.
fn people() -> Vec<u8> {
    workbook(|sheet| {
        for (column, header) in (0..).zip(["Courriel", "Nom", "Prénom", "Téléphone", "Fin de mandat", "Remarques"]) {
            sheet.write(1, column, header).unwrap();
        }
        let date = Format::new().set_num_format("dd/mm/yyyy");
        sheet.write(2, 0, " awa@douanes.example ").unwrap();
        sheet.write(2, 1, "Diop").unwrap();
        sheet.write(2, 2, "Awa").unwrap();
        sheet.write(2, 3, 221_338_000_000_u64).unwrap();
        sheet.write_with_format(2, 4, ExcelDateTime::from_ymd(2027, 6, 30).unwrap(), &date).unwrap();
        sheet.write(2, 5, "à rappeler").unwrap();
        sheet.write(4, 0, "mor@douanes.example").unwrap();
        sheet.write(4, 1, Formula::new("=\"Mor \"&\"Fall\"").set_result("Mor Fall")).unwrap();
    })
}

#[test]
fn a_sheet_is_read_in_any_encoding_and_with_any_separator() {
    let english = "email,name\nawa@x.example,Awa Diop\n";
    let french = "Courriel;Nom\r\nawa@x.example;Aïcha Koné\r\n";
    let utf_16 = |mark: u16, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        std::iter::once(mark).chain(french.encode_utf16()).flat_map(bytes).collect()
    };
    for (bytes, name) in [
        (english.as_bytes().to_vec(), "Awa Diop"),
        (format!("\u{feff}{french}").into_bytes(), "Aïcha Koné"),
        (encoding_rs::WINDOWS_1252.encode(french).0.into_owned(), "Aïcha Koné"),
        (utf_16(0xfeff, u16::to_le_bytes), "Aïcha Koné"),
        (utf_16(0xfeff, u16::to_be_bytes), "Aïcha Koné"),
        (english.replace(',', "\t").into_bytes(), "Awa Diop"),
        (format!("sep=;\n{french}").into_bytes(), "Aïcha Koné"),
        (english.replace('\n', "\r").into_bytes(), "Awa Diop"),
        (b"\"e-mail\",\"name; as in the passport; in full\"\nawa@x.example,x\n".to_vec(), ""),
    ] {
        let cells = &read(&bytes).unwrap().rows[0].cells;
        assert_eq!(cells[&Column::Email], "awa@x.example");
        assert_eq!(cells.get(&Column::Name).map_or("", String::as_str), name);
    }
}

#[test]
fn rows_are_counted_as_people_count_them() {
    let text = "\nemail,name,job_title\n\na@x.example,\"A\",\"Head of\nInnovation\"\n,,\nb@x.example,B\n";
    assert_eq!(
        rows(text.as_bytes()),
        [
            (4, "email=a@x.example name=A job_title=Head of\nInnovation".to_owned()),
            (6, "email=b@x.example name=B".to_owned())
        ]
    );
    assert_eq!(rows(format!("sep=,{text}").as_bytes())[1].0, 6);
    assert_eq!(rows(text.trim_end().as_bytes())[1].0, 6, "without a line end at the end");
}

#[test]
fn a_workbook_is_read_as_it_looks() {
    assert_eq!(
        rows(&people()),
        [
            (3, "email=awa@douanes.example name=Awa Diop phone=221338000000 valid_to=2027-06-30".to_owned()),
            (5, "email=mor@douanes.example name=Mor Fall".to_owned())
        ]
    );
    assert_eq!(read(&people()).unwrap().ignored, ["Remarques"]);
}

#[test]
fn what_is_wrong_is_named_with_its_row() {
    let code = |pointer: &str, code| (pointer.to_owned(), code);
    assert_eq!(codes(b""), [code("", FieldCode::SheetEmpty)]);
    assert_eq!(codes(b"email,name\n"), [code("", FieldCode::SheetEmpty)]);
    assert_eq!(codes(b"name\nAwa\n"), [code("/rows/1", FieldCode::ColumnMissing)]);
    assert_eq!(codes(b"e-mail,Courriel\nx,y\n"), [code("/rows/1/email", FieldCode::ColumnTwice)]);
    assert_eq!(codes(b"\0\x01\x02"), [code("", FieldCode::SheetKind)]);
    assert_eq!(codes(b"\xff\xfe\x00\xd8"), [code("", FieldCode::SheetKind)]);
    let long = format!("email,name\na@x.example,{}\nb@x.example,{}\n", "x".repeat(501), "é".repeat(500));
    assert_eq!(codes(long.as_bytes()), [code("/rows/2/name", FieldCode::TooLong)]);
    let wide = format!("email{}x\n", ",".repeat(MAX_COLUMNS));
    assert_eq!(codes(wide.as_bytes()), [code("/rows/1", FieldCode::TooManyColumns)]);
    let high = format!("email\n{}", "a@x.example\n".repeat(MAX_ROWS));
    assert_eq!(read(high.as_bytes()).unwrap().rows.len(), MAX_ROWS);
    assert_eq!(codes(format!("{high}b@x.example\n").as_bytes()), [code("", FieldCode::TooManyRows)]);
    let failed = workbook(|sheet| {
        sheet.write(0, 0, "email").unwrap();
        sheet.write(1, 0, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    });
    assert_eq!(codes(&failed), [code("/rows/2/email", FieldCode::CellError)]);
}

#[test]
fn a_workbook_that_is_none_or_bursts_is_refused() {
    let archive = |name: &str, content: &[u8]| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
        writer.finish().unwrap().into_inner()
    };
    assert_eq!(codes(&archive("letter.txt", b"hello"))[0].1, FieldCode::SheetKind);
    assert_eq!(codes(b"PK\x03\x04")[0].1, FieldCode::SheetBroken);
    let bomb = archive("xl/workbook.xml", &vec![b' '; 40_000_000]);
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    assert_eq!(codes(&bomb)[0].1, FieldCode::SheetTooLarge);
    // One that lies about it: the sizes stand before the name in the directory, and in the head of the entry.
    let mut liar = bomb;
    let declared = 40_000_000_u32.to_le_bytes();
    while let Some(at) = liar.windows(4).position(|window| window == declared) {
        liar[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
    }
    assert!([FieldCode::SheetTooLarge, FieldCode::SheetBroken].contains(&codes(&liar)[0].1));
    // The farthest cell there is makes no table of that size.
    let far = workbook(|sheet| {
        sheet.write(0, 0, "email").unwrap();
        sheet.write(1_048_575, 0, "a@x.example").unwrap();
    });
    assert_eq!(rows(&far), [(1_048_576, "email=a@x.example".to_owned())]);
    let wide = workbook(|sheet| {
        sheet.write(0, 16_383, "email").unwrap();
    });
    assert_eq!(codes(&wide)[0].1, FieldCode::TooManyColumns);
}

/// The workbook of two people with one entry replaced.
fn with_entry(name: &str, content: &str) -> Vec<u8> {
    repacked(place_of(name), |old| content.as_bytes().clone_into(old))
}

/// The index of this entry in the workbook of two people.
fn place_of(name: &str) -> usize {
    let mut archive = ZipArchive::new(Cursor::new(people())).unwrap();
    let mut names = (0..archive.len()).map(|index| archive.by_index(index).unwrap().name().unwrap().into_owned());
    names.position(|known| known == name).unwrap()
}

/// A sheet whose cells all show the first shared string.
fn sharing(cells: usize) -> String {
    let row = "<c t=\"s\"><v>0</v></c>".repeat(20);
    let rows = format!("<row>{row}</row>").repeat(cells / 20);
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
}

#[test]
fn a_workbook_that_grows_while_it_is_read_is_refused() {
    let strings = |inside: &str| format!("<sst uniqueCount=\"1\">{inside}</sst>");
    let styles = |name: &str, count: usize| {
        let format = format!("<numFmts><numFmt numFmtId=\"170\" formatCode=\"{name}\"/></numFmts>");
        format!("<styleSheet>{format}<cellXfs>{}</cellXfs></styleSheet>", "<xf numFmtId=\"170\"/>".repeat(count))
    };
    for (what, entry, content) in [
        ("many texts", "xl/sharedStrings.xml", strings(&"<si/>".repeat(65_537))),
        ("a long text", "xl/sharedStrings.xml", strings(&format!("<si><t>{}</t></si>", "x".repeat(131_073)))),
        ("a text in pieces", "xl/sharedStrings.xml", strings(&format!("<si><t>{}</t></si>", "x&amp;".repeat(40_000)))),
        (
            "room for more than there is",
            "xl/sharedStrings.xml",
            "<sst count='1' uniqueCount = '99999999999'/>".to_owned(),
        ),
        ("a number that is none", "xl/sharedStrings.xml", format!("<x:sst uniqueCount=\"{}\"/>", "9".repeat(30))),
        ("a name copied into each style", "xl/styles.xml", styles(&"0".repeat(2_000), 10_000)),
        ("sheets without end", "xl/sharedStrings.xml", "<sheet/>".repeat(20_001)),
        ("a long tag", "xl/workbook.xml", format!("<workbook a=\"{}\"/>", "x".repeat(131_072))),
        ("more than it is packed to", "docProps/app.xml", " ".repeat(300_000)),
    ] {
        let workbook = with_entry(entry, &content);
        assert!(workbook.len() < 100_000, "{what}: {}", workbook.len());
        assert_eq!(codes(&workbook)[0].1, FieldCode::SheetTooLarge, "{what}");
    }
}

#[test]
fn a_text_that_many_cells_share_is_not_kept_for_each_of_them() {
    let (strings, sheet) = (place_of("xl/sharedStrings.xml"), place_of("xl/worksheets/sheet1.xml"));
    let shared = |text: &str, cells: usize| {
        let text = format!("<sst><si><t>{text}</t></si></sst>");
        let first = repacked(strings, |old| text.as_bytes().clone_into(old));
        repacked_of(&first, sheet, |old| sharing(cells).as_bytes().clone_into(old))
    };
    assert_eq!(codes(&shared(&"x".repeat(120_000), 10_000))[0].1, FieldCode::SheetTooLarge);
    assert_eq!(codes(&shared("email", 40))[0].1, FieldCode::ColumnTwice, "what is short is read");
    let rows = "<row><c t=\"str\"><v>x</v></c></row>".repeat(MAX_ROWS + 2);
    let high = repacked(sheet, |old| format!("<worksheet><sheetData>{rows}</sheetData>").as_bytes().clone_into(old));
    assert_eq!(codes(&high)[0].1, FieldCode::TooManyRows);
}

#[test]
fn a_sheet_as_people_have_it_is_within_the_bounds() {
    let large = workbook(|sheet| {
        for (column, header) in (0..).zip(["email", "name", "member", "role", "job title", "phone"]) {
            sheet.write(0, column, header).unwrap();
        }
        for row in 1..=2_000 {
            sheet.write(row, 0, format!("person.{row}@customs.example")).unwrap();
            sheet.write(row, 1, format!("Person Number {row}")).unwrap();
            sheet.write(row, 2, "Senegal").unwrap();
            sheet.write(row, 3, "ncp").unwrap();
            sheet.write(row, 4, "Head of Innovation, Customs and Borders").unwrap();
            sheet.write(row, 5, 221_338_000_000_u64 + u64::from(row)).unwrap();
        }
    });
    assert_eq!(read(&large).unwrap().rows.len(), 2_000);
}

#[test]
fn what_nobody_waits_for_is_not_read_on() {
    let large = workbook(|sheet| {
        for row in 0..2_000 {
            sheet.write(row, 0, if row == 0 { "email".to_owned() } else { format!("p{row}@x.example") }).unwrap();
        }
    });
    for sheet in [large, b"email,name\na@x.example,A\n".to_vec()] {
        assert!(read_while(&sheet, &ReadOptions::default(), &|| false).is_err() && read(&sheet).is_ok());
    }
}

#[test]
fn what_the_portal_wrote_is_read_as_it_was() {
    let cell = crate::http::csv::Cell::text;
    let rows = [["email", "name", "job_title"].map(cell), ["+awa@x.example", "Awa Diop", "=1+1;=2"].map(cell)];
    let mut file = crate::http::csv::BYTE_ORDER_MARK.as_bytes().to_vec();
    file.extend(crate::http::csv::write(rows, crate::http::csv::Separator::Comma).unwrap());
    assert_eq!(self::rows(&file), [(2, "email=+awa@x.example name=Awa Diop job_title==1+1;=2".to_owned())]);
}

/// The workbook with one entry changed and compressed again.
fn repacked(which: usize, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    repacked_of(&people(), which, change)
}

/// The same for any workbook.
fn repacked_of(workbook: &[u8], which: usize, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let (which, mut change) = (which % archive.len(), Some(change));
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        if index == which
            && let Some(change) = change.take()
        {
            change(&mut content);
        }
        writer.start_file(entry.name().unwrap(), SimpleFileOptions::default()).unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Checks that hold for every sheet.
fn check(bytes: &[u8]) {
    if let Ok(sheet) = read(bytes) {
        assert!((1..=MAX_ROWS).contains(&sheet.rows.len()));
        assert!(sheet.rows.is_sorted_by(|a, b| a.number < b.number));
        for text in sheet.rows.iter().flat_map(|row| row.cells.values()) {
            assert!(!text.is_empty() && text.trim() == text);
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&bytes);
        check(&[b"email,name\n".as_slice(), &bytes].concat());
        check(&[b"PK\x03\x04".as_slice(), &bytes].concat());
        check(&[b"\xff\xfe".as_slice(), &bytes].concat());
    }

    #[test]
    fn no_damaged_workbook_makes_it_panic(at in 0_usize..6_000, byte in any::<u8>(), entry in 0_usize..16) {
        let mut damaged = people();
        let place = at % damaged.len();
        damaged[place] = byte;
        check(&damaged);
        check(&repacked(entry, |content| {
            let place = at % content.len();
            content[place] = byte;
        }));
        check(&repacked(entry, |content| content.truncate(at % content.len())));
    }
}
