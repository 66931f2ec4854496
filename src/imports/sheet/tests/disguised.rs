//! Cells that another format shows than their own: by a rule of the sheet, or by the style behind theirs.

use super::hidden::{Book, KINDS, MAIN, link, row, sheet};
use super::*;

/// Somebody who is seen and, in row 3, somebody whose cells have the style at place 1; with what is behind the rows.
fn people(behind: &str) -> String {
    let rows =
        [row(1, "", &["email", "name"]), row(2, "", &["a@x.example", "Awa"]), row(3, "", &["h@x.example", "Hid"])];
    let rows =
        rows.concat().replace("<c r=\"A3\"", "<c r=\"A3\" s=\"1\"").replace("<c r=\"B3\"", "<c r=\"B3\" s=\"1\"");
    sheet("", &rows, behind)
}

/// The rows of a workbook with these styles, and with this behind the rows of its sheet.
fn rows_of(styles: &str, behind: &str) -> Result<(Vec<u32>, Vec<u32>), FieldCode> {
    let names = format!("xmlns=\"{MAIN}\" xmlns:x=\"urn:x\"");
    let styles = format!("<styleSheet {names}>{styles}</styleSheet>");
    Book { sheet: people(behind), behind: vec![("xl/styles.xml", styles)], ..Book::default() }.rows()
}

/// A rule that names the differential format at this place.
fn rule(place: &str) -> String {
    format!(
        "<conditionalFormatting sqref=\"A3:D3\"><cfRule type=\"expression\" dxfId=\"{place}\" priority=\"1\">\
         <formula>TRUE</formula></cfRule></conditionalFormatting>"
    )
}

/// Differential formats; those that are empty have no number format.
fn differential(codes: &[&str]) -> String {
    let format = |code: &&str| match *code {
        "" => "<dxf><font><b/></font></dxf>".to_owned(),
        code => format!("<dxf><numFmt numFmtId=\"164\" formatCode=\"{code}\"/></dxf>"),
    };
    format!("<dxfs>{}</dxfs>", codes.iter().map(format).collect::<String>())
}

const REFUSED: Result<(Vec<u32>, Vec<u32>), FieldCode> = Err(FieldCode::SheetBroken);

#[test]
fn a04_a_rule_with_a_number_format_is_refused() {
    let cells = "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"0\"/></cellXfs>";
    let inside = |rule: &str| {
        format!(
            "<extLst><ext><x:conditionalFormattings><x:conditionalFormatting><x:cfRule type=\"expression\">{rule}\
             </x:cfRule></x:conditionalFormatting></x:conditionalFormattings></ext></extLst>"
        )
    };
    for (what, formats, behind) in [
        ("nothing is shown", differential(&[";;;"]), rule("0")),
        ("another text is shown", differential(&["", "&quot;ncp&quot;;;;&quot;ncp&quot;"]), rule("1")),
        ("a number is shown otherwise", differential(&["\"\"0".replace('"', "&quot;").as_str()]), rule("0")),
        ("a place with zeros", differential(&["", ";;;"]), rule("01")),
        ("no place", differential(&[";;;"]), rule("x")),
        ("a second rule", differential(&["", ";;;"]), rule("0") + &rule("1")),
        ("a rule with a format of its own", String::new(), inside("<x:dxf><numFmt formatCode=\";;;\"/></x:dxf>")),
        ("an icon in place of a number", String::new(), inside("<x:iconSet showValue=\"0\"/>")),
        ("a bar in place of a number", String::new(), inside("<dataBar showValue=\"false\"/>")),
        (
            "a format before in a foreign namespace",
            { differential(&[";;;"]).replace("<dxfs>", "<dxfs><x:dxf/>") },
            rule("0"),
        ),
        (
            "a format within another element",
            { differential(&[";;;"]).replace("<dxfs>", "<dxfs><x:a><dxf/></x:a>") },
            rule("0"),
        ),
        ("two lists", differential(&[""]) + &differential(&[";;;"]), rule("0")),
    ] {
        assert_eq!(rows_of(&format!("{cells}{formats}"), &behind), REFUSED, "{what}");
    }
    let read = Ok((vec![2, 3], vec![]));
    for (what, formats, behind) in [
        ("no rule names it", differential(&[";;;"]), String::new()),
        ("the rule names another", differential(&["", ";;;"]), rule("0")),
        ("a rule without one", differential(&[""]), rule("0")),
        ("the general format", differential(&["General"]), rule("0")),
        ("a rule of colours", differential(&[";;;"]), inside("<x:colorScale/>")),
        ("an icon beside a number", String::new(), inside("<x:iconSet showValue=\"1\"/>")),
        (
            "formats of extensions",
            differential(&["", ";;;"]) + "<extLst><ext><x:dxfs><x:dxf/></x:dxfs></ext></extLst>",
            rule("0"),
        ),
    ] {
        assert_eq!(rows_of(&format!("{cells}{formats}"), &behind), read, "{what}");
    }
}

#[test]
fn a04_a_cell_whose_format_may_be_that_of_its_named_style_is_refused() {
    let unseen = "<numFmts><numFmt numFmtId=\"164\" formatCode=\";;;\"/></numFmts>";
    let styles = |named: &str, cells: &str| {
        format!("{unseen}<cellStyleXfs><xf/>{named}</cellStyleXfs><cellXfs><xf/>{cells}</cellXfs>")
    };
    let hidden = "<xf numFmtId=\"164\"/>";
    for (what, styles) in [
        ("none of its own", styles(hidden, "<xf xfId=\"1\"/>")),
        ("its own is not applied", styles(hidden, "<xf numFmtId=\"1\" xfId=\"1\" applyNumberFormat=\"0\"/>")),
        ("the general one", styles(hidden, "<xf numFmtId=\"0\" xfId=\"1\"/>")),
        ("the general one, applied", styles(hidden, "<xf numFmtId=\"0\" xfId=\"1\" applyNumberFormat=\"1\"/>")),
        ("a number with a zero before it", styles("", "<xf numFmtId=\"0164\"/>")),
        ("a number with a blank before it", styles(hidden, "<xf numFmtId=\"1\" xfId=\" 1\"/>")),
        ("an attribute twice", styles(hidden, "<xf numFmtId=\"1\" numFmtId=\"164\"/>")),
        ("a style before in a foreign namespace", styles("", "<x:xf/><xf numFmtId=\"164\"/>")),
        ("an element of another list", styles(hidden, "<numFmt numFmtId=\"9\"/><xf xfId=\"1\"/>")),
        ("a format twice", unseen.replace("</numFmts>", "<numFmt numFmtId=\"164\" formatCode=\"@\"/></numFmts>")),
        ("a list of its styles twice", styles("", "<xf/>") + "<cellXfs><xf/></cellXfs>"),
    ] {
        assert_eq!(rows_of(&styles, ""), REFUSED, "{what}");
    }
    for (what, styles, read) in [
        ("its own", styles(hidden, "<xf numFmtId=\"49\" xfId=\"1\"/>"), vec![2, 3]),
        ("no cell has it", styles(hidden, "<xf/><xf xfId=\"1\"/>"), vec![2, 3]),
        (
            "the same",
            styles("<xf numFmtId=\"9\"/>", "<xf numFmtId=\"9\" xfId=\"1\" applyNumberFormat=\"0\"/>"),
            vec![2, 3],
        ),
        (
            "a named style that applies none",
            styles("<xf numFmtId=\"164\" applyNumberFormat=\"0\"/>", "<xf xfId=\"1\"/>"),
            vec![2, 3],
        ),
        ("a usual one behind it", styles("<xf numFmtId=\"9\"/>", "<xf numFmtId=\"0\" xfId=\"1\"/>"), vec![2, 3]),
        ("its own shows nothing", styles("", "<xf numFmtId=\"164\"/>"), vec![2]),
    ] {
        assert_eq!(rows_of(&styles, ""), Ok((read, vec![])), "{what}");
    }
}

#[test]
fn a04_styles_and_texts_are_where_the_relations_lead() {
    let relation = |kind: &str, target: &str| {
        format!("<Relationship Id=\"r{kind}\" Type=\"{KINDS}/{kind}\" Target=\"{target}\"/>")
    };
    let rows = |links: &str| {
        let links = link("rId1", "worksheets/sheet1.xml") + links;
        Book { links, sheet: people(""), ..Book::default() }.rows()
    };
    for links in [
        relation("styles", "styles.xml"),
        relation("styles", "/xl/Styles.xml"),
        relation("sharedStrings", "sharedStrings.xml"),
        relation("theme", "anywhere.xml"),
    ] {
        assert_eq!(rows(&links), Ok((vec![2, 3], vec![])), "{links}");
    }
    for links in [
        relation("styles", "styles2.xml"),
        relation("styles", "/styles.xml"),
        relation("sharedStrings", "../sharedStrings.xml"),
        relation("sharedStrings", "worksheets/sharedStrings.xml"),
    ] {
        assert_eq!(rows(&links), REFUSED, "{links}");
    }
}
