//! The portal reads from a sheet what its author sees.

use super::*;

/// Rows by number, their cells in one text.
type Rows = Vec<(u32, String)>;

/// The rows of the requested sheet of a workbook, and the decisions of the parser.
fn wished(bytes: &[u8], sheet: Option<&str>) -> Result<(Rows, SheetReading), Vec<FieldError>> {
    let wish = ReadOptions { sheet: sheet.map(str::to_owned), ..ReadOptions::default() };
    let sheet = read_while(bytes, &wish, &|| true)?;
    let texts = |row: &Row| row.cells.values().cloned().collect::<Vec<_>>().join("|");
    Ok((sheet.rows.iter().map(|row| (row.number, texts(row))).collect(), sheet.reading))
}

#[test]
fn the_sheet_that_is_seen_and_has_a_header_is_read() {
    let mut workbook = Workbook::new();
    for (name, hidden, cells) in [
        ("Notes", false, ["please read", "the second sheet"]),
        ("Old", true, ["email", "old@x.example"]),
        ("People & posts", false, ["email", "a@x.example"]),
        ("Others", false, ["email", "b@x.example"]),
    ] {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap().set_hidden(hidden);
        for (row, cell) in (0..).zip(cells) {
            sheet.write(row, 0, cell).unwrap();
        }
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let (rows, reading) = wished(&bytes, None).unwrap();
    assert_eq!(rows, [(2, "a@x.example".to_owned())]);
    assert_eq!(reading.sheet.as_deref(), Some("People & posts"));
    assert_eq!(reading.other_sheets, ["Notes", "Others"]);
    assert_eq!(wished(&bytes, Some(" Others ")).unwrap().0, [(2, "b@x.example".to_owned())]);
    for unseen in ["Old", "people"] {
        let faults = wished(&bytes, Some(unseen)).unwrap_err();
        assert_eq!(faults[0].code, FieldCode::SheetUnknown);
        assert!(faults[0].args.contains(&("known", "Notes, People & posts, Others".to_owned())), "{faults:?}");
    }
    assert_eq!(wished(&bytes, Some("Notes")).unwrap_err()[0].code, FieldCode::ColumnMissing);
}

#[test]
fn what_is_not_seen_is_not_read() {
    let bytes = workbook(|sheet| {
        for (column, header) in (0..).zip(["email", "name", "phone"]) {
            sheet.write(0, column, header).unwrap();
        }
        for row in 1..4 {
            sheet.write(row, 0, format!("p{row}@x.example")).unwrap();
            sheet.write(row, 1, "Awa").unwrap();
            sheet.write(row, 2, "221").unwrap();
        }
        sheet.set_row_hidden(2).unwrap();
        sheet.set_column_hidden(2).unwrap();
    });
    let sheet = read(&bytes).unwrap();
    let seen: Vec<(u32, bool)> = sheet.rows.iter().map(|row| (row.number, row.hidden)).collect();
    assert_eq!(seen, [(2, false), (3, true), (4, false)]);
    assert!(sheet.rows.iter().all(|row| !row.cells.contains_key(&Column::Phone)));
    assert_eq!((sheet.reading.hidden_rows, sheet.reading.hidden_columns), (1, vec!["phone".to_owned()]));
}

#[test]
fn titles_may_stand_above_the_header_and_what_is_merged_stands_in_each_row() {
    let bytes = workbook(|sheet| {
        let plain = Format::new();
        sheet.merge_range(0, 0, 0, 3, "Contacts, e-mail and telephone", &plain).unwrap();
        sheet.write(1, 0, "as of 2026").unwrap();
        for (column, header) in (0..).zip(["Pays", "Courriel", "Nom"]) {
            sheet.write(3, column, header).unwrap();
        }
        sheet.merge_range(4, 0, 5, 0, "Sénégal", &plain).unwrap();
        for row in 4..6 {
            sheet.write(row, 1, format!("p{row}@x.example")).unwrap();
            sheet.write(row, 2, "Awa").unwrap();
        }
    });
    let (rows, reading) = wished(&bytes, None).unwrap();
    assert_eq!(rows, [(5, "p4@x.example|Awa|Sénégal".to_owned()), (6, "p5@x.example|Awa|Sénégal".to_owned())]);
    assert_eq!(reading.header_row, 4);
    let csv = "Contacts 2026;;;\n;;;\nCourriel;Nom;Pays\na@x.example;Awa;SN\n";
    assert_eq!(read(csv.as_bytes()).unwrap().rows[0].number, 4);
}

#[test]
fn a_number_is_as_it_is_shown_and_empty_cells_count_for_nothing() {
    let bytes = workbook(|sheet| {
        for (column, header) in (0..).zip(["email", "phone", "reference"]) {
            sheet.write(0, column, header).unwrap();
        }
        sheet.write(1, 0, "a@x.example").unwrap();
        let plus = Format::new().set_num_format("\"+\"0");
        sheet.write_with_format(1, 1, 221_338_000_505_u64, &plus).unwrap();
        sheet.write_with_format(1, 2, 505, &Format::new().set_num_format("00000")).unwrap();
        for row in 2..9_000 {
            for column in 0..5 {
                sheet.write_blank(row, column, &plus).unwrap();
            }
        }
    });
    assert_eq!(rows(&bytes), [(2, "email=a@x.example phone=+221338000505 reference=00505".to_owned())]);
}

#[test]
fn the_limit_in_the_sentence_is_the_one_that_counts() {
    let high = format!("email\n{}", "a@x.example\n".repeat(MAX_ROWS + 1));
    let faults = read(high.as_bytes()).unwrap_err();
    assert_eq!(faults, [FieldError::new("", FieldCode::TooManyRows).with("max", 500)]);
}

#[test]
fn of_a_code_and_a_name_of_the_same_the_code_counts() {
    let heads = "Name,Role (code),Role,Member (code),Member,E-mail,Languages (codes)";
    let file = format!("{heads}\nAwa Diop,ncp,Point of contact,SN,Senegal,a@x.example,fr; wo\n");
    let sheet = read(file.as_bytes()).unwrap();
    assert_eq!(
        rows(file.as_bytes()),
        [(2, "email=a@x.example name=Awa Diop organisation=SN role=ncp languages=fr; wo".to_owned())]
    );
    assert_eq!(sheet.ignored, ["Role", "Member"]);
    assert_eq!(codes(b"email,Member,Country\na@x.example,SN,SN\n")[0].1, FieldCode::ColumnTwice);
    assert_eq!(codes(b"email,Member code,Country code\na@x.example,SN,SN\n")[0].1, FieldCode::ColumnTwice);
}

#[test]
fn what_was_assumed_of_a_file_is_said() {
    let text = "Courriel;Nom;Fin de mandat\r\na@x.example;Aïcha Koné;30/06/2027\r\n";
    let sheet = read(&encoding_rs::WINDOWS_1252.encode(text).0).unwrap();
    let SheetReading { charset, charset_basis, sample, separator, .. } = sheet.reading;
    assert_eq!((charset.as_deref(), charset_basis), (Some("windows-1252"), Some(Basis::WeakGuess)));
    assert_eq!((sample.as_deref(), separator.as_deref()), (Some("Aïcha Koné"), Some(";")));
    assert!(sheet.day_first);
    let czech = encoding_rs::WINDOWS_1250.encode("email,name\na@x.example,Dvořák Jiří\n").0.into_owned();
    assert!(read(&czech).unwrap().reading.doubtful_charset().is_some());
    let wish = ReadOptions { charset: Some("windows-1250".to_owned()), ..ReadOptions::default() };
    let said = read_while(&czech, &wish, &|| true).unwrap();
    assert_eq!((said.rows[0].cells[&Column::Name].as_str(), said.reading.doubtful_charset()), ("Dvořák Jiří", None));
}
