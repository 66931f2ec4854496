//! What a release tells, and why it hides.

use serde_json::{Value, json};

use super::{closed, counts, row, table};
use crate::support::{Expect as _, TestApp, story};

#[story]
fn the_figures_of_2024_come_out(t: TestApp) {
    let round = closed(&t);
    let release = round.published(&t, &json!({"audience": "members"}));
    let awa = t.ncp("SN");
    let list = awa.get(&format!("/rounds/{}/releases", round.id)).expect(200);
    let frame = round.members.values().map(Vec::len).sum::<usize>();
    assert_eq!((&list["data"][0]["n"], &list["data"][0]["frame"]), (&json!(116), &json!(frame)));
    assert_eq!(list["data"][0]["response_rate"], 62);
    let maturity = table(&awa, &release, "question=maturity");
    let all = row(&maturity, "all");
    assert_eq!(counts(all), "15 27 35 31 8 0");
    let percent: Vec<&Value> = all["cells"].as_array().unwrap().iter().map(|cell| &cell["percent"]).collect();
    assert_eq!(percent, [13, 23, 30, 27, 7, 0]);
    assert_eq!(all["cells"][0]["bounds"], json!({"least": 15, "most": 15 + frame - 116}));
    assert_eq!((&all["median"]["code"], &all["at_least"][1]["count"]), (&json!("level_3"), &json!(74)));
    let strategy = table(&awa, &release, "question=it_strategy");
    assert_eq!(
        (counts(row(&strategy, "all")), &row(&strategy, "all")["cells"][0]["percent"]),
        ("107 9 0".to_owned(), &json!(92))
    );
    let willing = table(&awa, &release, "question=willing&lang=fr");
    assert_eq!((counts(row(&willing, "all")), willing["label"].as_str()), ("73 43 0".to_owned(), Some("willing (fr)")));
    assert_eq!(row(&willing, "all")["label"], "Ensemble");
}

#[story]
fn small_counts_are_hidden_by_region_and_nothing_says_why(t: TestApp) {
    let round = closed(&t);
    let release = round.published(&t, &json!({"audience": "members"}));
    let awa = t.ncp("SN");
    let maturity = table(&awa, &release, "question=maturity&by=region");
    assert_eq!(counts(row(&maturity, "AMS")), "x x 6 x x 0");
    assert_eq!(counts(row(&maturity, "MENA")), "x x x x x 0");
    let regions = maturity["rows"].as_array().unwrap().iter().filter(|row| row["key"] != "all");
    let hidden: usize = regions.map(|row| counts(row).matches('x').count()).sum();
    assert_eq!(hidden, 21);
    let cells = row(&maturity, "AMS")["cells"].as_array().unwrap();
    let keys = |cell: &Value| cell.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert!(cells.iter().filter(|cell| cell["count"].is_null()).all(|cell| keys(cell) == ["count", "option"]));
    assert!(row(&maturity, "AMS")["at_least"].is_null() && row(&maturity, "AMS")["median"].is_null());
    // What Members read, they read in each other form as well.
    let json = awa.get(&format!("/releases/{release}/results.json"));
    assert_eq!(json.status, 200);
    let listed = awa.get(&format!("/rounds/{}/releases", round.id)).expect(200);
    let digest = portal::secrets::hex(&portal::secrets::fingerprint_of(&json.bytes));
    assert_eq!(listed["data"][0]["sha256"], digest.as_str());
    assert!(!json.text.contains("unit"), "what is for the Secretariat alone");
    let refused = awa.get(&format!("/releases/{release}/results?question=unit"));
    assert_eq!(refused.json()["errors"][0]["code"], "unknown_value");
    refused.expect(400);
}

#[story]
fn a_pair_stands_where_both_totals_are_shown(t: TestApp) {
    let round = closed(&t);
    let release = round.published(&t, &json!({"audience": "members"}));
    let awa = t.ncp("SN");
    let pair = table(&awa, &release, "question=maturity&by=willing");
    assert_eq!((&pair["by"], counts(row(&pair, "all"))), (&json!("willing"), "73 43 0".to_owned()));
    assert_eq!(awa.get(&format!("/releases/{release}/results?by=staff")).refused(400), "bad_query");
}

#[story]
fn bands_by_region_are_told_in_place_of_the_options(t: TestApp) {
    let round = closed(&t);
    let wrong = json!({"audience": "members", "bands": {"maturity": [["level_1", "level_9"]]}});
    assert_eq!(round.publish(&t.admin(), &wrong).refused(422), "invalid");
    let bands = json!({"maturity": [["level_1", "level_2"], ["level_4", "level_5"]]});
    let release = round.published(&t, &json!({"audience": "members", "bands": bands}));
    let awa = t.ncp("SN");
    let maturity = table(&awa, &release, "question=maturity&by=region");
    let columns: Vec<&Value> = maturity["columns"].as_array().unwrap().iter().map(|column| &column["code"]).collect();
    assert_eq!(columns, ["level_1+level_2", "level_3", "level_4+level_5", "no_answer"]);
    let all = table(&awa, &release, "question=maturity");
    assert_eq!(row(&all, "all")["bands"][0]["count"], 42);
}

#[story]
fn the_wizard_says_what_is_hidden_and_publishes_nothing(t: TestApp) {
    let round = closed(&t);
    let path = format!("/rounds/{}/releases/preview", round.id);
    let preview = t.admin().post(&path, &json!({"audience": "public"})).expect(200);
    assert_eq!(preview["release"]["n"]["all"], 116);
    let hidden = preview["hidden"].as_array().unwrap();
    let because = |region: &str, option: &str| {
        let is_it =
            |figure: &&Value| figure["question"] == "maturity" && figure["row"] == region && figure["option"] == option;
        hidden.iter().find(is_it).map(|figure| figure["because"].as_str().unwrap().to_owned())
    };
    // A small count, a zero, and one that protects them look alike.
    for (region, option) in [("AMS", "level_1"), ("WCA", "level_5"), ("AMS", "level_2")] {
        assert_eq!(because(region, option).as_deref(), Some("protects"), "{region} {option}");
    }
    assert_eq!(because("AMS", "level_3"), None);
    assert!(hidden.iter().all(|figure| ["few_respondents", "protects"].map(Value::from).contains(&figure["because"])));
    assert_eq!(t.ncp("SN").post(&path, &json!({"audience": "public"})).refused(403), "secretariat_only");
    let list = t.admin().get(&format!("/rounds/{}/releases", round.id)).expect(200);
    assert_eq!(list["data"], json!([]));
}
