//! Codebooks: what each column of the answers holds, in four formats.

use portal::http::csv::{BYTE_ORDER_MARK, restored};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

use super::{SHIPPED, XLSX, begin, contradiction, import, make, publish, questionnaire};
use crate::support::{Expect as _, Person, TestApp, story};

/// The bytes of a codebook.
fn codebook(reader: &Person, code: &str, extension: &str) -> Vec<u8> {
    let answer = reader.get(&format!("/surveys/{code}/versions/1/codebook.{extension}"));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let name = format!("attachment; filename=\"{code}-1-codebook.{extension}\"");
    assert_eq!(answer.header("content-disposition"), Some(name.as_str()));
    answer.bytes
}

/// A survey with one published version.
fn published(t: &TestApp, questionnaire: &Value) -> Person {
    let admin = t.admin();
    make(&admin, "scs", "member");
    begin(&admin, "scs", questionnaire).expect(201);
    publish(&admin, "scs", 1).expect(200);
    admin
}

/// The rows of a file, the head first.
fn rows(file: &[u8], separator: u8) -> Vec<Vec<String>> {
    let bare = file.strip_prefix(BYTE_ORDER_MARK.as_bytes()).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(separator).from_reader(bare);
    reader.records().map(|row| row.unwrap().iter().map(restored).collect()).collect()
}

/// The elements of a document with this name, each as its attributes and its text.
fn elements(document: &str, wanted: &str) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(document);
    let (mut found, mut open) = (Vec::new(), None);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().as_ref() == wanted => {
                open = Some((tag.attributes_raw().to_owned(), String::new()));
            }
            Event::Text(text) => {
                if let Some((_, told)) = &mut open {
                    told.push_str(&text);
                }
            }
            Event::End(tag) if tag.name().as_ref() == wanted => found.extend(open.take()),
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[story]
fn a_codebook_says_what_each_column_holds_and_when_it_is_asked(t: TestApp) {
    let admin = published(&t, &questionnaire());
    let book: Value = serde_json::from_slice(&codebook(&admin, "scs", "json")).unwrap();
    assert_eq!((&book["survey"], &book["version"], &book["state"]), (&json!("scs"), &json!(1), &json!("published")));
    assert_eq!(book["sha256"], admin.get("/surveys/scs/versions/1").expect(200)["sha256"]);
    let [strategy, staff] = [0, 1].map(|at| &book["variables"][at]);
    assert_eq!((&strategy["id"], &strategy["name"]), (&json!("V0001"), &json!("it_strategy")));
    let codes: Vec<&str> =
        strategy["values"].as_array().unwrap().iter().map(|value| value["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["yes", "no", ".n", ".s", ".d"]);
    assert_eq!(strategy["values"][2]["label"], json!({"en": "No answer", "fr": "Sans réponse"}));
    assert_eq!((&staff["asked_if"], &staff["least"]), (&json!("${it_strategy} = 'yes'"), &json!("0")));
    assert_eq!(staff["condition"]["en"], "“Strategy?” is “Yes”");
    assert_eq!(staff["condition"]["fr"], "«\u{a0}Stratégie\u{a0}?\u{a0}» est «\u{a0}Oui\u{a0}»");
}

#[story]
fn all_formats_have_the_same_columns(t: TestApp) {
    let shipped: Value = serde_json::from_str(SHIPPED[0]).unwrap();
    let admin = published(&t, &shipped);
    let book: Value = serde_json::from_slice(&codebook(&admin, "scs", "json")).unwrap();
    let variables = book["variables"].as_array().unwrap();
    let names: Vec<&str> = variables.iter().map(|variable| variable["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"areas/security") && names.contains(&"status_cloud"), "{names:?}");

    let table = rows(&codebook(&admin, "scs", "csv"), b',');
    let column = |head: &str| table[0].iter().position(|cell| cell == head).unwrap();
    let (kind, name) = (column("kind"), column("name"));
    let of_variables = table.iter().filter(|row| row[kind] == "variable");
    assert_eq!(of_variables.map(|row| row[name].as_str()).collect::<Vec<_>>(), names);
    let of_values = table.iter().filter(|row| row[kind] == "value" && row[name] == "maturity");
    let codes: Vec<&str> = of_values.map(|row| row[column("value")].as_str()).collect();
    assert_eq!(codes, ["level_1", "level_2", "level_3", "level_4", "level_5", ".n", ".s", ".d"]);

    let document = String::from_utf8(codebook(&admin, "scs", "xml")).unwrap();
    let of_document: Vec<String> = elements(&document, "var").into_iter().map(|(attributes, _)| attributes).collect();
    assert_eq!(of_document.len(), names.len());
    assert!(of_document[0].contains("name=\"unit\"") && of_document[0].contains("nature=\"nominal\""));
    assert_eq!(elements(&document, "varQnty")[0].1, names.len().to_string());
    assert_eq!(elements(&document, "titl").len(), 2, "of the document and of the survey");

    let sheets = codebook(&admin, "scs", "xlsx");
    assert_eq!(sheets, codebook(&admin, "scs", "xlsx"), "the same version gives the same bytes");
    let plan = import(&admin, "scs", XLSX, &sheets).expect(201);
    let passed_over: Vec<&str> =
        plan["notes"].as_array().unwrap().iter().map(|note| note["sheet"].as_str().unwrap()).collect();
    assert_eq!(passed_over, ["codebook", "variables", "values"]);
}

#[story]
fn a_draft_has_a_codebook_once_it_has_no_faults(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs", "member");
    begin(&admin, "scs", &contradiction()).expect(201);
    let refused = admin.get("/surveys/scs/versions/1/codebook.json");
    assert_eq!(refused.refused(422), "invalid");
    make(&admin, "ready", "member");
    begin(&admin, "ready", &questionnaire()).expect(201);
    let book: Value = serde_json::from_slice(&codebook(&admin, "ready", "json")).unwrap();
    assert_eq!((&book["state"], book.get("sha256")), (&json!("draft"), None));
}

#[story]
fn no_cell_is_a_formula_and_no_text_is_an_element(t: TestApp) {
    let mut hostile = questionnaire();
    let label = "=HYPERLINK(\"https://x.example\";\"<b>&go\")";
    hostile["sections"][0]["items"][0]["question"]["label"]["en"] = json!(label);
    let admin = published(&t, &hostile);
    let answer = admin.get("/surveys/scs/versions/1/codebook.csv?separator=tab");
    assert!(answer.text.contains("\t\"'=HYPERLINK("), "{}", answer.text);
    let table = rows(&answer.bytes, b'\t');
    assert!(table[1].contains(&label.to_owned()), "and comes back as it was typed");
    let document = String::from_utf8(codebook(&admin, "scs", "xml")).unwrap();
    assert!(document.contains("&lt;b&gt;&amp;go") && !document.contains("<b>"));
}

#[story]
fn a_codebook_has_so_many_columns_and_no_more(t: TestApp) {
    let text = |word: String| json!({"en": word, "fr": word});
    let options = |count: u32, letter: &str| -> Value {
        (0..count).map(|n| json!({"code": format!("{letter}{n}"), "label": text(format!("{letter}{n}"))})).collect()
    };
    let mut wide = questionnaire();
    wide["sections"][0]["items"][1]["question"] = json!({"code": "m", "label": text("M".to_owned()), "answer": {
        "type": "matrix", "rows": options(60, "r"), "cell": {"type": "multiple", "options": options(100, "o")}}});
    let admin = published(&t, &wide);
    let refused = admin.get("/surveys/scs/versions/1/codebook.xlsx");
    assert_eq!(refused.json()["errors"][0]["code"], "too_many_columns", "{}", refused.text);
}
