//! Sheets whose cells a spreadsheet program shows otherwise than they are stored, by formats that are not their own
//! (number 4).

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::imports::{HEADS, KINDS, LINKS, MAIN, SEEN, XLSX, fates, import, link, row, wrong};
use crate::support::{Expect as _, TestApp, story};

/// Whom the author of the sheet does not see, or sees as somebody else: the cells have the style at place 1.
const HIDDEN: [&str; 4] = ["hidden@x.example", "Mor Fall", "SN", "ncp"];
const STYLES: &str = "<Relationship Id=\"styles\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/\
                      relationships/styles\" Target=\"styles.xml\"/>";

/// A workbook with these styles, and with this behind the rows of its sheet; `styles` relates the workbook to them.
fn workbook(styles: (&str, &str), behind: &str) -> Vec<u8> {
    let (relation, styles) = styles;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, text: &str| {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    };
    let relations = |links: &str| format!("<Relationships xmlns=\"{LINKS}\">{links}</Relationships>");
    let root = format!("<Relationship Id=\"r\" Type=\"{KINDS}/officeDocument\" Target=\"xl/workbook.xml\"/>");
    let names = format!("xmlns=\"{MAIN}\" xmlns:r=\"{KINDS}\"");
    let hidden = row(3, "", HIDDEN).replace(" t=\"inlineStr\"", " s=\"1\" t=\"inlineStr\"");
    let rows = [row(1, "", HEADS), row(2, "", SEEN), hidden].concat();
    put("_rels/.rels", &relations(&root));
    let sheets = "<sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets>";
    put("xl/workbook.xml", &format!("<workbook {names}>{sheets}</workbook>"));
    put("xl/_rels/workbook.xml.rels", &relations(&(link("rId1", "worksheets/sheet1.xml") + relation)));
    put("xl/styles.xml", &format!("<styleSheet {names}>{styles}</styleSheet>"));
    put("xl/worksheets/sheet1.xml", &format!("<worksheet {names}><sheetData>{rows}</sheetData>{behind}</worksheet>"));
    archive.finish().unwrap().into_inner()
}

/// A rule for cells that holds always, and has the first differential format.
fn rule(cells: &str) -> String {
    format!(
        "<conditionalFormatting sqref=\"{cells}\"><cfRule type=\"expression\" dxfId=\"0\" priority=\"1\">\
         <formula>TRUE</formula></cfRule></conditionalFormatting>"
    )
}

/// Styles of which the first differential format is this.
fn styles(differential: &str) -> String {
    format!("<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"0\"/></cellXfs><dxfs><dxf>{differential}</dxf></dxfs>")
}

#[story]
fn a04_a_rule_that_hides_or_disguises_cells_invites_nobody(t: TestApp) {
    let admin = t.admin();
    for (what, cells, code) in [
        ("the row is not seen", "A3:D3", ";;;"),
        ("the role is seen as another", "D3", ";;;&quot;contributor&quot;"),
        ("the address is seen as another", "A3", ";;;&quot;awa@customs-sn.example&quot;"),
    ] {
        let styles = styles(&format!("<numFmt numFmtId=\"164\" formatCode=\"{code}\"/>"));
        let refused = import(&admin, XLSX, &workbook((STYLES, &styles), &rule(cells)));
        assert_eq!(wrong(&refused), "sheet_broken", "{what}");
    }
    // Rules that colour cells hide nothing of them.
    let coloured = styles("<font><b/></font><fill><patternFill><bgColor rgb=\"FFFFC7CE\"/></patternFill></fill>");
    let made = import(&admin, XLSX, &workbook((STYLES, &coloured), &rule("A1:D3"))).expect(201);
    assert_eq!(fates(&made), [(2, "invite", ""), (3, "invite", "")]);
}

#[story]
fn a04_a_named_style_that_hides_cells_invites_nobody(t: TestApp) {
    let admin = t.admin();
    let styles = |cells: &str| {
        format!(
            "<numFmts><numFmt numFmtId=\"164\" formatCode=\";;;\"/></numFmts>\
             <cellStyleXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellStyleXfs>\
             <cellXfs><xf numFmtId=\"0\" xfId=\"0\"/>{cells}</cellXfs>"
        )
    };
    for cells in [
        "<xf xfId=\"1\"/>",
        "<xf numFmtId=\"0\" xfId=\"1\"/>",
        "<xf numFmtId=\"1\" xfId=\"1\" applyNumberFormat=\"0\"/>",
    ] {
        let refused = import(&admin, XLSX, &workbook((STYLES, &styles(cells)), ""));
        assert_eq!(wrong(&refused), "sheet_broken", "{cells}");
    }
    // Its own format counts, whatever the named style has: the text is seen.
    let own = styles("<xf numFmtId=\"49\" xfId=\"1\" applyNumberFormat=\"1\"/>");
    let made = import(&admin, XLSX, &workbook((STYLES, &own), "")).expect(201);
    assert_eq!(fates(&made), [(2, "invite", ""), (3, "invite", "")]);
}

#[story]
fn a04_styles_elsewhere_than_they_are_read_invite_nobody(t: TestApp) {
    let admin = t.admin();
    let seen = "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"0\"/></cellXfs>";
    for other in [STYLES.replace("styles.xml", "styles2.xml"), STYLES.replace("\"styles.xml\"", "\"/styles.xml\"")] {
        assert_eq!(wrong(&import(&admin, XLSX, &workbook((&other, seen), ""))), "sheet_broken", "{other}");
    }
    let texts = STYLES.replace("/styles\"", "/sharedStrings\"").replace("styles.xml", "texts.xml");
    assert_eq!(wrong(&import(&admin, XLSX, &workbook((&texts, seen), ""))), "sheet_broken");
    import(&admin, XLSX, &workbook((STYLES, seen), "")).expect(201);
}
