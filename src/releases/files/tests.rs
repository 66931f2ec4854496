//! Files and charts in the words of the portal.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use questionnaire::Questionnaire;
use serde_json::{Value as Json, json};
use survey_results::Release;
use survey_results::writers::chart::{By, chart};
use survey_results::writers::{HEADS, Reading, Value, records};

use super::super::words::PortalWords;
use super::{as_csv, sheets};
use crate::http::csv::Separator;
use crate::i18n::{Catalogue, Language};

fn questionnaire() -> Questionnaire {
    let text = |text: &str| json!({"en": text, "fr": format!("{text} (fr)")});
    let options: Json = ["yes", "no"].iter().map(|code| json!({"code": code, "label": text(code)})).collect();
    let question = json!({"code": "q", "label": text("=1+1"), "answer": {"type": "single", "options": options}});
    serde_json::from_value(json!({"languages": ["en", "fr"], "title": text("Survey"),
        "sections": [{"code": "s", "title": text("S"), "items": [{"question": question}]}]}))
    .unwrap()
}

/// Two regions, of one of which nothing is told.
fn release() -> Release {
    let columns = ["yes", "no", "no_answer"];
    let row = |key: &str, n: u32, counts: [Option<u32>; 3]| {
        let cells: Json =
            columns.iter().zip(counts).map(|(option, count)| json!({"option": option, "count": count})).collect();
        json!({"key": key, "n": n, "base": n, "cells": cells})
    };
    let as_of = "2024-06-25T00:00:00Z";
    let table = |rows: Json| json!({"served": {"number": 1, "as_of": as_of, "columns": columns, "rows": rows}});
    let all = || row("all", 40, [Some(25), Some(15), Some(0)]);
    let regions = [row("AMS", 8, [None, None, None]), row("EUR", 32, [None, None, Some(0)]), all()];
    let size = |all: u32, ams: u32, eur: u32| json!({"all": all, "by_region": {"AMS": ams, "EUR": eur}});
    let question = json!({"question": "q", "kind": "single", "totals": table(json!([all()])),
        "by_region": table(json!(regions))});
    serde_json::from_value(json!({"v": 1, "round": "r", "survey": "scs", "version": 1, "version_sha256": "0",
        "number": 1, "as_of": as_of, "audience": "public", "contents": "tables", "k": 5,
        "frame": size(85, 33, 52), "n": size(40, 8, 32), "questions": [question], "pairs": []}))
    .unwrap()
}

#[test]
fn charts_and_figures_are_said_in_both_languages() {
    let (catalogue, questionnaire, release) = (Catalogue::load().unwrap(), questionnaire(), release());
    for &language in Language::WITH_CATALOGUE {
        let reading = Reading::new(&questionnaire, language.as_str(), PortalWords { catalogue: &catalogue, language });
        let of = |by: By| chart(&release, &reading, &release.questions[0], by).unwrap();
        let share = if language == Language::Fr { "25 (63\u{a0}%)" } else { "25 (63%)" };
        assert!(of(By::All).contains(share), "{}", of(By::All));
        assert!(of(By::Region).contains("-hatch)"), "{}", of(By::Region));
        assert!(!records(&release, &reading).is_empty());
    }
    assert_eq!(catalogue.faults(), []);
}

#[test]
fn no_cell_is_a_formula_and_counts_are_numbers() {
    let (catalogue, questionnaire, release) = (Catalogue::load().unwrap(), questionnaire(), release());
    let words = PortalWords { catalogue: &catalogue, language: Language::En };
    let rows: Vec<Vec<Value>> = records(&release, &Reading::new(&questionnaire, "en", words));
    let file = String::from_utf8(as_csv(&HEADS, &rows, Separator::Comma).unwrap()).unwrap();
    assert!(file.contains("\"'=1+1\"") && !file.contains("\"=1+1\""), "{file}");

    let bytes = sheets::write(&[("results", &HEADS, &rows)]).unwrap();
    assert_eq!(bytes, sheets::write(&[("results", &HEADS, &rows)]).unwrap(), "the same bytes");
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let cells = book.worksheet_range("results").unwrap();
    let column = |head: &str| HEADS.iter().position(|known| *known == head).unwrap();
    let first = cells.rows().find(|row| row[column("option")] == Data::String("yes".to_owned())).unwrap();
    assert_eq!((&first[column("value")], &first[column("percent")]), (&Data::Float(25.0), &Data::Float(62.5)));
    assert_eq!(first[column("label")], Data::String("=1+1".to_owned()));
    let hidden = cells.rows().find(|row| row[column("is_hidden")] == Data::String("true".to_owned())).unwrap();
    assert_eq!(hidden[column("value")], Data::Empty);
}
